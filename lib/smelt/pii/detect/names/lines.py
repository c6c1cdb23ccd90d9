"""What each line of a text says by itself, found once: lines repeat, and a later pass changes few of them.

Most rules of names look no further than a line. The few that do say so in what they return for the line, and are asked
again with the whole text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import NamedTuple

from smelt.pii.config import NamesConfig
from smelt.pii.detect.names import introductions, known, people
from smelt.pii.detect.names.lexicon import Lexicon, fold
from smelt.pii.detect.names.readings import Readings
from smelt.pii.detect.names.runs import lower_each

CHARACTERS = 4_000_000
"""Characters of lines of one kind from which none is kept."""
KINDS = 32
"""Kinds of texts, each in a mixture of languages, of which lines are kept."""


class Kind(NamedTuple):
    """What a line has to know of its text.

    ``has_case``: its capitals have a meaning; ``caseless``: it is English without any; ``is_ascii``: it is ASCII when
    folded; ``each``: it is lowered character by character (``İ``).
    """

    has_case: bool
    caseless: bool
    is_ascii: bool
    each: bool


def kind_of(text: str, *, has_case: bool, lexicon: Lexicon) -> tuple[Kind, str]:
    """The kind of a text, and its lower case, of equal length."""
    lowered = text.lower()
    each = len(lowered) != len(text)
    if each:
        lowered = lower_each(text)
    caseless = not lexicon.languages and text == lowered
    return Kind(has_case, caseless, text.isascii() or fold(text).isascii(), each), lowered


class Line(NamedTuple):
    """The cues and the runs of capitals of a line, by offsets from its start, and its rare words."""

    cues: introductions.Cues
    runs: people.Candidates
    rare: tuple[str, ...]


NOTHING = Line((), people.NO_RUNS, ())
"""The shared result of lines without any."""

Placed = list[tuple[int, Line]]
"""The lines of a text that say something, each with the index where it begins."""


class Lines:
    """The lines of one kind of text in one mixture of languages; ``lexicon`` is the English one, of rare words."""

    def __init__(self, readings: Readings, kind: Kind, config: NamesConfig, lexicon: Lexicon) -> None:
        self._readings = readings
        self._kind = kind
        self._config = config
        self._lexicon = lexicon
        self._kept: dict[str, Line] = {}
        self._characters = 0

    def of(self, texts: Sequence[str]) -> list[Placed]:
        """The lines of each text."""
        if self._characters > CHARACTERS:
            self._kept.clear()
            self._characters = 0
        split = [text.split("\n") for text in texts]
        kept = self._kept
        new = list(dict.fromkeys(line for lines in split for line in lines if line not in kept))
        if new:
            kept.update(zip(new, self._read(new), strict=True))
            self._characters += sum(map(len, new))
        return list(map(self._placed, split))

    def _placed(self, lines: list[str]) -> Placed:
        kept = self._kept
        placed: Placed = []
        at = 0
        for line in lines:
            found = kept[line]
            if found is not NOTHING:
                placed.append((at, found))
            at += len(line) + 1
        return placed

    def _read(self, lines: Sequence[str]) -> list[Line]:
        """What each line says, found for all lines by one rule after the other."""
        config, kind, lexicon = self._config, self._kind, self._readings.lexicon
        rare: Iterable[tuple[str, ...]] = repeat(())
        cues: Iterable[introductions.Cues] = repeat(())
        runs: Iterable[people.Candidates] = repeat(people.NO_RUNS)
        if config.typos:
            rare = known.rare_words(lines, self._lexicon, is_ascii=kind.is_ascii)
        if config.introductions:
            lowered = map(lower_each if kind.each else str.lower, lines)
            cues = introductions.read_lines(lines, lowered, lexicon, caseless=kind.caseless)
        if config.lexicon and kind.has_case:
            runs = [people.read_line(line, self._readings) for line in lines]
        return [
            Line(cue, run, words) if cue or words or run is not people.NO_RUNS else NOTHING
            for cue, run, words, _ in zip(cues, runs, rare, lines, strict=False)
        ]
