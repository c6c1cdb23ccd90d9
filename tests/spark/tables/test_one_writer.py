"""The lease of a warehouse: kept in Delta's own log where there is no disk to look at, and held by all who write."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from smelt.pii.config import PiiConfig
from smelt.privacy.erasure.request import forget_customers
from smelt.tables.filesystem import is_connect
from smelt.tables.lease.lease import Lease, LeaseLost, Pace, WarehouseBusy, break_lease, made, now
from smelt.tables.lease.table import TableClaims
from smelt.tables.warehouse import Warehouse
from tests.builders import a_ticket, rows_of

PII = PiiConfig.model_validate({"key": {"demo": True}})
RUN = ("r1", "ingest", "mail", "in", None, 3)


@pytest.fixture
def uri(spark, tmp_path):
    """A place that this process cannot look into: Hadoop's ViewFs over a folder."""
    if is_connect(spark):
        pytest.skip("the server's Hadoop settings cannot be changed from here")
    (tmp_path / "store").mkdir()
    settings = spark.sparkContext._jsc.hadoopConfiguration()
    cluster = f"c{tmp_path.name.replace('_', '')}"
    settings.set(f"fs.viewfs.mounttable.{cluster}.link./data", f"file://{tmp_path / 'store'}")
    return f"viewfs://{cluster}/data/warehouse"


@pytest.fixture
def remote(spark, uri):
    return Warehouse(spark, root=uri, wait_seconds=0)


def test_of_two_commits_with_one_number_delta_takes_one(remote):
    claims = TableClaims(remote)
    assert claims.newest() is None
    taken = []

    def put(token):
        if claims.put(made(1, token, "held", "run", now(), 60)):
            taken.append(token)

    threads = [threading.Thread(target=put, args=(token,)) for token in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 1
    assert claims.newest().token == taken[0]
    assert not claims.put(made(1, "late", "held", "run", now(), 60))
    assert claims.put(made(2, "next", "free", "run", now(), 60))
    assert (claims.newest().token, claims.newest().number) == ("next", 2)


def test_a_lease_in_a_table_is_kept_taken_over_and_lost(remote):
    pace = Pace(beat=0.2, expiry=60, poll=0.2)
    owner = Lease(TableClaims(remote), pace, java=None, owns_java=False, looks_up=False)
    owner.take("run a", 0)
    first = TableClaims(remote).newest().number
    deadline = time.monotonic() + 60
    while TableClaims(remote).newest().number < first + 2 and time.monotonic() < deadline:
        time.sleep(0.2)
    owner.check()
    other = Lease(TableClaims(remote), pace, java=None, owns_java=False, looks_up=False)
    with pytest.raises(WarehouseBusy, match="run a"):
        other.take("run b", 0)
    while not break_lease(TableClaims(remote), TableClaims(remote).newest()):
        pass
    assert other.take("run b", 0) is True
    deadline = time.monotonic() + 60
    while owner._lost is None and time.monotonic() < deadline:
        time.sleep(0.1)
    with pytest.raises(LeaseLost):
        owner.check()
    owner.give_back()
    other.check()
    other.give_back()


@pytest.mark.parametrize("place", ["disk", "uri"])
def test_whoever_writes_holds_the_lease_and_readers_never_wait(spark, tmp_path, uri, place):
    root = str(tmp_path / "w") if place == "disk" else uri
    one, two = (Warehouse(spark, root=root, wait_seconds=0) for _ in range(2))
    one.append_rows("ops.ledger", [RUN])
    with one.writing("run r1"):
        one.append_rows("ops.ledger", [RUN])
        assert two.read("ops.ledger").count() == 2
        tickets = rows_of(spark, "bronze.tickets", [a_ticket("1")])
        for write in (
            lambda: two.append_rows("ops.ledger", [RUN]),
            lambda: two.append("bronze.tickets", tickets),
            lambda: two.merge("bronze.tickets", tickets),
            lambda: two.replace_where("bronze.tickets", tickets, "source = 'mail'"),
            lambda: two.delete_where("ops.ledger", "true"),
            lambda: two.delete_keys("ops.ledger", spark.createDataFrame([("r1",)], "run_id string")),
            lambda: two.clear("ops.ledger"),
            lambda: two.vacuum("ops.ledger"),
            lambda: forget_customers(two, PII, ["nobody"], run_id="r2", with_vacuum=True),
            lambda: two.create("ops.runs"),
            lambda: two.scratch(tickets, "s").__enter__(),
        ):
            with pytest.raises(WarehouseBusy, match="run r1"):
                write()
    two.append_rows("ops.ledger", [RUN])
    assert one.read("ops.ledger").count() == 3


def test_a_commit_that_was_begun_under_a_lost_lease_fails(spark, tmp_path):
    """Held up in the middle of a write, the earlier owner would commit after the next one took over."""
    house = Warehouse(spark, root=str(tmp_path / "w"), wait_seconds=0)
    house.append("bronze.tickets", rows_of(spark, "bronze.tickets", [a_ticket("1")]))
    slow = rows_of(spark, "bronze.tickets", [a_ticket("2"), a_ticket("3")]).mapInArrow(
        _after_the_file(str(tmp_path / "go"), str(tmp_path / "started")),
        rows_of(spark, "bronze.tickets", []).schema,
    )
    raised: list[Exception] = []

    def write():
        try:
            house.append("bronze.tickets", slow)
        except Exception as error:
            raised.append(error)

    thread = threading.Thread(target=write)
    thread.start()
    while not (tmp_path / "started").exists():
        time.sleep(0.05)
    claims = house.claims()
    while not break_lease(claims, claims.newest()):
        pass
    other = Warehouse(spark, root=house.root, wait_seconds=0)
    with other.writing("the next run"):
        (tmp_path / "go").touch()
        thread.join()
        other.append("bronze.tickets", rows_of(spark, "bronze.tickets", [a_ticket("4")]))
    assert len(raised) == 1
    assert "Metadata" in f"{type(raised[0])} {raised[0]}"
    assert sorted(row["source_key"] for row in other.read("bronze.tickets").collect()) == ["1", "4"]


def _after_the_file(go: str, started: str):
    def wait(batches):
        Path(started).touch()
        while not Path(go).exists():
            time.sleep(0.05)
        yield from batches

    return wait


def test_a_lease_of_a_catalog_gives_signs_of_life_from_its_thread(spark):
    prefix = f"t{os.urandom(4).hex()}_"
    house = Warehouse(spark, catalog="spark_catalog", schema_prefix=prefix)
    owner = Lease(
        TableClaims(house), Pace(beat=0.1, expiry=60, poll=0.2), java=None, owns_java=False, looks_up=False
    )
    try:
        owner.take("run a", 0)
        deadline = time.monotonic() + 60
        while TableClaims(house).newest().number < 3 and time.monotonic() < deadline:
            time.sleep(0.2)
        assert TableClaims(house).newest().number >= 3
        owner.check()
        assert not TableClaims(house).put(made(1, "late", "held", "run", now(), 60))
        owner.give_back()
        assert TableClaims(house).newest().state == "free"
    finally:
        for row in spark.sql(f"SHOW SCHEMAS LIKE '{prefix}*'").collect():
            spark.sql(f"DROP SCHEMA {row[0]} CASCADE")
