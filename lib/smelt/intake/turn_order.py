"""Turns in the order in which they were said, whatever the order in which an export lists them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TypeVar

Item = TypeVar("Item")


def by_time(turns: Sequence[Item], times: Sequence[int | None], lists: Sequence[int]) -> list[Item]:
    """``turns`` by their ``times`` (any unit; None: unknown); ``lists`` numbers the list that each comes from.

    A list that runs backwards in time is turned first, so that turns of one moment keep the order of speech.
    A turn without a time stays behind the one before it, or at the beginning. Turns that have no time at all
    stay as they are.
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
    """Whether a list is written newest first: more steps back in time than forth."""
    steps = [other - one for one, other in pairwise(times) if other != one]
    return 2 * sum(step < 0 for step in steps) > len(steps)
