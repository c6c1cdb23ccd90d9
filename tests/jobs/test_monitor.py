"""Tables that monitoring makes without Spark, in the hands of Spark: the same contracts, the same lease, erasure."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from smelt.monitor.config import MonitorConfig
from smelt.monitor.take_in import WRITES, Intake
from smelt.pii.config import PiiConfig
from smelt.privacy.erasure.request import forget_customers
from smelt.tables.without_spark import PlainTables

NOW = dt.datetime(2026, 11, 28, 12, tzinfo=dt.timezone.utc)
MADE = (*WRITES, "gold.monitoring", "gold.alerts", "gold.retraining_plans", "silver.feedback_neighbours")


@pytest.fixture
def plain(warehouse, monkeypatch):
    monkeypatch.setenv("SMELT_PII_KEY", "0123456789abcdef" * 4)
    return PlainTables(root=warehouse.root, turns=warehouse.turns)


def take_in(plain, folder):
    logs = [{"name": "prod", "path": str(folder)}]
    config = MonitorConfig.model_validate({"logs": logs})
    return Intake(plain, config, PiiConfig(), run_id="run", now=NOW).run()


def test_spark_takes_the_tables_for_its_own(warehouse, plain):
    plain.create(*MADE)
    assert {table: warehouse.compare(table) for table in MADE} == {table: [] for table in MADE}
    warehouse.create(*MADE)


def test_a_customer_is_forgotten_in_predictions_feedback_and_quarantine(warehouse, plain, tmp_path):
    folder = tmp_path / "logs"
    folder.mkdir()
    line = {"id": "a1", "at": "2026-11-27T10:00:00Z", "model_version": "1", "user": "jane.roe@mail.example"}
    line |= {"question": "Where is it?", "answer": "On its way.", "rating": "down"}
    other = line | {"id": "a2", "user": "max.moe@mail.example"}
    bad = line | {"id": "a3", "latency_ms": -1}
    (folder / "a.jsonl").write_text("\n".join(json.dumps(each) for each in (line, other, bad)))
    take_in(plain, folder)
    assert plain.read("bronze.quarantined_logs").num_rows == 1
    (certificate,) = forget_customers(
        warehouse, PiiConfig(), ["jane.roe@mail.example"], run_id="forget", reason=None, with_vacuum=True
    )
    assert certificate.rows_deleted["silver.predictions"] == 1
    assert certificate.rows_deleted["bronze.quarantined_logs"] == 1
    assert plain.read("silver.predictions").num_rows == 1
    assert plain.read("silver.feedback").num_rows == 1
    assert plain.read("bronze.quarantined_logs").num_rows == 0
    (folder / "b.jsonl").write_text(json.dumps(line | {"answer": "Again."}) + "\n" + json.dumps(bad))
    take_in(plain, folder)
    assert plain.read("silver.predictions").num_rows == 1
    assert plain.read("bronze.quarantined_logs").num_rows == 0
