"""Runs of digits: found once a text, then judged by every kind of number that could claim them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from smelt.pii.detect.labels import Reading
from smelt.pii.detect.scene import DIGIT, Family, Hit, Scene

MIN_DIGITS = 3
SHORT_DIGITS = 6
MAX_DIGITS = 400
LONG_GROUP = re.compile(r"(?:(?<= )|\A)[0-9]+(?= |\Z)")


def is_compact_date(text: str) -> bool:
    """Whether it reads as a date without separators, ``06272018`` or ``20180627``."""
    return _COMPACT_DATE.fullmatch(text) is not None


def runs(scene: Scene, fewest: int = MIN_DIGITS) -> Iterator[Run]:
    """The runs of a text of ``fewest`` characters or more, left to right, long groups on their own."""
    for match in _RUN.finditer(scene.text):
        start, end = match.span()
        if end - start < fewest:
            continue
        if scene.text[max(0, start - 2) : start].strip(" ")[-1:] in ("+", "("):
            start = _OPENING.search(scene.text, max(0, start - 4), start).start()  # type: ignore[union-attr]
        if end - start > MIN_SPLIT_CHARS and scene.text[start] != "+":
            yield from _split(scene, start, end)
        else:
            yield Run(scene, start, end)


def _split(scene: Scene, start: int, end: int) -> Iterator[Run]:
    """``11238 3476227153`` is a postcode and a phone; ``91 4155550132`` a phone with its country code."""
    span = scene.text[start:end]
    cursor = 0
    for group in _GROUP.finditer(span):
        if group.end() - group.start() < LONG_GROUP:
            continue
        before = _NON_DIGITS.sub("", span[cursor : group.start()])
        first = group.start()
        if len(before) <= 3 and cursor == 0:
            first = 0
        elif before:
            yield Run(scene, start + cursor, start + len(span[: group.start()].rstrip()))
        yield Run(scene, start + first, start + group.end())
        cursor = group.end()
        while cursor < len(span) and span[cursor] == " ":
            cursor += 1
    if cursor < len(span):
        yield Run(scene, start + cursor, end)


def families(judges: Sequence[Judge]) -> tuple[Family, Family]:
    """The families of numbers that consist of digits: one scan, each run judged by all.

    Short runs (years, amounts, room numbers) are everywhere, so they have a gate of their own.
    """

    def find_long(scene: Scene) -> Iterator[Hit]:
        return _judged(scene, judges, SHORT_DIGITS, MAX_DIGITS)

    def find_short(scene: Scene) -> Iterator[Hit]:
        return _judged(scene, judges, MIN_DIGITS, SHORT_DIGITS - 1)

    return (
        Family("numbers", LONG_GATE, find_long, within=DIGIT, asks=ASKS),
        Family("short_numbers", SHORT_GATE, find_short, within=DIGIT, asks=ASKS),
    )


def _judged(scene: Scene, judges: Sequence[Judge], fewest: int, most: int) -> Iterator[Hit]:
    for run in runs(scene, fewest):
        count = len(run.digits)
        if fewest <= count <= most:
            for min_digits, judge in judges:
                if count >= min_digits:
                    yield from judge(run)
