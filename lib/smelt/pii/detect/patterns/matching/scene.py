"""A text as input of the patterns: folded, with the labels around a candidate read on demand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from smelt.pii.detect.cases import has_plain_cases
from smelt.pii.detect.patterns.matching.labels import Labels, Reading

ASR_STOPPERS = re.compile(r"[A-Z@:/()\[\]{}?!]|[.,;-](?!\d)")
WORD_OR_DIGIT = re.compile(r"\w")


RESERVED = "RESERVED"
"""Entity of a value that the configuration ignores; it is dropped together with overlapping findings."""


class Hit(NamedTuple):
    """A span of one text that a family found; the engine turns it into a Finding."""

    entity: str
    start: int
    end: int
    detector: str
    confidence: float


class Scene:
    """A text with the context by which candidates are judged.

    ``question`` is the preceding turn by an agent or bot, which tells what a bare answer is.
    """

    __slots__ = ("__dict__", "labels", "question", "text")

    def __init__(self, text: str, labels: Labels, question: str = "") -> None:
        self.text = text
        self.labels = labels
        self.question = question

    @cached_property
    def is_plain(self) -> bool:
        """Whether it looks like speech recognition: no capitals, and punctuation only inside numbers."""
        return ASR_STOPPERS.search(self.text) is None

    @cached_property
    def lower(self) -> str:
        """Lower case of equal length; capitals with a longer lower case are kept."""
        lower = self.text.lower()
        if len(lower) == len(self.text):
            return lower
        return "".join(low if len(low := char.lower()) == 1 else char for char in self.text)

    def starts(self, words: Iterable[str]) -> list[int]:
        """Start indices of any of ``words`` (lower case, or prefixes) in the text, case-insensitive, ascending."""
        text = self.lower
        found = []
        for word in words:
            position = text.find(word)
            while position >= 0:
                found.append(position)
                position = text.find(word, position + len(word))
        found.sort()
        return found

    def begun_by(self, words: Iterable[str], pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """The matches of a pattern, each of which begins with one of ``words`` (lower case, or prefixes); the pattern
        may ignore case."""
        if not has_plain_cases(self.text):
            yield from pattern.finditer(self.text)
            return
        done = 0
        for start in self.starts(words):
            if start >= done and (match := pattern.match(self.text, start)):
                done = match.end()
                yield match

    @cached_property
    def asked(self) -> str:
        """The last label in ``question``, or ""."""
        return self.labels.last(self.question) if self.question else ""

    def reading(self, start: int, end: int) -> Reading:
        """The labels around a candidate."""
        return self.labels.read(self.text, start, end, self.asked)

    def direct_reading(self, start: int, end: int) -> Reading:
        """The label directly before or after a short number."""
        return self.labels.read(self.text, start, end, self.asked, only_direct=True)

    def is_bare(self, start: int, end: int) -> bool:
        """Whether the text has no word except the candidate or numbers, i.e. is a bare answer."""
        return self._is_only_numbers or (
            WORD_OR_DIGIT.search(self.text, 0, start) is None and WORD_OR_DIGIT.search(self.text, end) is None
        )

    @cached_property
    def _is_only_numbers(self) -> bool:
        return len(self.text) < 200 and not any(char.isalpha() for char in self.text)


DIGIT = ("[0-9]",)
CODE = ("[0-9]", r"[A-Za-z]-?[0-9]|[0-9][ -]?[A-Za-z](?-u:\b)")
PLAIN = (r"^[^A-Z@:/()\[\]{}?!]*$",)
"""Shared prefilters DIGIT, CODE (a digit next to a letter) and PLAIN (speech recognition)."""


def any_case(*words: str) -> str:
    """A Rust regex of words in lower, title and upper case; literals are searched ten times as fast as ``(?i)``."""
    cases = (case for word in words for case in (word.lower(), word.capitalize(), word.title(), word.upper()))
    return "(?:" + "|".join(map(re.escape, dict.fromkeys(cases))) + ")"


class Family(NamedTuple):
    """One family of patterns.

    ``prefilters`` are Rust regexes: only texts that match one of them can hold a hit. Several regexes of
    literals are far faster than one alternation. ``within`` are cheaper prefilters shared by families, applied one
    after the other first. ``asks`` matches a question by an agent after which a text is examined without prefilters.
    ``find`` yields the hits of one text in linear time.
    """

    name: str
    prefilters: tuple[str, ...]
    find: Callable[[Scene], Iterable[Hit]]
    within: tuple[str, ...] = ()
    asks: str = ""
