"""The engine: Rust regex over a whole batch finds the texts that may hold something, family by family.

Python's ``re``, checksums and context words see only those. On ordinary support text most rows have
no candidate and cost one pass in Rust.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from smelt.pii.detect import folding
from smelt.pii.detect.folding import Folded, fold
from smelt.pii.detect.labels import Labels
from smelt.pii.detect.pieces import PIECE_CHARS, Piece, pieces
from smelt.pii.detect.scene import Family, Scene
from smelt.pii.types import Finding, TextBatch

ASKERS = frozenset({"agent", "bot"})


class Engine:
    """Runs families over batches; it holds compiled patterns and no state between batches."""

    def __init__(self, families: Sequence[Family], labels: Labels) -> None:
        self.families = tuple(families)
        self.labels = labels
        self.gate = "|".join(f"(?:{family.gate})" for family in self.families)

    def detect(self, batch: TextBatch) -> list[Finding]:
        """All hits of all families, unclaimed. Offsets are those of the texts given."""
        texts = batch.texts
        if not texts:
            return []
        series = pl.Series("text", texts, dtype=pl.String)
        odd = series.str.contains(folding.GATE).arg_true().to_list()
        folded: dict[int, Folded] = {row: fold(texts[row]) for row in odd}
        if folded:
            series = series.scatter(list(folded), [entry.text for entry in folded.values()])
        rows = series.str.contains(self.gate).arg_true()
        candidates = series.gather(rows)
        index = rows.to_list()
        scenes: dict[int, list[tuple[Piece, Scene]]] = {}
        findings: set[Finding] = set()
        for family in self.families:
            matching = candidates.str.contains(family.gate).arg_true().to_list()
            for position in matching:
                row = index[position]
                parts = scenes.get(row)
                if parts is None:
                    text = folded[row].text if row in folded else texts[row]
                    parts = scenes[row] = list(self._scenes(text, self._question(batch, row)))
                findings.update(_run(family, row, parts))
        return sorted(_unfold(finding, folded) for finding in findings) if folded else sorted(findings)

    def _scenes(self, text: str, question: str) -> Iterable[tuple[Piece, Scene]]:
        if len(text) <= PIECE_CHARS:
            yield Piece(0, len(text), 0, len(text)), Scene(text, self.labels, question)
            return
        for piece in pieces(text):
            yield piece, Scene(text[piece.begin : piece.stop], self.labels, question if piece.first == 0 else "")

    def _question(self, batch: TextBatch, row: int) -> str:
        """The turn before, where another role asked: it says what a bare answer is."""
        if row == 0 or batch.conversation[row] != batch.conversation[row - 1]:
            return ""
        asker = batch.role[row - 1]
        return batch.texts[row - 1] if asker in ASKERS and batch.role[row] != asker else ""


def _run(family: Family, row: int, parts: list[tuple[Piece, Scene]]) -> Iterable[Finding]:
    for piece, scene in parts:
        for hit in family.find(scene):
            start = hit.start + piece.begin
            if piece.first <= start < piece.last or start == piece.last == 0:
                yield Finding(row, hit.entity, start, hit.end + piece.begin, hit.detector, hit.confidence)


def _unfold(finding: Finding, folded: dict[int, Folded]) -> Finding:
    entry = folded.get(finding.text)
    if entry is None:
        return finding
    start, end = entry.original(finding.start, finding.end)
    return finding._replace(start=start, end=end)
