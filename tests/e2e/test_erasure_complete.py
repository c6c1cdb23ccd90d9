"""A person is planted wherever bytes of a person can be, forgotten, and looked for in every byte that is left."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from smelt.errors import ConfigError
from smelt.identity import record_id, stable_id
from smelt.releases.manifest import ReleaseError
from smelt.tables.warehouse import Warehouse
from tests.builders import NOON, rows_of

pytestmark = [pytest.mark.embedded, pytest.mark.slow, pytest.mark.timeout(1800)]

SECRET, OTHER = "c0ffee" * 8, "decade" * 8
WORD, MAIL, CUSTOMER = "plantedleak", "groß.plantedleak@mail.example", "CUST-plantedleak-1"
STAYS = "cust-stays-1"


def ticket(number: int, customer: str, mail: str, secret_word: str) -> dict:
    return {
        "id": f"{customer}-ticket-{number}",
        "subject": f"Cannot sign in on device {number}",
        "body": (
            f"Hello, I cannot sign in with my {secret_word} account on device {number}, the page says error 17 after I"
            " type the code. What should I do to reset the password of my account?"
        ),
        "resolution": "Please open the settings, choose Reset password, confirm the code that we sent."
        " Then sign in again.",
        "customer": customer,
        "email": mail,
        "created": f"2026-03-0{number + 1}T10:00:00Z",
    }


def plant(folder: Path) -> Path:
    landing = folder / "landing"
    landing.mkdir()
    theirs = [ticket(number, CUSTOMER, MAIL, WORD) for number in range(3)]
    theirs.append(
        ticket(3, CUSTOMER, MAIL, WORD)
        | {
            "subject": "Invoice shows the wrong address",
            "body": "The invoice for my last order shows my old street. How can I change the address on an invoice that"
            " was already sent to me?",
            "resolution": "Open Billing, choose the invoice, press Edit address and save it. We then send you the"
            " corrected invoice within one day.",
        }
    )
    others = [ticket(number + 4, STAYS, "other@mail.example", "usual") for number in range(3)]
    escaped = json.dumps({"email": MAIL}, ensure_ascii=True)[:-1]  # \u00df, and a line that ends too soon
    broken = [
        escaped,
        f"x{CUSTOMER} {CUSTOMER} twice {WORD}",
        f'{{"note": "{WORD}", "email": "GROSS.plantedleak@mail.example',
        f'{{"customer": "{CUSTOMER.lower()}"',
        '{"nobody": 1',
    ]
    lines = [json.dumps(row) for row in (*theirs, *others)] + broken
    (landing / "tickets.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    config = folder / "smelt.yaml"
    mapping = {
        "source_key": "id", "subject": "subject", "body": "body", "resolution": "resolution",
        "customer_id": "customer", "customer_email": "email", "created_at": "created",
    }  # fmt: skip
    source = {"name": "desk", "kind": "tickets", "format": "json_lines", "path": ".", "mapping": mapping}
    settings = {
        "intake": {"landing": "landing", "sources": [source]},
        "pii": {"vault": {"enabled": True}},
        "warehouse": {"root": "warehouse"},
    }
    config.write_text(json.dumps(settings), "utf-8")
    return config


def texts(root: Path):
    """Every file below the warehouse as text, its name first; Parquet decoded, whether a table reads it or not."""
    for file in sorted(root.rglob("*")):
        if file.is_file():
            name = str(file.relative_to(root))
            yield name, name
            if file.suffix == ".parquet":
                rows = pq.read_table(file, partitioning=None).to_pylist()
                yield name, json.dumps(rows, default=repr, ensure_ascii=False)
            yield name, file.read_bytes().decode("utf-8", "replace")


def places_of(root: Path, *words: str) -> list[tuple[str, str]]:
    found = {
        (name, word) for name, text in texts(root) for word in words if word.casefold() in text.casefold()
    }
    return sorted(found)


@pytest.fixture
def smelt(spark, tmp_path, monkeypatch, capsys):
    from smelt.cli.app import app

    monkeypatch.setenv("SMELT_PII_KEY", SECRET)
    config = plant(tmp_path)

    def run(*arguments: str) -> str:
        capsys.readouterr()
        app([*arguments, "--conf", str(config)], standalone_mode=False)
        return capsys.readouterr().out

    return run


def test_nothing_of_a_forgotten_person_is_left_or_comes_back(smelt, spark, tmp_path, monkeypatch):
    root = tmp_path / "warehouse"
    smelt("run")
    house = Warehouse(spark, root=str(root))
    ids = [record_id("desk", f"{CUSTOMER}-ticket-{number}") for number in range(4)]
    conversations = house.read("silver.conversations").select("record_id").collect()
    assert {*ids} < {row["record_id"] for row in conversations}
    examples = [
        row["example_id"]
        for row in house.read("silver.examples").where("record_id IN ('" + "','".join(ids) + "')").collect()
    ]
    curated_before = house.read("gold.curated_examples").count()
    assert len(examples) >= 3
    released = house.read("gold.training_splits").where("record_id IN ('" + "','".join(ids) + "')").count()
    assert released

    # What the flow leaves only now and then: embeddings, scratch and arrivals of a run that was killed.
    signed = house.read("silver.signatures").where("record_id IN ('" + "','".join(ids) + "')").collect()
    hashes = sorted({row["text_hash"] for row in signed if row["text_hash"]})
    assert hashes
    vectors = [
        {"text_hash": each, "model_hash": "m", "vector": [1.0], "buckets": [1], "run_id": "r"}
        for each in hashes
    ]
    house.merge("silver.embeddings", rows_of(spark, "silver.embeddings", vectors))
    with house.scratch(house.read("bronze.tickets"), "killed") as rows:
        left = Path(rows.inputFiles()[0].removeprefix("file://").replace("%20", " ")).parent
        kept = {file: file.read_bytes() for file in left.iterdir()}
    left.mkdir(parents=True)
    for file, content in kept.items():
        file.write_bytes(content)
    arrival = {
        "source": "desk", "kind": "tickets", "source_file": "f", "source_position": "line 1", "raw": f"{WORD} raw",
        "reasons": ["invalid_json"], "ingested_at": NOON, "run_id": "killed",
    }  # fmt: skip
    columns = dict.fromkeys(house.read("bronze.arrivals").columns)
    house.append("bronze.arrivals", rows_of(spark, "bronze.arrivals", [columns | arrival]))

    monkeypatch.setenv("SMELT_PII_KEY", OTHER)
    with pytest.raises(ConfigError, match="another secret"):
        smelt("run")
    monkeypatch.delenv("SMELT_PII_KEY")
    with pytest.raises(ConfigError, match="published demo key"):
        smelt("run", "--set", "pii.key.demo=true")
    monkeypatch.setenv("SMELT_PII_KEY", SECRET)

    certificate = json.loads(smelt("forget", "--customer", MAIL.upper(), "--vacuum", "--json"))
    assert certificate["records"] == 4
    assert certificate["rows_deleted"]["bronze.quarantine"] == 4
    assert certificate["vacuumed_at"]
    people = (WORD, "gross.planted", "groß.planted", "gro\\u00df.planted")
    names = (*ids, *examples)
    in_releases = [
        entry for entry in places_of(root, *people, *names) if not entry[0].startswith("gold/training")
    ]
    assert in_releases == []
    assert places_of(root / "silver" / "embeddings", *hashes) == []
    assert len(house.read("bronze.quarantine").collect()) == 1

    # Others of the cluster stand for themselves again; nothing comes back from files that were touched or sent again.
    landing = tmp_path / "landing"
    os.utime(landing / "tickets.jsonl", (time.time() + 5, time.time() + 5))
    (landing / "again.jsonl").write_bytes((landing / "tickets.jsonl").read_bytes())
    release, *_ = certificate["releases"]
    with pytest.raises(ReleaseError, match="forgotten customers"):
        smelt("export", release, str(tmp_path / "out"))
    smelt("run")
    ledger = house.read("ops.ledger").where("reason = 'erased_on_request' AND stage = 'ingest'")
    assert ledger.selectExpr("sum(count) AS rows").first()["rows"] == 2 * (4 + 4)
    assert (
        house.read("bronze.quarantine").count() == 2
    )  # the one that is nobody's, once more from the second file
    curated = house.read("gold.curated_examples")
    assert curated.count() >= min(1, curated_before)
    assert {row["source"] for row in curated.collect()} == {"desk"}
    assert house.read("silver.duplicates").where("kept_id IN ('" + "','".join(examples) + "')").count() == 0

    dropped = json.loads(smelt("release", "--drop", release, "--json"))
    assert dropped["dropped_at"]
    assert release not in {json.loads(line)["release"] for line in smelt("releases", "--json").splitlines()}
    for arguments in (["export", release, str(tmp_path / "out")], ["release", release]):
        with pytest.raises(ReleaseError):
            smelt(*arguments)
    smelt("forget", "--customer", CUSTOMER, "--vacuum")
    assert places_of(root, *people, *names) == []

    # Put back by hand, as from a backup: the next run takes it out again before anything reads it.
    returned = dict.fromkeys(house.read("silver.conversations").columns) | {
        "record_id": ids[0], "conversation_id": stable_id("c"), "source": "desk", "kind": "tickets", "turns": [],
        "pii_count": 0, "pii_rejections": [], "pii_findings": [], "content_hash": "x", "ingested_at": NOON,
        "run_id": "backup",
    }  # fmt: skip
    house.append("silver.conversations", rows_of(spark, "silver.conversations", [returned]))
    smelt("run")
    assert house.read("silver.conversations").where(f"record_id = '{ids[0]}'").count() == 0
    notes = [row["note"] for row in house.read("ops.runs").where("stage = 'erasures'").collect()]
    assert "1 erased records had come back and were deleted again" in notes
