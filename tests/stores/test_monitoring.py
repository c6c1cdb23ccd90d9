"""Monitoring of a warehouse in an S3 bucket: a round, a second one that changes nothing, late feedback. No Spark."""

from __future__ import annotations

import pytest

from smelt.monitor.simulate import Shift
from smelt.tables.without_spark import PlainTables
from tests.stores.s3_server import BUCKET, s3_server
from tests.unit.monitor.conftest import Place
from tests.unit.monitor.test_round import go_round
from tests.unit.monitor.test_watch import a_week, figure

TABLES = ("silver.predictions", "silver.feedback", "gold.monitoring", "gold.alerts", "gold.retraining_plans")


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("SMELT_PII_KEY", "0123456789abcdef" * 4)
    with s3_server() as server:
        for name, value in server.variables.items():
            monkeypatch.setenv(name, value)
        found = Place(tmp_path)
        found.tables = PlainTables(root=f"s3a://{BUCKET}/warehouse", wait_seconds=1)
        yield found


def test_rounds_on_an_object_store(place):
    more = a_week(place, Shift(3, 6, accuracy_down=0.25))
    more |= {"retrain": {"out": str(place.folder / "plans")}}
    with place.tables.writing("monitoring r1"):
        done = go_round(place, **more)
    assert "quality_down" in {alert["rule"] for alert in done.told.alerts}
    assert done.plan is not None
    assert figure(place, 27, "requests")["status"] == "ok"
    before = {table: place.tables.version(table) for table in TABLES}
    assert None not in before.values()
    with place.tables.writing("monitoring r2"):
        assert go_round(place, "r2", **more).plan is None
    assert {table: place.tables.version(table) for table in TABLES} == before
    place.write("feedback/late.jsonl", {"id": "chatcmpl-7-00002200", "at": "2026-11-28T11:00:00Z", "csat": 1})
    with place.tables.writing("monitoring r3"):
        assert go_round(place, "r3", **more).stages["monitor"].note.startswith("1 of 6")
