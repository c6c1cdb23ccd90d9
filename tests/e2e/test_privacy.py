"""Canaries in every input field, through every stage: none gets past bronze, and one customer can be forgotten."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pyarrow.parquet as pq
import pytest

from smelt.releases.manifest import ReleaseError
from tests.e2e.canaries import CARD, NUMBERS, PHONE, SSN, WORD, mail, plant

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]

SECRET = "c0ffee" * 8


class Planted(NamedTuple):
    """A finished run over the canaries."""

    folder: Path
    config: Path
    code: int
    output: str

    @property
    def warehouse(self) -> Path:
        return self.folder / "warehouse"


@pytest.fixture(scope="module")
def planted(tmp_path_factory) -> Planted:
    """``smelt run`` as a process of its own, so that all it says is seen, Java's part included."""
    folder = tmp_path_factory.mktemp("canaries")
    config = plant(folder)
    done = subprocess.run(
        [sys.executable, "-m", "smelt.cli.app", "run", "--conf", str(config)],
        env=os.environ | {"SMELT_PII_KEY": SECRET},
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        timeout=3000,
    )
    return Planted(folder, config, done.returncode, done.stdout + done.stderr)


@pytest.fixture
def smelt(planted, spark, monkeypatch, capsys):
    """Runs a command in this process; returns what it printed. What it says beside that never holds a canary."""
    from smelt.cli.app import app

    monkeypatch.setenv("SMELT_PII_KEY", SECRET)

    def run(*arguments: str) -> str:
        capsys.readouterr()
        app([*arguments, "--conf", str(planted.config)], standalone_mode=False)
        printed = capsys.readouterr()
        assert leaks(printed.err) == []
        return printed.out

    return run


def leaks(text: str) -> list[str]:
    """Canaries in a text, with what stands around them; digits may have separators between them."""
    patterns = [re.escape(WORD), *(r"[ ().-]{0,2}".join(number) for number in NUMBERS)]
    found = re.finditer(rf"(?<![0-9a-f])(?:{'|'.join(patterns)})(?![0-9a-f]{{4}})", text, re.IGNORECASE)
    return [text[max(0, match.start() - 40) : match.end() + 10] for match in found]


def files_past_bronze(warehouse: Path) -> Iterator[Path]:
    return (
        file
        for file in sorted(warehouse.rglob("*"))
        if file.is_file() and file.relative_to(warehouse).parts[0] != "bronze"
    )


def content(file: Path) -> str:
    """A file as text; Parquet decoded cell by cell, whether or not any version of the table reads it."""
    if file.suffix == ".parquet":
        return json.dumps(
            pq.read_table(file, partitioning=None).to_pylist(), default=repr, ensure_ascii=False
        )
    return file.read_bytes().decode("utf-8", "replace")


def test_the_run_goes_through(planted):
    assert planted.code == 0, planted.output
    for table in ("conversations", "pii_findings", "pii_vault", "examples", "scores"):
        assert list((planted.warehouse / "silver" / table).glob("**/*.parquet")), table


def test_bronze_holds_the_canaries(planted):
    """Otherwise the tests below would prove nothing."""
    text = "".join(content(file) for file in sorted((planted.warehouse / "bronze").rglob("*.parquet")))
    fields = (
        "key subject body resolution comment turn customer-id customer agent-id category priority language status"
        " extra-key extra-value chat chat-id chat-buyer title symptom broken-line file"
    )
    assert [field for field in fields.split() if mail(field) not in text] == []
    assert [number for number in (PHONE, CARD, SSN) if number not in text] == []


def test_no_file_past_bronze_holds_a_canary(planted):
    found = {
        str(file.relative_to(planted.warehouse)): leaks(content(file))
        for file in files_past_bronze(planted.warehouse)
    }
    assert {name: these for name, these in found.items() if these or leaks(name)} == {}
    assert len(found) > 20


def test_no_file_holds_the_key(planted):
    files = [file for file in sorted(planted.folder.rglob("*")) if file.is_file()]
    assert [str(file) for file in files if SECRET.encode() in file.read_bytes()] == []
    assert SECRET not in planted.output


def test_what_the_run_says_holds_no_canary(planted):
    assert leaks(planted.output) == []


def test_what_commands_show_holds_no_canary(planted, smelt, spark):
    records = spark.read.format("delta").load(str(planted.warehouse / "silver/examples"))
    record = records.where("source = 'desk'").orderBy("record_id").first()["record_id"]
    shown = (
        smelt("status")
        + smelt("sql", "-e", "SELECT * FROM silver.pii_findings")
        + smelt("sql", "-e", "SELECT * FROM ops.runs")
        + smelt("explain", record)
        + smelt("duplicates")
        + smelt("splits", "latest", "--json")
    )
    assert "EMAIL" in shown
    assert record in shown
    assert leaks(shown) == []


