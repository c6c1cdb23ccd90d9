"""Costs, choice, roadmap and bill: figures by hand, published runs, and what must always hold."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from smelt.cli.costs import dollars
from smelt.costs.bill import bill, bills, measured_utilisation
from smelt.costs.choose import Facts, choose, phases
from smelt.costs.config import CostsConfig
from smelt.costs.estimate import break_even, cheapest, costs, frozen, scores, sensitivity
from smelt.costs.hardware import accelerator, training
from smelt.costs.roadmap import roadmap
from smelt.costs.whole_run import whole_run
from smelt.errors import ConfigError
from smelt.tables.without_spark import PlainTables
from tests.bench.costs.published import RUNS


def config(**more):
    return CostsConfig.model_validate(more)


def test_weighted_effort_of_the_defaults_by_hand():
    found = scores(config())
    assert found["full"] == pytest.approx(0.3 + 0.4 + 0.2 * 80 / 100 + 0.1)
    assert found["lora"] == pytest.approx(0.3 * 0.5 + 0.4 * 0.2 + 0.2 * 0.6 + 0.1 * 0.5)
    assert found["prompt"] == pytest.approx(0.3 * 0.125 + 0.4 * 0.02 + 0.2 * 0.2 + 0.1 * 0.25)
    assert found["instruction"] == pytest.approx(0.3 * 0.75 + 0.4 * 0.6 + 0.2 + 0.1 * 0.75)


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.name)
def test_published_runs_within_thirty_percent_of_their_hours(run):
    assert run.estimate().hours * 3_600 == pytest.approx(run.whole, rel=0.3)


def test_a_whole_run_by_hand():
    workload = {"tokens_per_step": 1_000, "between_steps_s": 0.5, "evaluated": 41, "evaluated_at_once": 20}
    workload |= {"tokens_in": 100, "tokens_out": 10, "disk_gb_per_s": 2}
    own = {
        "mine": {"teraflops": 100, "bandwidth": 1_000, "memory_gb": 80, "usd_per_hour": 36, "source": "here"}
    }
    used = {"training": 0.5, "memory": 0.5, "decode_ms": 96}
    by = config(accelerator="mine", hardware=own, workload=workload, utilisation=used)
    found = whole_run("full", 1e9, 100_000, by)
    assert found.steps == pytest.approx(100_000 * 6e9 / 50e12 + 100 * 52e9 / 500e9)
    assert found.between == 50
    assert found.evaluating == pytest.approx(3 * 10 * (0.004 + 0.096) + 41 * 100 * 2e9 / 50e12)
    assert found.moving == pytest.approx(2 * 2e9 / 2e9)
    assert found.usd == pytest.approx(sum(found[:4]) / 100)
    assert whole_run("lora", 1e9, 100_000, by).moving == 1


def test_flops_are_six_and_four_a_token_and_parameter():
    card, used = accelerator(config())[0], config().utilisation
    assert training("full", 1e9, 1e6, 8_192, card, used).flops == 6e15
    assert training("lora", 1e9, 1e6, 8_192, card, used).flops == 4e15


def test_compute_is_computed_where_size_and_tokens_are_known():
    found = costs(config(workload={"parameters": 1e9, "train_tokens": 1e8}))
    assert found["lora"].is_computed
    assert not found["prompt"].is_computed
    assert found["lora"].compute < found["full"].compute
    assert not costs(config())["lora"].is_computed


@given(st.floats(1e2, 1e8))
@settings(max_examples=30, deadline=None)
def test_at_the_break_even_both_cost_the_same(requests):
    found = costs(config(workload={"requests_per_month": requests, "always_on": 0}))
    turn = break_even(found["prompt"], found["lora"])
    prompt, lora = found["prompt"], found["lora"]
    assert prompt.fixed + turn * prompt.per_request == pytest.approx(lora.fixed + turn * lora.per_request)


def test_what_sensitivity_names_does_change_the_choice():
    own = config()
    best = cheapest(costs(own))
    flips = sensitivity(own)
    assert flips
    for flip in flips:
        section, key = flip.assumption.split(".")
        part = getattr(own, section).model_copy(update={key: flip.turns_at})
        assert cheapest(costs(own.model_copy(update={section: part}))) == flip.then != best


def test_an_estimate_keeps_the_price_that_it_used():
    said = frozen(config(accelerator="L40S"), 1e6)
    assert said["accelerator"]["usd_per_hour"] == 1.5484
    assert "catalogs/v7" in said["accelerator"]["source"]
    assert said["accelerator"]["retrieved"] == "2026-11-28"
    json.dumps(said, allow_nan=False)


def test_an_accelerator_of_ones_own_wins_and_an_unknown_one_is_named():
    own = {"teraflops": 1, "bandwidth": 1, "memory_gb": 1, "usd_per_hour": 0.1, "source": "ours"}
    assert accelerator(config(hardware={"H100": own}))[0].usd_per_hour == 0.1
    with pytest.raises(ConfigError, match="known are A100"):
        accelerator(config(accelerator="B100"))


def test_weights_that_do_not_sum_to_one_are_refused():
    with pytest.raises(ValidationError, match="sum to 1"):
        config(weights={"development": 0.9})


def facts(rows, **needs):
    own = config(needs=needs)
    return Facts(rows, own.needs, costs(own), needs.pop("accuracy", None))


def test_few_rows_or_frequent_change_ask_for_a_prompt():
    assert choose(facts(100)).approach == "prompt"
    assert choose(facts(700, changes_per_month=10)).approach == "prompt"


def test_enough_rows_ask_for_an_adapter_and_the_budget_may_rule_it_out():
    assert choose(facts(5_000)).approach == "lora"
    choice = choose(facts(5_000, budget_usd=20_000))
    assert choice.approach == "prompt"
    assert "more than the budget" in choice.ruled_out["lora"]
    assert choice.instead["lora"]


def test_many_rows_that_stay_and_must_be_right_ask_for_all_weights():
    assert choose(facts(80_000, changes_per_month=0.1, quality=0.97)).approach == "full"


def test_phases_say_what_is_not_known():
    first, second, last = phases(facts(2_000), 1e9, 1e6)
    assert first.is_over
    assert second.criteria[0][1] is False
    assert second.criteria[1][1] is None
    assert not last.is_over


def test_a_bill_beside_its_estimate(tmp_path):
    run = tmp_path / "runs" / "r1"
    run.mkdir(parents=True)
    record = {
        "weights": "lora",
        "approach": "lora",
        "flops_per_token": 4e9,
        "seconds": 100,
        "tokens_per_second": 5_000,
        "steps": 50,
    }
    (run / "run.json").write_text(json.dumps(record))
    (tmp_path / "runs" / "r2").mkdir()
    (tmp_path / "runs" / "r2" / "run.json").write_text("{}")
    found, bad = bills(tmp_path, config())
    assert len(found) == 1
    assert found[0].parameters == 1e9
    assert found[0].real_hours == pytest.approx(100 / 3_600)
    assert found[0].utilisation == pytest.approx(4e9 * 5_000 / 989e12)
    assert bad == ["r2: its record lacks what a bill needs (weights)"]
    better = config(utilisation={"training": measured_utilisation(found), "memory": 1.0})
    assert bills(tmp_path, better)[0][0].ratio == pytest.approx(1, abs=0.02)


def test_a_bill_knows_what_a_run_ran_on():
    record = {
        "weights": "lora",
        "flops_per_token": 4e9,
        "seconds": 100,
        "tokens_per_second": 5_000,
        "steps": 50,
    }
    gpus = ["NVIDIA H100 80GB HBM3"] * 2
    two = bill("a", record | {"hardware": {"cpus": 8, "gpus": gpus}}, config())
    assert (two.is_comparable, two.ran_on, two.real_hours) == (True, gpus[0], pytest.approx(200 / 3_600))
    on_cpus = bill("b", record | {"hardware": {"cpus": 2, "gpus": []}}, config())
    assert (on_cpus.is_comparable, on_cpus.ran_on) == (False, "2 CPUs")
    assert measured_utilisation([on_cpus]) is None
    own = {
        "laptop": {"teraflops": 0.2, "bandwidth": 20, "memory_gb": 8, "usd_per_hour": 0, "source": "measured"}
    }
    mine = bill(
        "b", record | {"hardware": {"cpus": 2, "gpus": []}}, config(accelerator="laptop", hardware=own)
    )
    assert measured_utilisation([mine, two]) is not None


def test_the_roadmap_knows_what_is_done(tmp_path):
    items = roadmap(PlainTables(root=str(tmp_path)), tmp_path / "tuning")
    assert len(items) == 12
    assert not any(item.is_done for item in items)
    (tmp_path / "tuning" / "runs" / "a").mkdir(parents=True)
    (tmp_path / "tuning" / "runs" / "a" / "run.json").write_text("{}")
    items = roadmap(PlainTables(root=str(tmp_path)), tmp_path / "tuning")
    assert [item.week for item in items if item.is_done] == [8]


@pytest.mark.parametrize(
    ("value", "said"), [(0, "0"), (0.04321, "0.043"), (9.96, "10"), (12_799.6, "12,800")]
)
def test_what_costs_something_never_reads_as_nothing(value, said):
    assert dollars(value) == said
