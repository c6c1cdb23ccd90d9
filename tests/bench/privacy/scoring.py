"""Precision and recall by entity, overlap match, of any detector on labelled texts."""

from __future__ import annotations

import csv
import json
import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple


class Span(NamedTuple):
    """A labelled or a found stretch of a text, in code points."""

    start: int
    end: int
    entity: str

    def overlaps(self, other: Span) -> bool:
        """Whether they share a character."""
        return self.start < other.end and other.start < self.end


@dataclass
class Score:
    """Counts of one entity: labelled and found of them, reported and right of them."""

    labelled: int = 0
    recalled: int = 0
    reported: int = 0
    correct: int = 0

    def add(self, other: Score) -> None:
        """Adds the counts of another."""
        self.labelled += other.labelled
        self.recalled += other.recalled
        self.reported += other.reported
        self.correct += other.correct

    @property
    def precision(self) -> float:
        """Share of what was reported that is right; 1 where nothing was."""
        return self.correct / self.reported if self.reported else 1.0

    @property
    def recall(self) -> float:
        """Share of what is labelled that was found; 1 where nothing is."""
        return self.recalled / self.labelled if self.labelled else 1.0


@dataclass
class Scores:
    """Scores by entity, and the misses behind them for reading."""

    by_entity: dict[str, Score] = field(default_factory=lambda: defaultdict(Score))
    missed: list[tuple[int, Span]] = field(default_factory=list)
    false: list[tuple[int, Span]] = field(default_factory=list)

    @property
    def micro(self) -> Score:
        """All entities in one."""
        total = Score()
        for score in self.by_entity.values():
            total.add(score)
        return total


def score(
    labelled: Sequence[Iterable[Span]], found: Sequence[Iterable[Span]], entities: Iterable[str]
) -> Scores:
    """Overlap match: a label is found when a span of its entity touches it, a span is right when it touches a label."""
    wanted = frozenset(entities)
    scores = Scores()
    for row, (labels, spans) in enumerate(zip(labelled, found, strict=True)):
        gold = [label for label in labels if label.entity in wanted]
        ours = [span for span in spans if span.entity in wanted]
        for label in gold:
            entry = scores.by_entity[label.entity]
            entry.labelled += 1
            if any(label.overlaps(span) and label.entity == span.entity for span in ours):
                entry.recalled += 1
            else:
                scores.missed.append((row, label))
        for span in ours:
            entry = scores.by_entity[span.entity]
            entry.reported += 1
            if any(label.overlaps(span) and label.entity == span.entity for label in gold):
                entry.correct += 1
            else:
                scores.false.append((row, span))
    return scores


def data_root() -> Path:
    """Where the labelled sets lie: ``SMELT_DATA``, or beside the checkout."""
    return Path(os.environ.get("SMELT_DATA", Path(__file__).resolve().parents[4] / "shared" / "data"))


class LabelledText(NamedTuple):
    """One text with its labels; ``group`` is what the set sorts it under."""

    text: str
    spans: tuple[Span, ...]
    group: str = ""


def read_spans(path: Path, names: Mapping[str, str]) -> list[LabelledText]:
    """A JSON-lines set of ``{"text", "spans": [[start, end, label]]}``, labels translated by ``names``."""
    rows = []
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            spans = tuple(Span(start, end, names.get(label, label)) for start, end, label in row["spans"])
            rows.append(
                LabelledText(row["text"], spans, names.get(row.get("entity", ""), row.get("entity", "")))
            )
    return rows


class TokenText(NamedTuple):
    """One utterance with a label a word."""

    conversation: str
    turn: float
    tokens: tuple[str, ...]
    labels: tuple[str, ...]

    @property
    def text(self) -> str:
        """The utterance."""
        return " ".join(self.tokens)

    def offsets(self) -> list[tuple[int, int]]:
        """The span of each word in ``text``."""
        spans, position = [], 0
        for token in self.tokens:
            spans.append((position, position + len(token)))
            position += len(token) + 1
        return spans


def read_tokens(root: Path) -> list[TokenText]:
    """The utterances of chat_multidogo whose words and labels are equally many (a few are not)."""
    rows = []
    for path in sorted(root.glob("*/train.tsv")):
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines, delimiter="\t"):
                tokens, labels = (row["utterance"] or "").split(), (row["slot-labels"] or "").split()
                if tokens and len(tokens) == len(labels):
                    rows.append(
                        TokenText(
                            row["conversationId"], float(row["turnNumber"]), tuple(tokens), tuple(labels)
                        )
                    )
    return rows
