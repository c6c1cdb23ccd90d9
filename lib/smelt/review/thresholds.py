"""Measures quality rules against annotators: precision and recall of each rule, and proposals for pass marks.

Proposals are not applied; they are lines of configuration for somebody to read and adopt.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from smelt.review.estimates import Observation, Rate, weighted_rate

LEAST_REJECTED = 5
"""Least reviewed pairs below a mark for proposing it."""


class Reviewed(NamedTuple):
    """A reviewed pair of the representative part: the annotators' decision and the current scores."""

    observation: Observation
    is_bad: bool
    """Whether annotators rejected or corrected it."""
    measures: Mapping[str, float]
    rejections: tuple[str, ...]


class RuleQuality(NamedTuple):
    """Precision (share of bad pairs among those rejected by the rule) and recall (share of bad pairs it rejects)."""

    rule: str
    fired: int
    precision: Rate
    recall: Rate


class Proposal(NamedTuple):
    """A measure's current pass mark and the proposed one (None: none reaches ``min_precision``), with their rates."""

    measure: str
    mark: float
    precision: Rate
    recall: Rate
    proposed: float | None
    proposed_precision: Rate | None
    proposed_recall: Rate | None


def rule_qualities(reviewed: Sequence[Reviewed]) -> list[RuleQuality]:
    """Quality of every rule that rejected a reviewed pair, most frequent first, after ``(all)`` for all together.

    Rules reject none of the curated pairs; to measure them, draw the sample from ``scored``.
    """
    rules = sorted({rule for each in reviewed for rule in each.rejections})
    found = [_quality("(all)", reviewed, [bool(each.rejections) for each in reviewed])]
    found += [_quality(rule, reviewed, [rule in each.rejections for each in reviewed]) for rule in rules]
    return sorted(found, key=lambda each: (each.rule != "(all)", -each.fired, each.rule))


def _quality(rule: str, reviewed: Sequence[Reviewed], fires: Sequence[bool]) -> RuleQuality:
    precision, recall = _rates(reviewed, fires)
    return RuleQuality(rule, sum(fires), precision, recall)


def _rates(reviewed: Sequence[Reviewed], fires: Sequence[bool]) -> tuple[Rate, Rate]:
    observations = [each.observation for each in reviewed]
    bad = [each.is_bad for each in reviewed]
    return weighted_rate(observations, bad, within=fires), weighted_rate(observations, fires, within=bad)


def proposals(
    reviewed: Sequence[Reviewed], marks: Mapping[str, float], *, min_precision: float
) -> list[Proposal]:
    """For each measure in ``marks``: the current mark, and the highest mark whose precision reaches ``min_precision``.

    Candidates lie half-way between neighbouring scores of reviewed pairs. Precision is the weighted share of bad
    pairs below the mark; a mark with fewer than LEAST_REJECTED reviewed pairs below it is not proposed.
    """
    found = []
    for measure, mark in marks.items():
        own = [each for each in reviewed if measure in each.measures]
        scores = sorted({each.measures[measure] for each in own})
        best: tuple[float, Rate, Rate] | None = None
        for low, high in reversed(list(pairwise(scores))):
            candidate = round((low + high) / 2, 4)
            fires = [each.measures[measure] < candidate for each in own]
            if sum(fires) < LEAST_REJECTED:
                break
            if _share_bad(own, fires) >= min_precision:
                best = (candidate, *_rates(own, fires))
                break
        now = _rates(own, [each.measures[measure] < mark for each in own])
        proposed = best or (None, None, None)
        found.append(Proposal(measure, mark, *now, *proposed))
    return found


def _share_bad(own: Sequence[Reviewed], fires: Sequence[bool]) -> float:
    value = weighted_rate(
        [each.observation for each in own], [each.is_bad for each in own], within=fires
    ).value
    return -1.0 if value is None else value


def as_settings(found: Sequence[Proposal]) -> str:
    """The proposals that differ from the current marks, as YAML for the user's file; empty if there are none."""
    lines = [
        f"    {each.measure}: {each.proposed:g}   # today {each.mark:g}"
        for each in found
        if each.proposed is not None and abs(each.proposed - each.mark) > 1e-9
    ]
    return "\n".join(["quality:", "  pass_marks:", *lines, ""]) if lines else ""
