"""``smelt monitor`` and ``smelt costs`` as a user calls them: words, exit codes, JSON, a page."""

from __future__ import annotations

import datetime as dt
import json

import pyarrow as pa
import pytest
import yaml
from deltalake import write_deltalake
from typer.testing import CliRunner

from smelt.cli.app import app
from smelt.monitor.simulate import Shift
from smelt.tables.contract import contract
from smelt.tables.without_spark import PlainTables
from tests.unit.monitor.conftest import Place
from tests.unit.monitor.test_round import released
from tests.unit.monitor.test_watch import a_week

NOW = "2026-11-28T12:00:00Z"


@pytest.fixture
def called(tmp_path, monkeypatch):
    """``called("monitor", "run", ...)``: exit code and output, over six days that end worse than they began."""
    monkeypatch.setenv("SMELT_PII_KEY", "0123456789abcdef" * 4)
    place = Place(tmp_path)
    more = a_week(place, Shift(3, 6, accuracy_down=0.25))
    released(place)
    monitor = more | {"models": {"1": {"release": "r1"}}, "retrain": {"out": "plans"}}
    settings = {"warehouse": {"root": "warehouse"}, "monitor": monitor, "tuning": {"out": "tuning"}}
    conf = tmp_path / "smelt.yaml"
    conf.write_text(yaml.safe_dump(settings))

    def call(*words):
        found = CliRunner().invoke(app, [*words, "--conf", str(conf)])
        assert found.exception is None or isinstance(found.exception, SystemExit), found.exception
        return found.exit_code, found.stdout

    return call


def test_a_round_its_alerts_and_its_page(called, tmp_path):
    code, said = called("monitor", "run", "--now", NOW, "--gate")
    assert code == 10
    assert "quality_down" in said
    assert "a plan to train anew: " in said
    assert "smelt review sample corrections" in said
    assert list((tmp_path / "plans").glob("*.json"))
    code, said = called("monitor", "run", "--now", NOW, "--json")
    assert (code, {json.loads(line)["rule"] for line in said.splitlines()} >= {"quality_down"}) == (0, True)
    code, said = called("monitor", "alerts", "--gate")
    assert (code, "quality_down" in said) == (10, True)
    code, said = called("monitor", "page", "--out", str(tmp_path / "pages"))
    assert code == 0
    assert "quality down" in (tmp_path / "pages" / "1.html").read_text()


def test_nothing_to_watch_is_said(called, tmp_path):
    code, said = called("monitor", "page", "--out", str(tmp_path / "pages"))
    assert (code, "nothing was measured yet" in said) == (0, True)
    code, said = called(
        "monitor", "run", "--now", "2026-11-01T00:00:00Z", "--gate", "--set", "monitor.logs=[]"
    )
    assert (code, "no new log" in said) == (0, True)
    assert called("monitor", "run", "--now", "yesterday")[0] == 2


def test_costs_from_the_tables_and_the_same_estimate_is_kept_once(called, tmp_path):
    columns = contract("gold.releases").arrow_schema()
    made = dict.fromkeys(columns.names, "x") | {"release": "r1", "rows": 400, "groups": 1, "dropped_at": None}
    made |= {"created_at": dt.datetime(2026, 11, 1, tzinfo=dt.UTC)}
    maps = ("input_versions", "counts", "split_fingerprints", "residual_rows", "residual_spans")
    write_deltalake(
        str(tmp_path / "warehouse" / "gold" / "releases"),
        pa.Table.from_pylist([made | {name: [] for name in maps}], columns),
    )
    size = ("--set", "costs.workload.parameters=1e9")
    code, said = called("costs", "estimate", *size)
    assert code == 0
    assert "release r1: 400 train rows" in said
    assert "recommended: " in said
    assert "phase 2, LoRA" in said
    first = json.loads(called("costs", "estimate", "--json", *size)[1])
    again = json.loads(called("costs", "estimate", "--json", *size)[1])
    assert first == again
    assert PlainTables(root=str(tmp_path / "warehouse")).read("gold.cost_estimates").num_rows == 1
    assert first["costs"]["lora"]["is_computed"]
    assert called("costs", "roadmap")[1].count("week") == 12
    assert "there is no training run yet" in called("costs", "bill")[1]
