"""What a release must reach: each gate names a measure and what is asked of it, and says why it stopped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from smelt.quality.dataset.config import Gate
from smelt.quality.dataset.measures import ALL, Measure, Status

RANK: dict[Status, int] = {"info": 0, "pass": 1, "warn": 2, "fail": 3}
NAME = re.compile(r"^(?P<family>\w+)\.(?P<measure>\w+)(\[(?P<dimension>[^=]+)=(?P<segment>.+)\])?$")


def matches(gate: Gate, measure: Measure) -> bool:
    """Whether a gate is about this measure; without brackets it is about the whole release."""
    name = NAME.match(gate.measure)
    if name is None or (name["family"], name["measure"]) != (measure.family, measure.measure):
        return False
    if name["dimension"] is None:
        return measure.dimension == ALL
    return measure.dimension == name["dimension"] and name["segment"] in ("*", measure.segment)


def broken(gate: Gate, measure: Measure) -> list[str]:
    """What is wrong, in words; empty when the gate is passed."""
    value, before = measure.value, measure.previous
    problems = []
    if value != value:
        return ["could not be measured"]
    if gate.at_least is not None and value < gate.at_least:
        problems.append(f"{value:.4g} is below {gate.at_least:g}")
    if gate.at_most is not None and value > gate.at_most:
        problems.append(f"{value:.4g} is above {gate.at_most:g}")
    if before is not None:
        if gate.max_drop is not None and before - value > gate.max_drop + 1e-12:
            problems.append(
                f"fell by {before - value:.4g} since the release before, {gate.max_drop:g} is allowed"
            )
        if gate.max_rise is not None and value - before > gate.max_rise + 1e-12:
            problems.append(
                f"rose by {value - before:.4g} since the release before, {gate.max_rise:g} is allowed"
            )
        if gate.max_change is not None and abs(value - before) > gate.max_change * abs(before) + 1e-12:
            problems.append(f"changed from {before:.4g} to {value:.4g}, {gate.max_change:.0%} is allowed")
    return problems


def demand(gate: Gate) -> str:
    """What a gate asks, in words."""
    asks = [
        (gate.at_least, "at least {:g}"),
        (gate.at_most, "at most {:g}"),
        (gate.max_drop, "no drop over {:g}"),
        (gate.max_rise, "no rise over {:g}"),
        (gate.max_change, "no change over {:.0%}"),
    ]
    return ", ".join(text.format(value) for value, text in asks if value is not None)


def judged(measures: Iterable[Measure], gates: Sequence[Gate]) -> list[Measure]:
    """Every measure with the worst verdict of its gates; those without a gate stay ``info``.

    A relative gate passes in the first release, and a gate whose ``min_n`` is not reached does not judge.
    """
    verdicts = []
    for measure in measures:
        applied = [gate for gate in gates if matches(gate, measure) and measure.n >= gate.min_n]
        if not applied:
            verdicts.append(measure)
            continue
        status: Status = "pass"
        reasons = []
        for gate in applied:
            problems = broken(gate, measure)
            if problems:
                status = max(status, gate.action, key=RANK.__getitem__)
                reasons += problems
        verdicts.append(
            replace(
                measure,
                threshold="; ".join(demand(gate) for gate in applied),
                status=status,
                reason="; ".join(reasons) or None,
            )
        )
    return verdicts


def unmatched(measures: Sequence[Measure], gates: Sequence[Gate]) -> list[str]:
    """Gates that judged nothing, so that a misspelt name does not pass silently."""
    return [gate.measure for gate in gates if not any(matches(gate, measure) for measure in measures)]


def verdict(measures: Iterable[Measure]) -> Status:
    """The worst status of a release; ``pass`` where nothing was asked."""
    worst: Status = max((m.status for m in measures), key=RANK.__getitem__, default="pass")
    return "pass" if worst == "info" else worst
