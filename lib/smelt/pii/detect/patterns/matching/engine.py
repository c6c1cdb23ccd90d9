"""The engine: for each family, Rust regexes (prefilters) over a whole batch select the texts that may hold a hit.

Python's ``re``, checksums and context words are applied to those only. Most ordinary support texts have no candidate
and cost one pass in Rust.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from operator import or_

import numpy as np
import polars as pl

from smelt.pii.cache import Cache
from smelt.pii.detect.patterns.matching import folding
from smelt.pii.detect.patterns.matching.folding import Folded, fold
from smelt.pii.detect.patterns.matching.labels import Labels
from smelt.pii.detect.patterns.matching.pieces import PIECE_CHARS, Piece, pieces
from smelt.pii.detect.patterns.matching.scene import Family, Hit, Scene
from smelt.pii.detect.prefilters import contains, matches
from smelt.pii.types import FIELD, Finding, TextBatch, findings_of

_WHOLE = Piece(0, 0, 0, 0)
"""Stands for the only piece of a text, whose hits are taken as they are."""

ASKERS = frozenset({"agent", "bot"})

Asked = tuple[str, str]
"""A text, and the question that it answers, or ""."""


class Engine:
    """Runs families over batches; holds compiled patterns, and caches the hits of texts."""

    def __init__(self, families: Sequence[Family], labels: Labels) -> None:
        self.families = tuple(families)
        self.labels = labels
        self._cache: Cache[Asked, Sequence[Hit]] = Cache()
        self._groups: dict[tuple[str, ...], list[Family]] = {}
        for family in self.families:
            self._groups.setdefault(family.within, []).append(family)

    def detect(self, batch: TextBatch) -> list[Finding]:
        """All hits of all families, with overlaps. Offsets refer to the original texts."""
        found = self._cache.results(_asked(batch), self._find)
        return findings_of(found)

    def _find(self, asked: list[Asked]) -> list[Sequence[Hit]]:
        """The sorted hits of each text, given the question before it."""
        texts = [text for text, _ in asked]
        series = pl.Series("text", texts, dtype=pl.String)
        odd = _odd_rows(series)
        folded: dict[int, Folded] = {row: fold(texts[row]) for row in odd}
        if folded:
            series = series.scatter(odd, [entry.text for entry in folded.values()])
        scenes: dict[int, list[tuple[Piece, Scene]]] = {}
        hits: dict[int, set[Hit]] = {}
        for family, rows in self._candidates(series, asked):
            for row in rows:
                parts = scenes.get(row)
                if parts is None:
                    text = folded[row].text if row in folded else texts[row]
                    parts = scenes[row] = self._scenes(text, asked[row][1])
                found = family.find(parts[0][1]) if len(parts) == 1 else _run(family, parts)
                for hit in found:
                    hits.setdefault(row, set()).add(hit)
        return [
            sorted(_unfold(hit, folded.get(row)) for hit in hits[row]) if hits.get(row) else ()
            for row in range(len(asked))
        ]

    def _candidates(self, series: pl.Series, asked: list[Asked]) -> Iterator[tuple[Family, Iterable[int]]]:
        """Each family with the rows that pass its prefilters."""
        answers = [row for row, (_, question) in enumerate(asked) if question]
        questions = pl.Series("question", [asked[row][1] for row in answers], dtype=pl.String)
        subsets: dict[tuple[str, ...], tuple[pl.Series, list[int]]] = {(): (series, list(range(len(series))))}
        for within, families in self._groups.items():
            subset, index = _within(subsets, within)
            for family, matching in zip(families, _matching(subset, families), strict=True):
                rows = [index[position] for position in matching]
                if family.asks and answers:
                    rows = sorted({*rows, *(answers[position] for position in _rows(questions, family.asks))})
                yield family, rows

    def _scenes(self, text: str, question: str) -> list[tuple[Piece, Scene]]:
        """The pieces of a text; one that is the whole text, if it is not long."""
        if len(text) <= PIECE_CHARS:
            return [(_WHOLE, Scene(text, self.labels, question))]
        return [
            (piece, Scene(text[piece.begin : piece.stop], self.labels, "" if piece.first else question))
            for piece in pieces(text)
        ]


def _within(
    subsets: dict[tuple[str, ...], tuple[pl.Series, list[int]]], prefilters: tuple[str, ...]
) -> tuple[pl.Series, list[int]]:
    """The texts that pass a chain of prefilters, and their rows; cached in ``subsets`` for the next family."""
    known = subsets.get(prefilters)
    if known is None:
        series, index = _within(subsets, prefilters[:-1])
        inside = np.flatnonzero(matches(series, prefilters[-1]))
        known = subsets[prefilters] = series.gather(inside), [index[position] for position in inside.tolist()]
    return known


def _matching(series: pl.Series, families: Sequence[Family]) -> Iterator[list[int]]:
    """For each family, the positions of texts that match any of its prefilters."""
    found = iter(contains(series, [prefilter for family in families for prefilter in family.prefilters]))
    for family in families:
        yield np.flatnonzero(reduce(or_, [next(found) for _ in family.prefilters])).tolist()


def _odd_rows(series: pl.Series) -> list[int]:
    """Rows of texts that folding may change: with a look-alike of a plain character, or an HTML entity."""
    wide = np.flatnonzero((series.str.len_bytes() != series.str.len_chars()).to_numpy())
    odd = wide[matches(series.gather(wide), folding.WIDE_PREFILTER)]
    return sorted({*odd.tolist(), *_rows(series, folding.ENTITY_PREFILTER)})


def _rows(series: pl.Series, prefilter: str) -> list[int]:
    rows: list[int] = np.flatnonzero(matches(series, prefilter)).tolist()
    return rows


def _asked(batch: TextBatch) -> list[Asked]:
    """Each text with the preceding turn of an agent or bot, whose question tells what a bare answer is."""
    role, conversation, texts = batch.role, batch.conversation, batch.texts
    if not ASKERS.intersection(role):
        return [(text, "") for text in texts]
    asked: list[Asked] = []
    before, speaker, number = "", "", -1
    for text, who, where in zip(texts, role, conversation, strict=True):
        is_answer = speaker in ASKERS and who not in (speaker, FIELD) and where == number
        asked.append((text, before if is_answer else ""))
        before, speaker, number = text, who, where
    return asked


def _run(family: Family, parts: list[tuple[Piece, Scene]]) -> Iterable[Hit]:
    for piece, scene in parts:
        for hit in family.find(scene):
            start = hit.start + piece.begin
            if piece.first <= start < piece.last or start == piece.last == 0:
                yield hit._replace(start=start, end=hit.end + piece.begin) if piece.begin else hit


def _unfold(hit: Hit, folded: Folded | None) -> Hit:
    if folded is None:
        return hit
    start, end = folded.original(hit.start, hit.end)
    return hit._replace(start=start, end=end)
