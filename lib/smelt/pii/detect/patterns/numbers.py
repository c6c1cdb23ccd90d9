"""Runs of digits: found once per text, then judged as every kind of number."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from smelt.pii.detect.patterns.matching.labels import Reading
from smelt.pii.detect.patterns.matching.scene import DIGIT, Family, Hit, Scene, any_case
from smelt.pii.detect.patterns.matching.words import words

MIN_DIGITS = 3
SHORT_DIGITS = 6
"""Shorter runs (years, amounts, room numbers) are frequent, and only candidates with an adjacent label."""
MAX_DIGITS = 400
"""A longer run (a key dump, a matrix) is not a single number."""
LONG_GROUP = 9
"""Digits from which a group separated by spaces is a number of its own."""
MIN_SPLIT_CHARS = 11
CERTAIN = 0.95
"""Confidence of a hit over a whole run from which no later judge can win, so that the others are skipped."""

_RUN = re.compile(r"[0-9]+(?:[ ()\-./+]{1,4}[0-9]+)*")
_OPENING = re.compile(r"(?:\+ ?)?\(?(?:\+ ?)?\Z")
_NON_DIGITS = re.compile(r"[^0-9]+")

_LABELS = any_case(
    "ssn", "social", "security", "account", "accnt", "acct", "digit", "card", "credit", "debit", "visa", "amex",
    "licen", "permit", "passport", "member", "customer", "client", "loyalty", "routing", "savings", "checking",
    "konto", "last", "ending", "ends",
)  # fmt: skip
_SHORT_LABELS = r"(?-u:\b)(?i-u:acc?|a/c|cc|ss|dl)(?-u:\b)"
_LINKS = (
    r"number|numbers|num|no|nr|is|are|was|were|in|with|last|four|of|my|the|his|her|your|on|file|it|its|id|ending"
    r"|digits?|card|be|new|old|also"
)
_LINKS_AFTER = r"this|that|it|is|was|as|my|his|her|our|the|a|last|4|four|digits?|of"
_NEIGHBOURS = frozenset(
    words(
        "ssn ssns social security account accounts accnt acct acc ac a c digits digit card cards credit debit visa"
        " mastercard amex license licence licenses licences dl permit passport member membership customer client"
        " loyalty routing savings checking konto last ending ends ss cc number numbers num no nr is are was were in"
        " with four of my the his her your on file it its id be new old also this that as our 4 6 10"
    )
)
"""The label and link words of the prefilters, as a set."""
LONG_PREFILTER = r"[0-9](?:[ ()\-./+]{0,4}[0-9]){5}"
"""Prefilter: six digits with few separators."""
_UP_TO_DIGITS = rf"(?:[^0-9A-Za-z]+(?i-u:{_LINKS}))*[^0-9A-Za-z]+(?:[46] [a-z ]{{0,30}})?[0-9]{{3}}"
SHORT_PREFILTERS = (
    rf"{_LABELS}[a-z]{{0,6}}{_UP_TO_DIGITS}",
    rf"{_SHORT_LABELS}{_UP_TO_DIGITS}",
    rf"[0-9]{{3}}(?:[^0-9A-Za-z]+(?i-u:{_LINKS_AFTER}))*[^0-9A-Za-z]+(?i-u:ssn|social|account n|acct)",
)
"""Prefilters: three digits next to a word that labels short numbers."""
SHORT_RUN = ("[0-9]", r"(?-u:\b)[0-9]{3,5}(?-u:\b)|[0-9][ ().-][0-9]")
ASKS = (
    r"(?i-u:ssn|social|account|acct|card|number|digits|phone|call|reach|contact|licen[cs]e|passport|routing|\bid\b|pin"
    r"|code)"
)


class Run:
    """One run of digits with separators, at ``scene.text[start:end]``."""

    __slots__ = ("__dict__", "digits", "end", "scene", "start")

    def __init__(self, scene: Scene, start: int, end: int) -> None:
        self.scene = scene
        self.start = start
        self.end = end
        self.digits = _NON_DIGITS.sub("", scene.text[start:end])

    @property
    def text(self) -> str:
        """The run as written."""
        return self.scene.text[self.start : self.end]

    @cached_property
    def reading(self) -> Reading:
        """The labels around it."""
        if len(self.digits) < SHORT_DIGITS:
            return self.scene.direct_reading(self.start, self.end)
        return self.scene.reading(self.start, self.end)

    @cached_property
    def is_bare(self) -> bool:
        """Whether the text consists of this number, as an answer to a question does."""
        return self.scene.is_bare(self.start, self.end)

    @cached_property
    def is_glued(self) -> bool:
        """Whether it is adjacent to a letter, i.e. part of a code such as KB4023057."""
        text = self.scene.text
        before = text[self.start - 1] if self.start else " "
        after = text[self.end] if self.end < len(text) else " "
        return before.isalpha() or before in "_@" or after.isalpha() or after in "_@"

    def is_within(self, hit: Hit) -> bool:
        """Whether a hit covers all of it."""
        return hit.start <= self.start and self.end <= hit.end

    def part(self, start: int, end: int) -> Run:
        """A part of it as a separate run."""
        return self if (start, end) == (self.start, self.end) else Run(self.scene, start, end)

    def matches(self, pattern: re.Pattern[str]) -> Iterator[tuple[re.Match[str], Run]]:
        """The parts that match a pattern; look-around sees the text outside of the run."""
        for match in pattern.finditer(self.scene.text, self.start, self.end):
            yield match, self.part(match.start(), match.end())


class Judge(NamedTuple):
    """Judges runs of at least ``min_digits`` digits as one kind of number."""

    min_digits: int
    judge: Callable[[Run], Iterable[Hit]]


_DAY, _MONTH, _YEAR = r"(?:0[1-9]|[12][0-9]|3[01])", r"(?:0[1-9]|1[0-2])", r"(?:19|20)[0-9]{2}"
_COMPACT_DATE = re.compile(rf"(?:(?:0?[1-9]|1[0-2]){_DAY}|{_DAY}{_MONTH}){_YEAR}|{_YEAR}{_MONTH}{_DAY}")
_GROUP = re.compile(r"(?:(?<= )|\A)[0-9]+(?= |\Z)")


def is_compact_date(text: str) -> bool:
    """Whether it is a date without separators, such as ``06272018`` or ``20180627``."""
    return _COMPACT_DATE.fullmatch(text) is not None


def runs(scene: Scene, fewest: int = MIN_DIGITS) -> Iterator[Run]:
    """The runs of at least ``fewest`` digits, in order; long groups are separate runs."""
    text = scene.text
    for match in _RUN.finditer(text):
        start, end = match.span()
        length = end - start
        if length < fewest or (length < SHORT_DIGITS and not _has_neighbour(text, start, end)):
            continue
        if start and text[start - 1] in " (+":
            start = _OPENING.search(text, max(0, start - 4), start).start()  # type: ignore[union-attr]
        if length > MIN_SPLIT_CHARS and text[start] != "+" and text.find(" ", start, end) >= 0:
            yield from _split(scene, start, end)
        else:
            yield Run(scene, start, end)


def _has_neighbour(text: str, start: int, end: int) -> bool:
    """Whether a word that labels short numbers, or links them to a label, is adjacent to a short run."""
    before = _LAST_WORD.search(text, max(0, start - MAX_WORD_CHARS), start)
    if before is None or before.group(1).lower() in _NEIGHBOURS:
        return True
    after = _NEXT_WORD.match(text, end)
    return after is not None and after.group(1).lower() in _NEIGHBOURS


_LAST_WORD = re.compile(r"([^\W_]+)[^\w]{0,6}\Z")
_NEXT_WORD = re.compile(r"[^\w]{1,4}([^\W_]+)")
MAX_WORD_CHARS = 24


def _split(scene: Scene, start: int, end: int) -> Iterator[Run]:
    """Split ``11238 3476227153`` (a postcode and a phone), but not ``91 4155550132`` (a phone with its country
    code)."""
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
    """The families of numbers without letters, long and short; each run is judged by all ``judges``.

    Short runs (years, amounts, room numbers) are frequent, so they have a stricter prefilter.
    """

    def find_long(scene: Scene) -> Iterator[Hit]:
        return _judged(scene, judges, SHORT_DIGITS, MAX_DIGITS)

    def find_short(scene: Scene) -> Iterator[Hit]:
        return _judged(scene, judges, MIN_DIGITS, SHORT_DIGITS - 1)

    return (
        Family("numbers", (LONG_PREFILTER,), find_long, within=DIGIT, asks=ASKS),
        Family("short_numbers", SHORT_PREFILTERS, find_short, within=SHORT_RUN, asks=ASKS),
    )


def _judged(scene: Scene, judges: Sequence[Judge], fewest: int, most: int) -> Iterator[Hit]:
    for run in runs(scene, fewest):
        count = len(run.digits)
        if not fewest <= count <= most:
            continue
        for min_digits, judge in judges:
            if count < min_digits:
                continue
            is_settled = False
            for hit in judge(run):
                yield hit
                is_settled = is_settled or (hit.confidence >= CERTAIN and run.is_within(hit))
            if is_settled:
                break
