"""Landing folder and warehouse in an S3 bucket: a run, a second run, erasure, upkeep, files for others, two writers."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time

import pyarrow.parquet as pq
import pytest
import yaml
from pyspark.sql import SparkSession

from smelt.cli.app import app
from smelt.config import load_config
from smelt.generate.config import GenerateConfig
from smelt.generate.generator import generate
from smelt.generate.project import write_project
from smelt.jobs import load_stages
from smelt.pipeline.job import open_job
from smelt.pipeline.run import run_stages
from smelt.privacy.access import note_access
from smelt.spark.session import get_session
from smelt.tables.ledger import STAGES
from smelt.tables.stores import check_store
from tests.stores.s3_server import BUCKET, s3_server

pytestmark = pytest.mark.timeout(1800)
RECORDS = 60
ROOT = f"s3a://{BUCKET}/warehouse"


@pytest.fixture(scope="module")
def server():
    with s3_server() as found, pytest.MonkeyPatch.context() as patch:
        for name, value in found.variables.items():
            patch.setenv(name, value)
        yield found


@pytest.fixture(scope="module")
def project(server, tmp_path_factory):
    """The configuration of generated data that lies in the bucket."""
    folder = tmp_path_factory.mktemp("s3")
    config = GenerateConfig(records=RECORDS, seed=3)
    generate(folder, config, lambda step: None)
    file = write_project(folder, config.kinds)
    for found in sorted(folder.rglob("*")):
        if found.is_file() and "truth" not in found.parts:
            server.client.put_object(
                Bucket=BUCKET, Key=f"landing/{found.relative_to(folder)}", Body=found.read_bytes()
            )
    declared = yaml.safe_load(file.read_text("utf-8"))
    declared["warehouse"] = {"root": ROOT, "wait_seconds": 60}
    declared["intake"]["landing"] = f"s3a://{BUCKET}/landing"
    settings = {**server.spark_settings, "spark.sql.codegen.wholeStage": "false"}
    declared["spark"] = {
        "master": "local[2]", "driver_memory": "2g", "shuffle_partitions": 2, "stores": ["s3a"],
        "settings": settings,
    }  # fmt: skip
    file.write_text(yaml.safe_dump(declared), "utf-8")
    return file


@pytest.fixture(scope="module")
def session(project):
    assert SparkSession.getActiveSession() is None, (
        "these tests need a session with S3's jars: run them alone"
    )
    session = get_session(load_config([project]).spark)
    yield session
    session.stop()


def run_all(session, project):
    job = open_job(load_config([project]), spark=session)
    return job, list(run_stages(job, load_stages([*STAGES, "releases"])))


@pytest.fixture(scope="module")
def first(session, project):
    return run_all(session, project)


def smelt(capsys, project, *arguments):
    capsys.readouterr()
    app([*arguments, "--conf", str(project)], standalone_mode=False)
    return capsys.readouterr().out


def test_a_run_makes_a_release_from_what_lies_in_the_bucket(first, server):
    job, reports = first
    assert reports[0].result.total("out") > 0.9 * RECORDS
    assert job.warehouse.read("gold.training_splits").count() == reports[-1].result.total("out") > 0
    assert server.objects("warehouse/gold/releases/_delta_log/")
    assert server.objects("warehouse/.lease/")
    assert not server.objects("warehouse/ops/leases/")


def test_no_temporary_table_is_left(first, server):
    left = server.objects("warehouse/scratch")
    assert [
        key for key in left if not key.endswith("/")
    ] == []  # S3A may keep an empty object for the folder itself


def test_a_second_run_finds_nothing_with_few_requests(first, session, project, server, capsys):
    before, began, worked = server.requests, time.monotonic(), time.process_time()
    _, reports = run_all(session, project)
    asked, took = server.requests - before, time.monotonic() - began
    with capsys.disabled():
        print(
            f"\nidle run on S3: {asked} requests, {took:.1f} s, {time.process_time() - worked:.1f} s of Python"
        )
    assert {report.result.total("in") for report in reports} == {0}
    assert asked < 2_000


def test_sql_without_spark_reads_the_bucket(first, project, capsys):
    job, _ = first
    said = smelt(capsys, project, "sql", "--json", "-e", "SELECT count(*) AS n FROM gold.training_splits")
    assert json.loads(said) == {"n": job.warehouse.read("gold.training_splits").count()}


def test_export_and_report_are_written_to_the_bucket(first, project, server, capsys):
    told = json.loads(smelt(capsys, project, "export", "latest", f"s3a://{BUCKET}/out/export", "--json"))
    exported = {key.removeprefix("out/export/") for key in server.objects("out/export/")}
    assert {"README.md", "manifest.json"} <= exported
    lines = [
        line for name in exported if name.endswith(".jsonl")
        for line in server.read(f"out/export/{name}").splitlines()
    ]  # fmt: skip
    assert len(lines) == sum(told["rows"].values()) > 0
    smelt(capsys, project, "report", "latest", "--out", f"s3a://{BUCKET}/out/report")
    assert {key.rpartition("/")[2] for key in server.objects("out/report/")} == {
        "report.html", "README.md", "measures.json",
    }  # fmt: skip
    with pytest.raises(Exception, match="is not empty"):
        smelt(capsys, project, "report", "latest", "--out", f"s3a://{BUCKET}/out/report")


def test_doctor_tries_whether_the_store_is_safe(first, server):
    job, _ = first
    found = {check.name: check for check in check_store(job.warehouse)}
    assert all(check.is_good for check in found.values())
    assert "refuses to overwrite" in found["s3 lease"].said
    server.forgets_conditions = True
    try:
        found = {check.name: check for check in check_store(job.warehouse)}
    finally:
        server.forgets_conditions = False
    assert not found["s3 lease"].is_good
    assert not [key for key in server.objects("warehouse/.lease/") if "probe" in key]


def test_a_second_writer_waits_its_turn(first, project):
    job, _ = first
    command = [sys.executable, "-m", "smelt.cli.app", "maintain", "--conf", str(project)]
    command += ["--set", "warehouse.wait_seconds=1"]
    with job.warehouse.writing("the first writer"):
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=1200)
        note_access(  # beside whoever writes
            job.warehouse, action="sql", outcome="granted", actor="me", run_id=job.run_id, reason="beside"
        )
    assert done.returncode == 3, done.stderr[-2000:]
    assert "the first writer" in done.stderr
    assert job.warehouse.read("ops.access_log").where("reason = 'beside'").count() == 1


def test_who_is_forgotten_is_in_no_object_any_more(first, project, server, capsys):
    mail = a_customer(server)
    assert mail in held(server)
    told = json.loads(smelt(capsys, project, "forget", "--customer", mail, "--vacuum", "--json"))
    assert told["vacuumed_at"]
    assert mail not in held(server)


def a_customer(server):
    for key in server.objects("landing/tickets/"):
        for line in server.read(key).splitlines():
            try:
                return json.loads(line)["requester"]["email"]
            except (ValueError, KeyError, TypeError):
                continue
    raise AssertionError("no ticket names a customer")


def held(server):
    """All that the warehouse's objects hold, texts of Parquet files included."""
    texts = []
    for key in server.objects("warehouse/"):
        content = server.read(key)
        is_rows = key.endswith(".parquet") and "_delta_log" not in key
        texts.append(str(pq.read_table(io.BytesIO(content)).to_pylist()) if is_rows else str(content))
    return "\n".join(texts)


def test_upkeep_leaves_the_release_as_it_is(first, project, capsys):
    job, _ = first
    rows = job.warehouse.read("gold.training_splits").count()
    told = [json.loads(line) for line in smelt(capsys, project, "maintain", "--json").splitlines()]
    assert {"gold.training_splits", "silver.examples"} <= {each["table"] for each in told}
    assert job.warehouse.read("gold.training_splits").count() == rows
