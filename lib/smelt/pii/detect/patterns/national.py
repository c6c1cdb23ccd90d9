"""National identity and tax numbers: one table row per kind of number, checked by python-stdnum.

A number with letters or separators and a checksum needs no context. One of digits only needs a word that names it, or a
text that is nothing else, since one order number in ten passes a checksum.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from smelt.pii.detect.patterns.matching.checksums import is_valid
from smelt.pii.detect.patterns.matching.scene import CODE, Family, Hit, Scene
from smelt.pii.detect.patterns.numbers import Judge, Run


@dataclass(frozen=True)
class NationalNumber:
    """One kind of number.

    ``counts`` are the numbers of digits of a number without letters (() if it has letters), ``form`` a regex of its
    written form, ``module`` its checksum by name ("" for none), ``words`` its names in texts. ``alone`` is the
    confidence without any of these words (0: never), ``bare`` that in a text that is nothing else.
    """

    entity: str
    counts: tuple[int, ...]
    form: str
    module: str
    words: tuple[str, ...]
    alone: float = 0.0
    bare: float = 0.0
    labels: tuple[str, ...] = ()
    refused: re.Pattern[str] | None = field(default=None)

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The form, not inside a longer word or number."""
        return re.compile(rf"(?<![A-Za-z0-9])(?:{self.form})(?![A-Za-z0-9])", re.IGNORECASE | re.ASCII)

    @cached_property
    def named(self) -> re.Pattern[str]:
        """A regex of ``words``."""
        return re.compile(
            r"(?<![^\W_])(?:" + "|".join(map(re.escape, self.words)) + r")(?![^\W_])", re.IGNORECASE
        )

    @property
    def detector(self) -> str:
        """Its name in the audit table."""
        return f"pattern.{self.entity.lower()}"


WINDOW = 80
"""Most characters from its name to a number; half as many from a number to its name."""


def hits(number: NationalNumber, scene: Scene, match: re.Match[str]) -> Iterator[Hit]:
    """The number at one match, if its checksum and context agree."""
    span = match.group()
    if number.refused is not None and number.refused.fullmatch(span):
        return
    if number.module and not is_valid(number.module, span):
        return
    confidence = _confidence(number, scene, match.start(), match.end())
    if confidence:
        yield Hit(number.entity, match.start(), match.end(), number.detector, confidence)


def _confidence(number: NationalNumber, scene: Scene, start: int, end: int) -> float:
    text = scene.text
    if number.named.search(text, max(0, start - WINDOW), start) or number.named.search(
        text, end, end + WINDOW // 2
    ):
        return 0.96 if number.module else 0.85
    reading = scene.reading(start, end)
    if number.labels and reading.says(*number.labels):
        return 0.9 if number.module else 0.75
    if scene.question and number.named.search(scene.question):
        return 0.9
    if number.bare and scene.is_bare(start, end):
        return max(number.bare, number.alone)
    return 0.0 if reading.direct == "veto" and number.alone < 0.8 else number.alone


def judge(numbers: Sequence[NationalNumber]) -> Judge:
    """Judges runs of digits as the numbers of a table that have no letters."""
    shortest = min(number.counts[0] for number in numbers)
    by_count = {
        count: tuple(number for number in numbers if number.counts[0] <= count <= number.counts[-1])
        for count in range(shortest, max(number.counts[-1] for number in numbers) + 1)
    }

    def national(run: Run) -> Iterator[Hit]:
        count = len(run.digits)
        possible = numbers if " " in run.text and count > 2 * shortest else by_count.get(count, ())
        for number in possible:
            for match in number.pattern.finditer(run.scene.text, run.start, run.end):
                yield from hits(number, run.scene, match)

    return Judge(shortest, national)


def family(name: str, numbers: Sequence[NationalNumber]) -> Family:
    """The family of the numbers of a table that have letters; its prefilter consists of their forms."""
    forms = "|".join(f"(?:{number.form})" for number in numbers)
    starts = re.compile(rf"(?<![A-Za-z0-9])(?=(?:{forms})(?![A-Za-z0-9]))", re.IGNORECASE | re.ASCII)

    def find(scene: Scene) -> Iterator[Hit]:
        for start in starts.finditer(scene.text):
            for number in numbers:
                match = number.pattern.match(scene.text, start.start())
                if match is not None:
                    yield from hits(number, scene, match)

    return Family(name, (rf"(?i)(?-u:\b)(?:{_rust(forms)})(?-u:\b)",), find, within=CODE)


def _rust(forms: str) -> str:
    """The forms without features that Rust's regex lacks; a prefilter may match more, never less."""
    return _LOOK_AHEAD.sub("", forms).replace(r"\d", "[0-9]")


_LOOK_AHEAD = re.compile(r"\(\?![^)]*\)")
