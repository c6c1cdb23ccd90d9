"""Two runs on one warehouse at the same time: nothing lost, nothing twice, and they say for whom they wait.

The test holds the warehouse until both wait for it, so that they begin together on any machine.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from smelt.generate.config import GenerateConfig
from smelt.generate.generator import generate
from smelt.generate.project import write_project
from smelt.tables.without_spark import PlainTables

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]

KINDS = ("tickets", "chats", "transcripts", "articles")


HOLDER = "who was here before"


def start(conf: Path, log: Path, name: str, wait: int) -> subprocess.Popen:
    with log.open("w") as out:
        return subprocess.Popen(
            [
                sys.executable,
                "-m",
                "smelt.cli.app",
                name,
                "--conf",
                str(conf),
                "--set",
                f"warehouse.wait_seconds={wait}",
            ],
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd=conf.parent,
            env=os.environ | {"SMELT_PII_KEY": "c0ffee" * 8},
        )


def test_two_runs_at_once_take_in_every_record_once(tmp_path):
    import deltalake

    config = GenerateConfig(records=80, seed=11)
    generate(tmp_path / "landing", config, lambda step: None)
    conf = write_project(tmp_path / "landing", config.kinds)

    root = conf.parent / "warehouse"
    logs = [tmp_path / f"{name}.log" for name in ("first", "second", "impatient")]
    with PlainTables(root=str(root)).writing(HOLDER):
        runs = [start(conf, log, "run", 1200) for log in logs[:2]]
        assert start(conf, logs[2], "ingest", 0).wait(900) == 3, logs[2].read_text()
        while not all(f"waiting for {HOLDER}" in log.read_text() for log in logs[:2]):
            assert [run.poll() for run in runs] == [None, None], [log.read_text() for log in logs]
            time.sleep(0.05)
    assert [run.wait(1200) for run in runs] == [0, 0], [log.read_text() for log in logs]
    assert f"another process writes to this warehouse: {HOLDER}" in logs[2].read_text()

    keys = {
        name: deltalake.DeltaTable(str(root / name))
        .to_pyarrow_table(columns=["record_id"])
        .to_pydict()["record_id"]
        for name in (*(f"bronze/{kind}" for kind in KINDS), "silver/conversations")
    }
    assert {name: len(each) - len(set(each)) for name, each in keys.items()} == dict.fromkeys(keys, 0)
    taken = sum(len(keys[f"bronze/{kind}"]) for kind in KINDS)
    assert len(keys["silver/conversations"]) == taken > 60
    ledger = deltalake.DeltaTable(str(root / "ops/ledger")).to_pyarrow_table().to_pylist()
    counts = {
        measure: sum(row["count"] for row in ledger if row["stage"] == "ingest" and row["measure"] == measure)
        for measure in ("in", "out", "rejected", "quarantined")
    }
    assert counts["in"] == counts["out"] + counts["rejected"] + counts["quarantined"]
    assert counts["out"] == taken
    releases = deltalake.DeltaTable(str(root / "gold/releases")).to_pyarrow_table().to_pylist()
    assert len(releases) == 1
