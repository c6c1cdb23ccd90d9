from __future__ import annotations

from smelt.review.estimates import Observation
from smelt.review.thresholds import Reviewed, as_settings, proposals, rule_qualities


def reviewed(score, is_bad, *rejections):
    return Reviewed(Observation("s", 200), is_bad, {"relevance": score}, rejections)


PAIRS = [
    *(reviewed(0.1 + n / 100, True, "off_topic") for n in range(8)),
    *(reviewed(0.3 + n / 100, True) for n in range(6)),
    reviewed(0.15, False, "off_topic"),
    *(reviewed(0.6 + n / 100, n == 0) for n in range(20)),
]


def test_a_rule_is_measured_against_people():
    everything, rule = rule_qualities(PAIRS)
    assert (everything.rule, rule.rule, rule.fired) == ("(all)", "off_topic", 9)
    assert round(rule.precision.value, 3) == round(8 / 9, 3)
    assert round(rule.recall.value, 3) == round(8 / 15, 3)


def test_the_highest_mark_that_is_precise_enough_is_proposed_and_only_said():
    [found] = proposals(PAIRS, {"relevance": 0.2}, min_precision=0.9)
    # Below .6 there are 15 pairs, 14 of them bad; with the bad one at .60 it is 15 of 16.
    assert 0.60 < found.proposed < 0.61
    assert found.proposed_precision.value > found.precision.value
    assert "relevance: 0.605" in as_settings([found])


def test_no_mark_is_proposed_where_none_is_precise():
    good = [reviewed(n / 20, False) for n in range(20)]
    [found] = proposals(good, {"relevance": 0.5}, min_precision=0.8)
    assert (found.proposed, as_settings([found])) == (None, "")
