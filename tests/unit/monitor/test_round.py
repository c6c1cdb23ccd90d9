"""Whole rounds over traffic that gets worse: alerts, neighbours, a plan, its cool-down, corrections."""

from __future__ import annotations

import datetime as dt
import json
import shutil

import pyarrow as pa
import pytest
from deltalake import write_deltalake

from smelt.costs.config import CostsConfig
from smelt.monitor.round import monitor_round
from smelt.monitor.simulate import Shift
from smelt.pii.config import PiiConfig
from smelt.tables.contract import contract
from smelt.tables.without_spark import PlainTables
from tests.unit.monitor.conftest import Place
from tests.unit.monitor.test_watch import a_week, figure, pairs


def go_round(place, run_id="r1", **more):
    config = place.config(**more)
    look_back = dt.timedelta(days=60)
    return monitor_round(
        place.tables, config, PiiConfig(), CostsConfig(), run_id=run_id, now=place.now, look_back=look_back
    )


def released(place):
    """Release r1 holds the pairs that the traffic is drawn from."""
    columns = contract("gold.training_splits")
    rows = [
        dict.fromkeys(columns.column_names) | {
            "release": "r1", "split": "train", "example_id": f"e{number:04}", "record_id": "r", "conversation_id": "c",
            "group_id": "g", "source": "s", "kind": "tickets", "category": pair.category, "language": "en",
            "composite": 1.0, "messages": [], "prompt": [], "completion": [], "input": "",
            "instruction": pair.question, "output": pair.answer, "content_hash": "h", "run_id": "run",
        }
        for number, pair in enumerate(pairs())
    ]  # fmt: skip
    write_deltalake(
        place.tables.place("gold.training_splits"), pa.Table.from_pylist(rows, columns.arrow_schema())
    )
    return {row["example_id"]: row["instruction"] for row in rows}


@pytest.fixture
def worse(place):
    """Six days, of which the last three are 25 points worse; and what a round is given."""
    more = a_week(place, Shift(3, 6, accuracy_down=0.25))
    models = {"1": {"release": "r1", "parameters": 1e9}}
    return more | {"models": models, "retrain": {"out": str(place.folder / "plans"), "cool_down_windows": 3}}


def test_lost_quality_makes_a_plan_with_its_release_cost_and_gain_and_then_cools_down(place, worse):
    released(place)
    found = go_round(place, **worse).plan
    assert found["release"] == "r1"
    assert found["because"][0].startswith("accuracy ")
    assert found["cost_usd"] > 0
    assert 0.1 < found["expected_gain"] < 0.4
    assert found["steps"] == ["run", "release", "finetune latest", "promote"]
    with open(found["file"], encoding="utf-8") as file:
        assert json.load(file)["plan_id"] == found["plan_id"]
    (kept,) = place.rows("gold.retraining_plans")
    assert (kept["state"], kept["because"], kept["corrected"]) == (
        "planned",
        found["because"],
        found["corrected"],
    )
    assert go_round(place, "r2", **worse).plan is None
    assert len(place.rows("gold.retraining_plans")) == 1


def test_the_same_traffic_without_a_shift_makes_none(place, worse):
    for file in (place.folder / "requests", place.folder / "feedback"):
        for each in file.iterdir():
            each.unlink()
    a_week(place)
    assert go_round(place, **worse).plan is None
    assert place.rows("gold.retraining_plans") == []


def test_wrong_answers_point_to_the_training_rows_with_the_nearest_questions(place, worse):
    instructions = released(place)
    done = go_round(place, **worse)
    wrong = {row["record_id"] for row in place.rows("silver.feedback") if not row["is_right"]}
    asked = {
        row["record_id"]: row["question"] for row in place.rows("silver.predictions", "record_id", "question")
    }
    near = [row for row in place.rows("silver.feedback_neighbours") if row["rank"] == 1]
    assert done.pointed == len(near) == len(wrong)
    assert {row["record_id"] for row in near} == wrong
    # The traffic asks what the release has, word by word.
    assert all(instructions[row["example_id"]] == asked[row["record_id"]] for row in near)
    assert go_round(place, "r2", **worse).pointed == 0


