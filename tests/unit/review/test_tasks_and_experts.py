from __future__ import annotations

from collections import Counter

import pytest

from smelt.errors import ConfigError
from smelt.review.config import ExpertsConfig, ReviewConfig
from smelt.review.consensus import Ability, Consensus
from smelt.review.experts import assign_experts, cases
from smelt.review.gold_items import read_gold
from smelt.review.summary import SampleAnswers
from smelt.review.tasks import annotator_name, assigned
from tests.unit.review.builders import a_task


def test_loads_are_even_and_nobody_gets_a_task_twice():
    tasks = assigned([a_task(str(n)) for n in range(50)], ["a", "b", "c"], overlap_share=1)
    load = Counter(name for task in tasks for name in task.assigned_to)
    assert max(load.values()) - min(load.values()) <= 1
    assert all(len(set(task.assigned_to)) == 2 for task in tasks)


def test_tasks_outside_the_overlap_are_answered_once_but_gold_items_by_all():
    tasks = assigned(
        [a_task(str(n)) for n in range(40)] + [a_task("g", part="gold", overlap=3)], [], overlap_share=0
    )
    assert [task.overlap for task in tasks] == [1] * 40 + [3]


def test_an_address_is_no_name():
    assert annotator_name({"id": 3, "email": "Ann@Example.org"}) == annotator_name("ann@example.org ")
    assert "@" not in annotator_name("ann@example.org")
    assert (annotator_name(7), annotator_name(""), annotator_name(None)) == ("7", None, None)


def test_cases_say_why_and_experts_get_what_they_know():
    tasks = {key: a_task(key, composite=score, category=category) for key, score, category in (
        ("torn", 0.9, "billing"), ("low", 0.3, "account"), ("private", 0.9, "account"), ("fine", 0.9, "account"),
        ("topic", 0.9, "legal"),
    )}  # fmt: skip
    by_id = {task.task_id: task for task in tasks.values()}
    reviews = [
        {"task_id": tasks["private"].task_id, "example_id": tasks["private"].example_id, "reasons": ["personal_data"],
         "is_expert": False},
    ]  # fmt: skip
    outcome = {
        task.task_id: Consensus("accept", 0.5 if key == "torn" else 0.95, 2, "vote")
        for key, task in tasks.items()
    }
    found = cases(SampleAnswers(by_id, reviews), outcome, ExpertsConfig(topics=("legal",)))
    assert {by_id[key].composite and key: why for key, why in found.items()} == {
        tasks["torn"].task_id: ("disagreement",),
        tasks["low"].task_id: ("low_score_accepted",),
        tasks["private"].task_id: ("privacy_doubt",),
        tasks["topic"].task_id: ("policy_topic",),
    }
    config = ExpertsConfig(people={"lea": ("legal",), "max": (), "tom": ()})
    ability = {"max": Ability(10, 9), "tom": Ability(10, 5)}
    assert assign_experts(["legal", "billing", None], config, ability) == ["lea", "max", "max"]
    assert assign_experts(["billing"], ExpertsConfig(people={"lea": ("legal",)}), {}) == [None]


def test_gold_items_with_faults_are_told_all_at_once(tmp_path):
    file = tmp_path / "gold.jsonl"
    file.write_text(
        '{"question": "q?", "answer": "a", "expected": "accept"}\n\n{"question": "q?"}\nno\n'
        '{"question": "x", "answer": "y", "expected": "yes"}\n{"question": "q?", "answer": "a", "expected": "reject"}\n'
    )
    with pytest.raises(ConfigError) as error:
        read_gold(str(file))
    assert [problem.split(": ")[1] for problem in error.value.problems] == [
        "line 3",
        "line 4",
        "line 5",
        "line 6",
    ]


def test_contradictions_of_the_settings_are_told_together():
    with pytest.raises(ValueError, match=r"score_bands.*reasons.*overlap is 3.*privacy_reasons"):
        ReviewConfig(
            score_bands=(0.9, 0.5), reasons=("Not Good",), annotators=("a", "b"), overlap=3,
            experts=ExpertsConfig(privacy_reasons=("personal_data",)),
        )  # fmt: skip
