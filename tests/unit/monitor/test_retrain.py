from __future__ import annotations

import datetime as dt
import json

from hypothesis import given
from hypothesis import strategies as st

from smelt.monitor.config import RetrainConfig
from smelt.monitor.neighbours import nearest
from smelt.monitor.retrain import REFUSED, Outcome, Situation, carry_out, decide
from smelt.tuning.errors import PromotionRefused

START = dt.datetime(2026, 11, 20, tzinfo=dt.UTC)
CONFIG = RetrainConfig()


def accuracy(value, high, status="moved"):
    return {
        "family": "quality", "measure": "accuracy", "dimension": "all", "status": status, "value": value, "high": high,
        "reference": 0.86, "effect": value - 0.86, "method": "share",
    }  # fmt: skip


def drifted(effect, status="moved"):
    return {
        "family": "label", "measure": "category_distribution", "dimension": "all", "status": status, "value": effect,
        "high": effect, "reference": None, "effect": effect, "method": "js",
    }  # fmt: skip


def decided(*figures, new=0, since=None):
    return decide(Situation("1", START, figures, new, 0, since), CONFIG)


def test_lost_quality_asks_for_it():
    found = decided(accuracy(0.75, 0.80))
    assert found.is_asked_for
    assert round(found.expected_gain, 2) == 0.11


def test_a_loss_that_may_be_smaller_than_conf_does_not():
    assert not decided(accuracy(0.82, 0.85)).is_asked_for


def test_drift_alone_asks_for_nothing_without_enough_new_examples():
    found = decided(drifted(0.3), new=10)
    assert not found.is_asked_for
    assert "1,000 are needed" in found.against[0]
    assert decided(drifted(0.3), new=2_000).is_asked_for
    assert not decided(drifted(0.12), new=2_000).is_asked_for


def test_not_again_within_the_cool_down():
    assert not decided(accuracy(0.75, 0.80), since=3).is_asked_for
    assert decided(accuracy(0.75, 0.80), since=8).is_asked_for


@given(st.floats(0, 1), st.integers(0, 10_000))
def test_what_has_not_moved_asks_for_nothing(effect, new):
    assert not decided(accuracy(0.5, 0.6, status="ok"), drifted(effect, status="ok"), new=new).is_asked_for


def test_the_nearest_training_rows_of_a_question():
    trained = [
        "how do I reset my password",
        "where is my parcel",
        "parcel lost in the mail",
        "cancel my account",
    ]
    found = nearest(["my parcel is lost", "xyzzy"], trained, count=2)
    assert [(each.query, each.row, each.rank) for each in found] == [(0, 1, 1), (0, 2, 2)]
    assert all(0 < each.similarity <= 1 for each in found)
    assert nearest(["..."], ["...", "?"]) == []


def carried_out(place, steps, **more):
    found = {
        "plan_id": "p", "model_version": "1", "release": "r", "because": ["x"], "new_examples": 0, "corrected": 0,
        "cost_usd": None, "expected_gain": None, "window": "2026-11-20", "steps": steps,
    }  # fmt: skip
    place.tables.create("gold.retraining_plans")
    outcome = carry_out(place.tables, RetrainConfig(**more), found, [], run_id="run", now=place.now)
    (row,) = place.rows("gold.retraining_plans")
    return outcome, row["state"], json.loads(row["plan"])


def test_a_plan_is_carried_out_step_by_step_and_stops_where_one_fails(place):
    outcome, state, plan = carried_out(place, ["--version", "no-such-command", "--help"])
    assert (outcome.failed, state, plan["failed_at"]) == ("no-such-command", "failed", "no-such-command")
    assert carried_out(place, ["--version"])[:2] == (Outcome(None, False), "done")


def test_steps_that_train_run_in_an_environment_of_their_own_and_a_refusal_is_no_failure(place, tmp_path):
    other = tmp_path / "python"
    other.write_text(
        f'#!/bin/sh\necho "$3" >> {tmp_path}/steps\n[ "$3" = promote ] && exit {REFUSED}\nexit 0\n'
    )
    other.chmod(0o755)
    outcome, state, plan = carried_out(
        place, ["--version", "finetune latest", "promote"], train_with=str(other)
    )
    assert (tmp_path / "steps").read_text().split() == ["finetune", "promote"]
    assert (outcome, state, plan["is_promoted"]) == (Outcome(None, False), "done", False)
    assert PromotionRefused.exit_code == REFUSED
    other.write_text("#!/bin/sh\nexit 0\n")
    assert carried_out(place, ["promote"], train_with=str(other))[0] == Outcome(None, True)
