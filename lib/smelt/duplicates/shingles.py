"""Texts as sets of hashed shingles, vectorised.

Word n-grams and character n-grams of a normalised text are substrings. The hash of a substring is the difference of two
prefix sums (Rabin and Karp, "Efficient randomized pattern-matching algorithms", 1987, modulo 2**64), so a batch needs
one pass over its characters and one over its shingles, both in numpy.

Hashes have 31 bits: two texts of 100 shingles share one by accident with probability 5e-6, which changes their
similarity by less than 0.01. The highest of the 32 bits distinguishes the parts of a text (question, answer).
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

U32 = npt.NDArray[np.uint32]
U64 = npt.NDArray[np.uint64]
I64 = npt.NDArray[np.int64]

PART = np.uint32(1 << 31)
"""Hashes of the first part of a text are smaller; those of the second part are equal or greater."""

_BASE = 0x9E3779B97F4A7C15
_INVERSE = pow(_BASE, -1, 1 << 64)
_CHUNK = 1 << 19
_SPACE = 32
_UNSPACED = (
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF),
    (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0x20000, 0x2FFFF),
)  # fmt: skip
"""Code points of scripts without spaces between words: Thai, Lao; Myanmar; Khmer; Hiragana, Katakana; Han."""


class Shingles(NamedTuple):
    """Sets of ``len(offsets) - 1`` texts: ``hashes[offsets[i]:offsets[i + 1]]``, ascending and distinct."""

    hashes: U32
    offsets: I64

    @property
    def sizes(self) -> I64:
        """Shingles of each text."""
        return np.diff(self.offsets)

    def take(self, rows: I64) -> Shingles:
        """The sets of ``rows``, in that order; rows may repeat."""
        sizes = self.sizes[rows]
        offsets = offsets_of(sizes)
        return Shingles(self.hashes[spans(self.offsets[:-1][rows], sizes)], offsets)


class _Grams(NamedTuple):
    """Words and characters per n-gram, and the limits ``short_text_words`` and ``whole_text_words`` of
    :func:`shingle`."""

    word: int
    character: int
    short: int
    whole: int


def offsets_of(sizes: I64) -> I64:
    """``[0, sizes[0], sizes[0] + sizes[1], ...]``."""
    offsets = np.zeros(len(sizes) + 1, dtype=np.int64)
    np.cumsum(sizes, out=offsets[1:])
    return offsets


def spans(starts: I64, sizes: I64) -> I64:
    """The indices ``start, start + 1, ...`` of every span, concatenated."""
    offsets = offsets_of(sizes)
    return np.arange(offsets[-1], dtype=np.int64) + np.repeat(starts - offsets[:-1], sizes)


def shingle(
    parts: list[pl.Series],
    *,
    word_ngram: int,
    character_ngram: int,
    short_text_words: int,
    whole_text_words: int,
) -> Shingles:
    """Shingle sets of texts, given as normalised parts (one or two Series of equal length).

    A part of fewer than ``short_text_words`` words, or mostly in a script without spaces, gives character n-grams, any
    other part word n-grams; a part shorter than one n-gram, or of fewer than ``whole_text_words`` words in a script
    with spaces, is a single shingle.
    """
    rows = len(parts[0])
    sizes_of_grams = _Grams(word_ngram, character_ngram, short_text_words, whole_text_words)
    found = [
        _keys(part, np.uint64(index) << np.uint64(31), sizes_of_grams) for index, part in enumerate(parts)
    ]
    keys = np.unique(np.concatenate(found)) if len(found) > 1 else np.unique(found[0])
    sizes = np.bincount((keys >> np.uint64(32)).astype(np.int64), minlength=rows)
    return Shingles(keys.astype(np.uint32), offsets_of(sizes.astype(np.int64)))


def hashes64(texts: pl.Series) -> U64:
    """A 64-bit hash of every whole text, the same on every machine and in every version."""
    lengths = texts.str.len_chars().to_numpy().astype(np.int64)
    result = np.zeros(len(texts), dtype=np.uint64)
    for first, last in _text_chunks(lengths):
        size = lengths[first:last]
        joined = "".join(texts[first:last].to_list()).encode("utf-32-le", "surrogatepass")
        prefix, inverse = _prefix_sums(np.frombuffer(joined, dtype=np.uint32))
        start = offsets_of(size)[:-1]
        hashed = (prefix[start + size] - prefix[start]) * inverse[start]
        result[first:last] = mixed(hashed ^ mixed(size.astype(np.uint64)))
    return result


def word_ngrams(texts: pl.Series, size: int) -> tuple[U64, I64]:
    """64-bit hashes of all word n-grams of normalised texts, and the row of each; shorter texts give none."""
    words = texts.str.count_matches(" ") + 1
    rows = (words >= size).arg_true().to_numpy().astype(np.int64)
    long = texts.gather(rows)
    lengths = long.str.len_chars().to_numpy().astype(np.int64)
    hashes: list[U64] = [np.empty(0, dtype=np.uint64)]
    of_row: list[I64] = [np.empty(0, dtype=np.int64)]
    for first, last in _text_chunks(lengths):
        grams = _Grams(size, 1, short=0, whole=0)
        found, sizes = _chunk_shingles(long[first:last], lengths[first:last], grams, spaced=True)
        hashes.append(found)
        of_row.append(np.repeat(rows[first:last], sizes))
    return np.concatenate(hashes), np.concatenate(of_row)


def _text_chunks(lengths: I64) -> list[tuple[int, int]]:
    """Runs of whole texts of about ``_CHUNK`` characters, so that the arrays of one stay in cache."""
    chunk = np.cumsum(lengths + 1) // _CHUNK
    edges = np.flatnonzero(np.diff(chunk, prepend=-1, append=np.iinfo(np.int64).max))
    return [(int(first), int(last)) for first, last in pairwise(edges)]


def _keys(texts: pl.Series, part: np.uint64, grams: _Grams) -> U64:
    """``row << 32 | part << 31 | hash`` of every shingle."""
    lengths = texts.str.len_chars().to_numpy().astype(np.int64)
    found: list[U64] = [np.empty(0, dtype=np.uint64)]
    for first, last in _text_chunks(lengths):
        hashes, sizes = _chunk_shingles(texts[first:last], lengths[first:last], grams)
        rows = np.repeat(np.arange(first, last, dtype=np.uint64), sizes)
        found.append((rows << np.uint64(32)) | part | (hashes >> np.uint64(33)))
    return np.concatenate(found)


def _chunk_shingles(
    texts: pl.Series, lengths: I64, grams: _Grams, *, spaced: bool = False
) -> tuple[U64, I64]:
    """64-bit hashes of all shingles of a chunk, and how many each text has."""
    points = np.frombuffer(" ".join(texts.to_list()).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    starts = offsets_of(lengths + 1)[:-1]
    prefix, inverse = _prefix_sums(points)

    spaces = np.flatnonzero(points == _SPACE)  # includes the boundary between two texts
    word_starts = np.concatenate(([0], spaces + 1)).astype(np.int64)
    word_ends = np.append(spaces, len(points)).astype(np.int64)
    first_word = np.searchsorted(word_starts, starts)
    words = np.diff(np.append(first_word, len(word_starts)))
    unspaced = np.zeros(len(words), dtype=np.bool_) if spaced else _is_unspaced(points, starts, lengths)
    by_character = (words < grams.short) | unspaced
    is_whole = (words < grams.whole) & ~unspaced

    counts = np.where(by_character, lengths - grams.character + 1, words - grams.word + 1)
    sizes = np.where(lengths > 0, np.maximum(np.where(is_whole, 1, counts), 1), 0)
    rows = np.repeat(np.arange(len(lengths)), sizes)
    step = spans(np.zeros_like(sizes), sizes)

    of_characters = (by_character | is_whole)[rows]
    width = np.where(is_whole, lengths, np.minimum(lengths, grams.character))
    first = np.minimum(first_word[rows] + step, len(word_starts) - 1)
    last_word = first_word + np.minimum(words, grams.word) - 1
    from_ = np.where(of_characters, starts[rows] + step, word_starts[first])
    to = np.where(
        of_characters,
        starts[rows] + step + width[rows],
        word_ends[np.minimum(last_word[rows] + step, len(word_ends) - 1)],
    )
    return mixed((prefix[to] - prefix[from_]) * inverse[from_]), sizes


def _prefix_sums(points: U32) -> tuple[U64, U64]:
    """Prefix sums of ``point * base ** position`` and the powers of the base's inverse, modulo 2**64."""
    power, inverse = _powers(len(points))
    prefix = np.zeros(len(points) + 1, dtype=np.uint64)
    np.cumsum(points * power, out=prefix[1:])
    return prefix, inverse


