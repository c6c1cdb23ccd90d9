"""Release gates: requirements on measures, with a reason for each one that is not met."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from smelt.dataset_quality.config import Gate
from smelt.dataset_quality.measure_names import ALL, NAME
from smelt.dataset_quality.measures import Measure, Status

RANK: dict[Status, int] = {"info": 0, "pass": 1, "warn": 2, "fail": 3}


def matches(gate: Gate, measure: Measure) -> bool:
    """Whether a gate applies to this measure; without brackets it applies to the whole release."""
    name = NAME.match(gate.measure)
    if name is None or (name["family"], name["measure"]) != (measure.family, measure.measure):
        return False
    if name["dimension"] is None:
        return measure.dimension == ALL
    return measure.dimension == name["dimension"] and name["segment"] in ("*", measure.segment)


def broken(gate: Gate, measure: Measure) -> list[str]:
    """The reasons why the gate is not passed; empty if it is."""
    value, before = measure.value, measure.previous
    problems = []
    if value != value:
        return ["could not be measured"]

    def said(number: float) -> str:
        return in_words(number, measure)

    if gate.at_least is not None and value < gate.at_least:
        problems.append(f"{said(value)} is below {said(gate.at_least)}")
    if gate.at_most is not None and value > gate.at_most:
        problems.append(f"{said(value)} is above {said(gate.at_most)}")
    if before is not None:
        if gate.max_drop is not None and before - value > gate.max_drop + 1e-12:
            problems.append(
                f"fell from {said(before)} to {said(value)}, {drop_allowed(gate.max_drop, measure)}"
            )
        if gate.max_rise is not None and value - before > gate.max_rise + 1e-12:
            problems.append(
                f"rose from {said(before)} to {said(value)}, {drop_allowed(gate.max_rise, measure)}"
            )
        if gate.max_change is not None and abs(value - before) > gate.max_change * abs(before) + 1e-12:
            problems.append(f"changed from {said(before)} to {said(value)}, {gate.max_change:.0%} is allowed")
    return problems


def in_words(number: float, measure: Measure) -> str:
    """Format a number according to the measure's kind: 12.6%, 1,204 or 0.81."""
    if measure.kind == "share":
        return (
            f"{100 * number:.4g}%"
            if number in (0, 1) or round(100 * number, 1) == 100 * number
            else f"{number:.1%}"
        )
    if measure.kind == "count":
        return f"{number:,.0f}"
    return f"{number:.3g}"


def drop_allowed(limit: float, measure: Measure) -> str:
    """The allowed loss relative to the previous release, in words."""
    return f"{in_words(limit, measure)} is allowed" if limit else "no change that way is allowed"


def demand(gate: Gate, measure: Measure) -> str:
    """The requirements of a gate, in words."""
    asks = []
    if gate.at_least is not None:
        asks.append(f"at least {in_words(gate.at_least, measure)}")
    if gate.at_most is not None:
        asks.append(f"at most {in_words(gate.at_most, measure)}")
    if gate.max_drop is not None:
        asks.append(f"no drop over {in_words(gate.max_drop, measure)}" if gate.max_drop else "no drop")
    if gate.max_rise is not None:
        asks.append(f"no rise over {in_words(gate.max_rise, measure)}" if gate.max_rise else "no rise")
    if gate.max_change is not None:
        asks.append(f"no change over {gate.max_change:.0%}")
    return ", ".join(asks)


def judged(measures: Iterable[Measure], gates: Sequence[Gate]) -> list[Measure]:
    """Every measure with the worst status of its gates; measures without a gate keep ``info``.

    A relative gate passes in the first release; a gate does not apply to a measure with fewer than ``min_n``
    observations.
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
                threshold="; ".join(demand(gate, measure) for gate in applied),
                status=status,
                reason="; ".join(reasons) or None,
            )
        )
    return verdicts


def verdict(measures: Iterable[Measure]) -> Status:
    """The worst status of a release; ``pass`` if there are no gates."""
    worst: Status = max((m.status for m in measures), key=RANK.__getitem__, default="pass")
    return "pass" if worst == "info" else worst
