from __future__ import annotations

import random

import pytest

from smelt.review.agreement import Rating
from smelt.review.consensus import abilities, consensus
from smelt.review.tasks import DECISIONS


def test_a_tie_goes_to_the_more_careful_decision_whatever_the_order():
    ratings = [Rating("1", "a", "accept"), Rating("1", "b", "reject")]
    for order in (ratings, ratings[::-1]):
        found = consensus(order, DECISIONS)["1"]
        assert (found.label, found.votes, found.method) == ("reject", 2, "vote")
        assert found.probability < 0.5


def test_gold_items_weigh_the_votes():
    gold = {f"g{n}": "accept" for n in range(10)}
    ratings = [Rating(task, "able", "accept") for task in gold] + [
        Rating(task, "unable", "reject") for task in gold
    ]
    ratings += [Rating("1", "able", "accept"), Rating("1", "unable", "reject")]
    known = abilities(ratings, gold)
    assert (known["able"].right, known["unable"].right) == (10, 0)
    found = consensus(ratings, DECISIONS, expected=gold)["1"]
    assert found.label == "accept"
    assert found.probability > 0.9


def test_nobody_answered_gives_nothing():
    assert consensus([], DECISIONS) == {}


def test_dawid_and_skene_beat_the_majority_of_an_uneven_crowd():
    pytest.importorskip("crowdkit")
    chance = random.Random(5)
    people = dict(zip("abcde", (0.55, 0.6, 0.65, 0.9, 0.95), strict=True))
    truth = {str(task): chance.choice(DECISIONS) for task in range(400)}
    ratings = [
        Rating(
            task,
            who,
            right if chance.random() < able else chance.choice([d for d in DECISIONS if d != right]),
        )
        for task, right in truth.items()
        for who, able in people.items()
        if chance.random() < 0.85
    ]
    found = consensus(ratings, DECISIONS)
    assert {each.method for each in found.values()} == {"dawid_skene"}
    modelled = sum(found[task].label == truth[task] for task in found) / len(found)
    counted = {task: [r.label for r in ratings if r.task == task] for task in found}
    majority = sum(
        max(sorted(given), key=given.count) == truth[task] for task, given in counted.items()
    ) / len(found)
    assert modelled > majority + 0.02
    assert all(0 <= each.probability <= 1 for each in found.values())


def test_only_one_label_ever_used_is_that_label():
    ratings = [Rating(str(task), who, "accept") for task in range(60) for who in "ab"]
    assert {each.label for each in consensus(ratings, DECISIONS).values()} == {"accept"}
