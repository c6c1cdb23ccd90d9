"""Two runs on one warehouse at the same time: nothing lost, nothing twice, and the second says whom it waited for."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from smelt.generate.config import GenerateConfig
from smelt.generate.generator import generate
from smelt.generate.project import write_project

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

KINDS = ("tickets", "chats", "transcripts", "articles")


def start(conf: Path, *arguments: str) -> subprocess.Popen:
    name, *rest = arguments
    return subprocess.Popen(
        [sys.executable, "-m", "smelt.cli.app", name, "--conf", str(conf), *rest],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=conf.parent,
        env=os.environ | {"SMELT_PII_KEY": "c0ffee" * 8},
    )


def test_two_runs_at_once_take_in_every_record_once(tmp_path):
    import deltalake

    config = GenerateConfig(records=80, seed=11)
    generate(tmp_path / "landing", config, lambda step: None)
    conf = write_project(tmp_path / "landing", config.kinds)

    first, second = start(conf, "run"), start(conf, "run")
    impatient = start(conf, "ingest", "--set", "warehouse.wait_seconds=0")
    said = [process.communicate(timeout=900)[0] for process in (first, second, impatient)]
    assert (first.returncode, second.returncode) == (0, 0), said
    assert impatient.returncode in (0, 3), said[2]
    if impatient.returncode:
        assert "another process writes to this warehouse: run 2" in said[2]
    assert sum("waiting for run 2" in each for each in said) >= 1

    root = conf.parent / "warehouse"
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
