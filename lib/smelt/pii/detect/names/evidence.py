"""Context of a candidate name: adjacent words that suggest a person, a place or an organisation.

It looks up one or two adjacent words instead of matching patterns, as it runs for every capitalised word.
"""

from __future__ import annotations

from typing import NamedTuple

from smelt.pii.detect.names.words import words

TITLES = words("titles")
PERSON_BEFORE = words("often_before_a_person")
SURELY_BEFORE = words("always_before_a_person")
SURELY_PAIRS = frozenset(
    f"{verb} {word}"
    for verbs, words in (
        ("said spoke talked speak talk speaking talking chatted chatting listened wrote", "to with"),
        ("shouted yelled waved smiled laughed looked", "at to"),
        ("named called call calls calling", "me him her them"),
        ("leave left miss missed", "me you"),
        (
            "directed sung written produced performed signed sent handled helped answered advised recorded",
            "by",
        ),
        ("meeting dealing dealt meet spoken met", "with"),
        ("up", "with"),
    )
    for verb in verbs.split()
    for word in words.split()
)
NEVER_BEFORE = words("articles")
IN_PLACE = words("in_a_place")
IN_PLACE_PAIRS = frozenset(
    [
        "city of",
        "town of",
        "moved to",
        "here from",
        "originally from",
        "flying to",
        "fly to",
        "trip to",
        "coming to",
        "come to",
        "travel to",
        "traveling to",
        "travelling to",
        "visit to",
        "went to",
        "going to",
    ]
)
TO_PLACE = words("to_a_place")
GREETINGS = words("greetings")
SAID = words("verbs_of_saying")
DOES = words("verbs_of_people")
VOCATIVE = words("after_a_vocative")
BELONGINGS = words("belongings")
ORGANISATION = words("organisations")
STREET = words("streets")
_PUNCTUATION = " \t\n.,:;!?\"'“”‘’()[]*_>-–"


class Around(NamedTuple):
    """Words adjacent to a candidate, lower case: ``last`` and ``pair`` before it, ``first`` and ``second`` after it.

    ``last`` keeps a colon. ``touch`` are up to three characters directly after the candidate.
    """

    last: str
    pair: str
    first: str
    second: str
    touch: str

    @classmethod
    def of(cls, text: str, start: int, end: int) -> Around:
        """The surroundings of ``text[start:end]`` on its own line."""
        before = text[max(0, start - 30) : start].lower().rsplit("\n", 1)[-1].split()
        after = text[end : end + 30].lower().split("\n", 1)[0]
        last = before[-1].strip(" \"'“(*_>") if before else ""
        last = last if last.endswith(":") else last.strip(_PUNCTUATION)
        previous = before[-2].strip(_PUNCTUATION) if len(before) > 1 else ""
        words = after.split()
        glued = bool(after) and not after[0].isspace()
        shift = 1 if glued and words else 0
        first = words[shift].strip(_PUNCTUATION) if len(words) > shift else ""
        second = words[shift + 1].strip(_PUNCTUATION) if len(words) > shift + 1 else ""
        return cls(last, f"{previous} {last}", first, second, after[:3])

    @property
    def titled(self) -> bool:
        """Whether a title such as ``Mr.`` or ``Frau`` is before it."""
        return self.last in TITLES

    @property
    def surely(self) -> bool:
        """A person for certain: ``told X``, ``spoke with X``, ``X said``, ``X, could you``, ``X's daughter``."""
        if self.last in SURELY_BEFORE or self.pair in SURELY_PAIRS:
            return True
        if self.touch[:1] == " " or self.touch[:2] == ", ":
            if self.first in SAID:
                return True
            if self.touch[:1] == "," and (
                self.first in VOCATIVE
                or f"{self.first} {self.second}" in ("i am", "i have", "i need", "i want", "i would")
            ):
                return self.first not in ("would", "will", "do", "are") or self.second in ("you", "there")
        return self.touch[:2] in ("'s", "’s") and self.first in BELONGINGS

    @property
    def person_before(self) -> bool:
        """``with X``, ``dear X``, ``X and Y``: often a person."""
        return self.last in PERSON_BEFORE or self.last in SURELY_BEFORE

    @property
    def person_after(self) -> bool:
        """``X is``, ``X's``, ``X:``: often a person."""
        return (
            (self.touch[:1] == " " and self.first in DOES)
            or self.touch[:2] in ("'s", "’s")
            or self.touch[:1] == ":"
            or self.first in SAID
        )

    @property
    def in_place(self) -> bool:
        """``in X``, ``moved to X``: a place."""
        return self.last in IN_PLACE or self.pair in IN_PLACE_PAIRS

    @property
    def to_place(self) -> bool:
        """``from X``, ``at X``: a place, or a person."""
        return self.last in TO_PLACE or self.last in IN_PLACE