@pytest.mark.parametrize("shape", ["messages", "prompt-completion", "alpaca"])
@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
def test_no_exported_file_holds_a_canary(smelt, tmp_path, kind, shape):
    smelt("export", "latest", str(tmp_path / "out"), "--format", kind, "--shape", shape)
    files = {file.name: content(file) for file in sorted((tmp_path / "out").rglob("*")) if file.is_file()}
    assert {"README.md", "manifest.json"} < set(files)
    assert "[EMAIL_1]" in "".join(files.values())
    assert {name: leaks(text) for name, text in files.items() if leaks(text) or leaks(name)} == {}


def test_no_file_of_a_report_holds_a_canary(smelt, tmp_path, monkeypatch):
    """The report, the dataset card, the measures, and all that the store of MLflow keeps."""
    monkeypatch.chdir(tmp_path)
    tracking = [f"--set=report.mlflow.tracking_uri=sqlite:///{tmp_path}/runs.db"]
    shown = smelt("report", "latest", "--out", str(tmp_path / "report"), *tracking)
    files = {str(file.relative_to(tmp_path)): content(file) for file in tmp_path.rglob("*") if file.is_file()}
    assert {"report/report.html", "report/README.md", "report/measures.json"} <= set(files)
    assert "runs.db" in files
    assert "[EMAIL_1]" in files["report/report.html"]
    assert {name: leaks(text) for name, text in files.items() if leaks(text) or leaks(name)} == {}
    assert leaks(shown) == []


def test_reveal_shows_values_to_the_key_and_logs_it_first(planted, smelt, spark, monkeypatch):
    from smelt.errors import ConfigError

    findings = spark.read.format("delta").load(str(planted.warehouse / "silver/pii_findings"))
    record = findings.where("source = 'desk'").orderBy("record_id").first()["record_id"]
    shown = smelt("reveal", record, "--reason", f"asked by {mail('reason')}", "--json")
    values = {(value["field"], value["value"]) for value in map(json.loads, shown.splitlines())}
    assert {("turns", mail("body")), ("turns", CARD), ("title", mail("subject"))} <= values
    monkeypatch.setenv("SMELT_PII_KEY", "0" * 64)
    with pytest.raises(Exception, match="cannot be opened"):
        smelt("reveal", record, "--reason", "curious")
    monkeypatch.delenv("SMELT_PII_KEY")
    with pytest.raises(ConfigError):
        smelt("reveal", record, "--reason", "curious")
    log = spark.read.format("delta").load(str(planted.warehouse / "ops/access_log"))
    rows = [(row["outcome"], row["values_shown"], row["reason"]) for row in log.orderBy("at").collect()]
    assert rows == [
        ("granted", len(shown.splitlines()), "asked by [EMAIL]"),
        ("denied", 0, "curious"),
        ("denied", 0, "curious"),
    ]


def test_a_customer_is_forgotten_for_good(planted, smelt, spark):
    """Last: it takes the canaries of one customer out of the warehouse, files and all."""
    certificate = json.loads(
        smelt("forget", "--customer", f" {mail('customer-id').upper()} ", "--vacuum", "--json")
    )
    assert certificate["records"] == 4
    assert {"bronze.tickets", "silver.conversations", "silver.examples", "silver.pii_vault"} <= set(
        certificate["rows_deleted"]
    )
    assert certificate["erased_at"]
    assert certificate["vacuumed_at"]
    fields = "key subject body resolution comment turn speaker customer-id customer category priority language status"
    left = {
        str(file.relative_to(planted.warehouse)): field
        for file in sorted(planted.warehouse.rglob("*"))
        if file.is_file()
        for field in (*fields.split(), "extra-value")
        if mail(field) in content(file)
    }
    assert left == {}

    tickets = planted.folder / "landing" / "tickets"
    next(tickets.iterdir()).rename(tickets / "sent again.jsonl")
    smelt("ingest")
    assert (
        spark.read.format("delta")
        .load(str(planted.warehouse / "bronze/tickets"))
        .where("source = 'desk'")
        .count()
        == 0
    )
    ledger = spark.read.format("delta").load(str(planted.warehouse / "ops/ledger"))
    refused = ledger.where("reason = 'erased_on_request'").selectExpr("sum(count) AS rows").first()["rows"]
    assert refused == 4

    (marked,) = map(json.loads, smelt("releases", "--json").splitlines())
    assert (marked["release"], marked["forgotten"]) == (certificate["releases"][0], 1)
    with pytest.raises(ReleaseError, match="forgotten customers"):
        smelt("export", "latest", str(planted.folder / "out"))
    smelt("release", "--from", "latest")
    made = list(map(json.loads, smelt("releases", "--json").splitlines()))
    assert [release["forgotten"] for release in made] == [1, 0]
    smelt("export", "latest", str(planted.folder / "out"))
    smelt("export", marked["release"], str(planted.folder / "all"), "--with-forgotten")

    again = json.loads(smelt("forget", "--customer", mail("customer-id"), "--json"))
    assert (again["records"], again["rows_deleted"]) == (4, certificate["rows_deleted"])
