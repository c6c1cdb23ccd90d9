"""The types of detectors' input and output.

All are plain data over Python strings, so detectors are pure functions that run and are tested without Spark. Offsets
are in code points.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, runtime_checkable


class Known(NamedTuple):
    """One known identity of a record: ``kind`` is name, email, phone, username, ..."""

    kind: str
    value: str


class Finding(NamedTuple):
    """One span of personal data: ``texts[text][start:end]`` is an ``entity``.

    ``confidence`` is in [0, 1]; ``detector`` is the name of the detector, for the audit table.
    """

    text: int
    entity: str
    start: int
    end: int
    detector: str
    confidence: float


Span = tuple[str, int, int, str, float]
"""A Finding without its text: entity, start, end, detector, confidence."""


def findings_of(found: Iterable[Sequence[Span]]) -> list[Finding]:
    """The spans found in each text of a batch, as findings in that order."""
    make = Finding._make
    return [make((text, *span)) for text, spans in enumerate(found) if spans for span in spans]


FIELD = "field"
"""Role of a text that is not a turn, e.g. a title; it answers no question."""


@dataclass(frozen=True)
class TextBatch:
    """Texts of whole conversations, as a flat list in reading order.

    ``conversation[i]`` is the number of the conversation that ``texts[i]`` belongs to; numbers are
    non-decreasing and index ``known``, the identities of each conversation. ``role[i]`` is customer,
    agent, bot, system, FIELD for a text that is no turn (a title, a category), or "" if unknown.
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
        """A batch with one conversation per text; all share ``known``."""
        return cls(list(texts), range(len(texts)), [""] * len(texts), [list(known)] * len(texts))


@runtime_checkable
class Detector(Protocol):
    """Finds personal data in a batch; a pure function of the batch and the detector's configuration."""

    name: str

    def detect(self, batch: TextBatch) -> list[Finding]:
        """All findings, in any order; the scrubber resolves overlaps."""
        ...