_TABLES: list[tuple[U64, U64]] = []
"""The longest tables of powers so far are last.

A pair is appended at once, because the embedded engine uses threads.
"""


def _powers(size: int) -> tuple[U64, U64]:
    known = next(iter(_TABLES), None)
    if known is None or len(known[0]) <= size:
        room = max(size + 1, 2 * _CHUNK)
        known = (_powers_of(_BASE, room), _powers_of(_INVERSE, room))
        _TABLES[:] = [known]
    return known[0][:size], known[1]


def _powers_of(base: int, room: int) -> U64:
    table = np.full(room, base, dtype=np.uint64)
    table[0] = 1
    return np.cumprod(table, dtype=np.uint64)


def _is_unspaced(points: U32, starts: I64, lengths: I64) -> npt.NDArray[np.bool_]:
    """Whether at least half of each text's characters belong to scripts without spaces between words."""
    result = np.zeros(len(starts), dtype=np.bool_)
    if not len(points) or int(points.max()) < _UNSPACED[0][0]:
        return result
    unspaced = np.zeros(len(points) + 1, dtype=np.int64)
    marks = np.zeros(len(points), dtype=np.bool_)
    for low, high in _UNSPACED:
        marks |= (points >= low) & (points <= high)
    np.cumsum(marks, out=unspaced[1:])
    inside = unspaced[np.minimum(starts + lengths, len(points))] - unspaced[np.minimum(starts, len(points))]
    return np.asarray((lengths > 0) & (2 * inside >= lengths))


def mixed(values: U64) -> U64:
    """The finaliser of SplitMix64 (Steele, Lea, Flood 2014), by which every input bit affects every output bit."""
    values = values ^ (values >> np.uint64(30))
    values *= np.uint64(0xBF58476D1CE4E5B9)
    values ^= values >> np.uint64(27)
    values *= np.uint64(0x94D049BB133111EB)
    values ^= values >> np.uint64(31)
    return values
