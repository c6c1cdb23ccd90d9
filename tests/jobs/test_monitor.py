"""Tables that monitoring makes without Spark, in the hands of Spark: the same contracts, the same lease, erasure."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from smelt.costs.config import CostsConfig
from smelt.identity import record_id
from smelt.monitor.config import MonitorConfig
from smelt.monitor.round import monitor_round
from smelt.monitor.take_in import WRITES, Intake
from smelt.pii.config import PiiConfig
from smelt.privacy.erasure.request import forget_customers
from smelt.tables.without_spark import PlainTables
from tests.e2e.test_erasure_complete import places_of

NOW = dt.datetime(2026, 11, 28, 12, tzinfo=dt.UTC)
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


def test_no_byte_of_a_forgotten_person_is_left_in_what_monitoring_keeps(warehouse, plain, tmp_path):
    folder, word = tmp_path / "logs", "plantedleak"
    folder.mkdir()
    line = {"id": "a1", "at": "2026-11-26T10:00:00Z", "model_version": "1", "user": "jane.roe@mail.example"}
    line |= {
        "question": f"Where is {word}?",
        "answer": f"The {word} is away.",
        "edited": f"Your {word} comes.",
    }
    other = {
        **line,
        "id": "a2",
        "user": "max.moe@mail.example",
        "question": "Where?",
        "answer": "No.",
        "edited": "Yes.",
    }
    bad = line | {"id": "a3", "latency_ms": -1}
    (folder / "a.jsonl").write_text("\n".join(json.dumps(each) for each in (line, other, bad)))
    config = MonitorConfig.model_validate({"logs": [{"name": "prod", "path": str(folder)}]})

    def go_round(run_id):
        look_back = dt.timedelta(days=30)
        return monitor_round(
            plain, config, PiiConfig(), CostsConfig(), run_id=run_id, now=NOW, look_back=look_back
        )

    assert go_round("r1").corrected == 2
    root = Path(warehouse.root)
    names = (word, record_id("prod", "a1"), record_id("prod", "a3"))
    assert {name.rpartition("/")[0] for name, _ in places_of(root, *names)} >= {"silver/feedback"}
    forget_customers(
        warehouse, PiiConfig(), ["jane.roe@mail.example"], run_id="forget", reason=None, with_vacuum=True
    )
    assert places_of(root, *names) == []
    after = go_round("r2")
    assert after.corrected == 1
    assert after.stages["monitor"].total("out") >= 1
    requests = [
        row["value"] for row in plain.read("gold.monitoring").to_pylist() if row["measure"] == "requests"
    ]
    assert max(requests) == 1
    assert places_of(root, *names) == []
