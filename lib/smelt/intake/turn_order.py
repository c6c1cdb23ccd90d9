"""Sorts turns by time, whatever their order in an export."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, TypeVar

from smelt.intake.values import as_text

Item = TypeVar("Item")


def by_time(turns: Sequence[Item], times: Sequence[int | None], lists: Sequence[int]) -> list[Item]:
    """Sort ``turns`` by ``times`` (any unit; None: unknown); ``lists`` is the number of the list that each comes from.

    A list with the newest turn first is reversed before, so that turns with equal times keep the order of speech. A
    turn without a time stays after its predecessor, or at the beginning. If no turn has a time, the order is kept.
    """
    known = [time for time in times if time is not None]
    if len(known) < 2 or (len(known) == len(times) and _rises(known)):
        return list(turns)
    order: list[int] = []
    for number in sorted(set(lists)):
        part = [index for index, of in enumerate(lists) if of == number]
        if _falls([time for index in part if (time := times[index]) is not None]):
            part.reverse()
        order += part
    last = min(known)
    keys: list[int] = []
    for index in order:
        time = times[index]
        last = last if time is None else time
        keys.append(last)
    placed = sorted(range(len(order)), key=keys.__getitem__)
    return [turns[order[place]] for place in placed]


def _rises(times: Sequence[int]) -> bool:
    return all(one <= other for one, other in pairwise(times))


def _falls(times: Sequence[int]) -> bool:
    """Whether a list has the newest turn first: more steps back in time than forward."""
    steps = [other - one for one, other in pairwise(times) if other != one]
    return 2 * sum(step < 0 for step in steps) > len(steps)


def sort_key(value: Any) -> tuple[int, float, str]:
    """Key by which turns are sorted by a field (``turns.order_by``): numbers first, then other texts, then null."""
    text = as_text(value)
    if text is None:
        return (2, 0.0, "")
    try:
        return (0, float(text), "")
    except ValueError:
        return (1, 0.0, text)