def test_fields_that_go_missing_are_a_figure_and_an_alert_of_their_own(place):
    more = a_week(place)
    file = place.folder / "requests" / "2026-11-27.jsonl"
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    for line in lines[::3]:
        del line["metadata"]["category"]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    told = go_round(place, **more).told
    row = figure(place, 27, "missing_category")
    assert (row["family"], row["status"]) == ("missing", "moved")
    assert row["value"] == pytest.approx(1 / 3, abs=0.01)
    assert figure(place, 26, "missing_category")["status"] == "ok"
    assert "fields_missing" in {alert["rule"] for alert in told.alerts}
    assert told.exit_code == 10


def test_corrections_that_nobody_decided_about_are_counted(place):
    more = a_week(place)
    done = go_round(place, **more)
    wrong = [row for row in place.rows("silver.feedback") if row["kind"] == "edited" and not row["is_right"]]
    assert done.corrected == len({row["record_id"] for row in wrong}) > 0


class Killed(BaseException):
    """The process ended here."""


class MortalTables(PlainTables):
    """Tables of a process that ends at its ``life``-th write, before or after it reached the store."""

    life, is_after = 10**9, False

    def _live(self, write, *given, **more):
        self.life -= 1
        if self.life == 0 and not self.is_after:
            raise Killed
        done = write(*given, **more)
        if self.life == 0:
            raise Killed
        return done

    def append(self, table, rows, **more):
        return self._live(super().append, table, rows, **more) if rows.num_rows else False

    def merge(self, table, rows):
        if rows.num_rows:
            self._live(super().merge, table, rows)


def everything(place):
    """All that monitoring keeps, but for when and by which run it was written."""
    unsaid = {"run_id", "ingested_at", "measured_at", "found_at", "planned_at", "evaluated_at", "source_file"}
    tables = ("silver.predictions", "silver.feedback", "gold.monitoring", "gold.alerts", "gold.retraining_plans",
              "silver.feedback_neighbours", "bronze.quarantined_logs")  # fmt: skip

    def told(value):  # sums of floats depend on their order in the last digits
        return f"{value:.9g}" if isinstance(value, float) else str(value)

    return {
        table: sorted(
            str({key: told(value) for key, value in row.items() if key not in unsaid})
            for row in place.rows(table)
        )
        for table in tables
    }


@pytest.mark.slow
@pytest.mark.parametrize("is_after", [False, True])
def test_a_round_that_was_killed_at_any_write_is_finished_by_the_next(tmp_path, monkeypatch, is_after):
    monkeypatch.setenv("SMELT_PII_KEY", "0123456789abcdef" * 4)

    folder = tmp_path / "place"  # always the same: what is quarantined is known by its file

    def made():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        place = Place(folder)
        more = a_week(place, Shift(3, 5, accuracy_down=0.4), days=5, per_day=60)
        place.write("requests/bad.jsonl", "{", {"id": "x", "latency_ms": -1})
        released(place)
        drift = {"text": "off", "baseline_windows": 3, "min_rows": 20}
        models = {"1": {"release": "r1"}}
        return place, more | {
            "drift": drift,
            "models": models,
            "retrain": {"out": str(place.folder / "plans")},
        }

    whole, more = made()
    go_round(whole, **more)
    wanted = everything(whole)
    assert all(wanted.values())
    for life in range(
        1 + 2 * is_after, 100, 4
    ):  # every write, before and after it, takes a minute and a half
        place, more = made()
        place.tables = MortalTables(root=place.tables.root, wait_seconds=0)
        place.tables.life, place.tables.is_after = life, is_after
        try:
            go_round(place, **more)
        except Killed:
            place.tables = PlainTables(root=place.tables.root, wait_seconds=0)
            go_round(place, "again", **more)
            assert everything(place) == wanted, life
        else:
            break
    assert life > 8
