"""The vocabulary of the privacy domain: what goes into a detector and what comes out of it.

Everything here is plain data over plain Python strings, so detectors are pure functions that run
and are tested without Spark. Offsets are code points of the text they belong to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, runtime_checkable


class Known(NamedTuple):
    """One identity a record is known to carry: ``kind`` is name, email, phone, username, ..."""

    kind: str
    value: str


class Finding(NamedTuple):
    """One span of personal data: ``texts[text][start:end]`` is an ``entity``.

    ``confidence`` lies in [0, 1]; ``detector`` names who found it, for the audit table.
    """

    text: int
    entity: str
    start: int
    end: int
    detector: str
    confidence: float


Span = tuple[str, int, int, str, float]
"""A Finding without its text: entity, start, end, detector, confidence."""


FIELD = "field"
"""Role of a text that nobody says: it answers no question and is no turn of one word."""


@dataclass(frozen=True)
class TextBatch:
    """Texts of whole conversations, flat and in reading order.

    ``conversation[i]`` is the number of the conversation that ``texts[i]`` belongs to; numbers are
    non-decreasing and index ``known``, the identities of each conversation. ``role[i]`` is customer,
    agent, bot, system, FIELD for what is no turn (a title, a category), or "" where that is not known.
    """

    texts: list[str]
    conversation: Sequence[int]
    role: Sequence[str]
    known: Sequence[Sequence[Known]]

    def __post_init__(self) -> None:
        if not len(self.texts) == len(self.conversation) == len(self.role):
            raise ValueError("texts, conversation and role must have the same length")
        if self.conversation and max(self.conversation) >= len(self.known):
            raise ValueError("known needs one entry for each conversation")

    @classmethod
    def of(cls, texts: Sequence[str], known: Sequence[Known] = ()) -> TextBatch:
        """Each text as a conversation of its own; all of them share ``known``."""
        return cls(list(texts), range(len(texts)), [""] * len(texts), [list(known)] * len(texts))


@runtime_checkable
class Detector(Protocol):
    """Finds personal data in a batch; a pure function of the batch and the detector's configuration."""

    name: str

    def detect(self, batch: TextBatch) -> list[Finding]:
        """All spans found, in any order; they may overlap, the scrubber settles who claims what."""
        ...
