"""Tokens of many texts as flat arrays, so that rules are vectorised."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow.compute as pc

from smelt.quality.texts import Counts, Flags, Floats

TOKEN = (
    r"\[[A-Z]{3,}(?:_[A-Z]+)*(?:_\d+)?(?:#[0-9a-f]{12})?\]|"
    r"\.?\p{L}[\p{L}\p{M}]*(?:['’]\p{L}+|[._]\p{Ll}[\p{L}\p{N}]*)*|\p{N}+(?:[.,:/]\p{N}+)*|[^\s\p{L}\p{N}]"
)
"""A placeholder ([PERSON_1]), a word with inner apostrophes or dots (.pst, p.m, client.svc), a number with its
separators, or a single other character."""

Ids = npt.NDArray[np.int32]
Vectors = npt.NDArray[np.float32]


class Vocabulary:
    """The distinct tokens of a batch in lower case, with cached properties per word."""

    def __init__(self, words: pl.Series) -> None:
        self.words = words

    def __len__(self) -> int:
        return len(self.words)

    @cached_property
    def is_word(self) -> Flags:
        """Whether each token starts with a letter."""
        return self.words.str.contains(r"^\.?\p{L}").to_numpy()

    @cached_property
    def is_number(self) -> Flags:
        """Whether each token starts with a digit."""
        return self.words.str.contains(r"^\p{N}").to_numpy()

    @cached_property
    def _places(self) -> dict[str, int]:
        return {word: place for place, word in enumerate(self.words.to_list())}

    def among(self, words: Iterable[str]) -> Flags:
        """Whether each word is one of ``words``."""
        found: Flags = np.zeros(len(self.words), dtype=np.bool_)
        found[[self._places[word] for word in words if word in self._places]] = True
        return found

    @cached_property
    def stems(self) -> pl.Series:
        """Stem of each word (:func:`stem`)."""
        return stem(self.words)


@dataclass(frozen=True)
class Tokens:
    """Tokens of ``n`` texts: text ``i`` has ``ids[offsets[i]:offsets[i + 1]]``."""

    ids: Ids
    offsets: Counts
    is_upper: Flags
    is_title: Flags

    @classmethod
    def none(cls, texts: int) -> Tokens:
        """The tokens of ``texts`` empty texts."""
        flags = np.zeros(0, dtype=np.bool_)
        return cls(np.zeros(0, dtype=np.int32), np.zeros(texts + 1, dtype=np.int64), flags, flags)

    @cached_property
    def row(self) -> Counts:
        """Index of the text of each token."""
        return np.repeat(np.arange(len(self.offsets) - 1), self.counts)

    @property
    def counts(self) -> Counts:
        """Number of tokens of each text."""
        return np.diff(self.offsets)

    def take(self, rows: Counts) -> Tokens:
        """The tokens of the texts ``rows``, in that order; texts may repeat."""
        counts = self.counts[rows]
        offsets = np.concatenate([[0], np.cumsum(counts)])
        within = np.arange(offsets[-1]) - np.repeat(offsets[:-1], counts)
        place = np.repeat(self.offsets[rows], counts) + within
        return Tokens(self.ids[place], offsets, self.is_upper[place], self.is_title[place])

    def add(self, values: npt.NDArray[np.generic]) -> Floats:
        """Sum over each text of ``values``, one per token."""
        return np.bincount(self.row, weights=values, minlength=len(self.offsets) - 1).astype(np.float64)

    @cached_property
    def is_last(self) -> Flags:
        """Whether a token is the last of its text."""
        last = np.zeros(len(self.ids), dtype=bool)
        filled = self.counts > 0
        last[self.offsets[1:][filled] - 1] = True
        return last

    @cached_property
    def is_first(self) -> Flags:
        """Whether a token is the first of its text."""
        first = np.zeros(len(self.ids), dtype=bool)
        first[self.offsets[:-1][self.counts > 0]] = True
        return first


FEW = 4
"""Number of remaining texts from which :func:`sum_rows` handles them one by one."""


def sum_rows(table: npt.NDArray[np.float32], ids: npt.NDArray[np.integer[Any]], offsets: Counts) -> Vectors:
    """For each text ``i``, the sum of the rows ``ids[offsets[i]:offsets[i + 1]]`` of ``table``, in that order.

    Adds the first rows of all texts at once, then the second ones, and so on; numpy's ``reduceat`` takes five times as
    long and copies a row for each token. The rest of the few longest texts is added text by text.
    """
    counts = np.diff(offsets)
    longest_first = np.argsort(-counts, kind="stable")
    starts, counts = offsets[:-1][longest_first], counts[longest_first]
    total = np.zeros((len(counts), table.shape[1]), dtype=np.float32)
    for place in range(int(counts[0]) if len(counts) else 0):
        live = int(np.searchsorted(-counts, -place))
        if live <= FEW:
            for text in range(live):
                rest = table[ids[starts[text] + place : starts[text] + counts[text]]]
                total[text] = np.add.reduce(np.concatenate([total[text : text + 1], rest]), axis=0)
            break
        total[:live] += table[ids[starts[:live] + place]]
    out = np.empty_like(total)
    out[longest_first] = total
    return out


def tokenize(*columns: pl.Series) -> tuple[Vocabulary, list[Tokens]]:
    """Tokenise each column over one common vocabulary (see :data:`TOKEN`)."""
    found = [column.str.extract_all(TOKEN) for column in columns]
    flat = pl.concat([lists.explode(empty_as_null=False, keep_nulls=False) for lists in found])
    forms, form = _encoded(flat)
    words, code = _encoded(forms.str.to_lowercase().str.replace_all("’", "'", literal=True))
    ids = code[form]
    upper = forms.str.contains(r"^\p{Lu}[\p{Lu}'’]+$").to_numpy()
    is_upper = upper[form]
    is_title = (forms.str.contains(r"^\p{Lu}").to_numpy() & ~upper)[form]
    tokens, start = [], 0
    for lists in found:
        offsets = np.concatenate([[0], np.cumsum(lists.list.len().to_numpy().astype(np.int64))])
        part = slice(start, start + int(offsets[-1]))
        tokens.append(Tokens(ids[part], offsets, is_upper[part], is_title[part]))
        start = part.stop
    return Vocabulary(words), tokens


def _encoded(words: pl.Series) -> tuple[pl.Series, Ids]:
    """The distinct words in order of appearance, and the index of each word among them."""
    encoded = pc.dictionary_encode(words.to_arrow(compat_level=pl.CompatLevel.oldest()))
    distinct = pl.Series("word", encoded.dictionary, dtype=pl.String)
    return distinct, encoded.indices.to_numpy().astype(np.int32)


def stem(words: pl.Series) -> pl.Series:
    """A light English stemmer: removes plural, -ing, -ed, -ly, doubled consonant and final e.

    After Harman 1991, "How effective is suffixing?" (S stemmer), plus the three commonest verb and adverb endings,
    because support questions and answers use different forms.
    """
    return (
        words.str.replace(r"['’](?:s|d|ll|re|ve|m)?$", "")
        .str.replace(r"ies$", "y")
        .str.replace(r"(ss|x|ch|sh)es$", "$1")
        .str.replace(r"([^su\W\d])s$", "$1")
        .str.replace(r"^(.*[aeiouy].*[^aeiou\W])(?:ing|ed|ly)$", "$1")
        .str.replace(r"^(..+[^aeiou\W])(?:ment|ation|able)$", "$1")
        .str.replace(r"(bb|dd|gg|mm|nn|pp|rr|tt)$", "$1")
        .str.replace(r"^(...+)e$", "$1")
    )


class Places:
    """Where each of some distinct words stands, looked up for batch after batch."""

    def __init__(self, known: pl.Series) -> None:
        self._places = {word: place for place, word in enumerate(known.to_list())}

    def of(self, words: pl.Series) -> Ids:
        """Position of each of ``words``; -1 where absent."""
        place = self._places.get
        return np.array([place(word, -1) for word in words.to_list()], dtype=np.int32)
