"""What is true of a corpus, by brute force and by none of the code that is measured."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

THRESHOLD = 0.7
LONG = 12
"""Words from which all tools compare word 5-grams."""


class Quality(NamedTuple):
    """How a tool did on one corpus. Shares are None where there was nothing to find or to remove."""

    removed: int
    recall: float | None
    """Share of the true pairs of the sample that the tool resolved."""
    pairs: int
    precision: float | None
    """Share of the removed long texts that have a true duplicate at all."""
    short_found: float | None
    """Share of the surplus copies of texts under 5 words that were removed."""
    short_lost: int
    """Unique texts under 5 words that were removed."""


def words_of(text: str) -> list[str]:
    """Lower-case words without punctuation; an apostrophe does not end one."""
    return re.findall(r"\w+", re.sub(r"(?<=\w)['’](?=\w)", "", text.lower()))


def shingle_matrix(texts: dict[int, str], keys: list[int]) -> csr_array:
    """One row a key, one column a distinct word 5-gram, ones."""
    vocabulary: dict[str, int] = {}
    ends, columns = [0], []
    for key in keys:
        words = words_of(texts[key])
        grams = {" ".join(words[i : i + 5]) for i in range(len(words) - 4)}
        columns += [vocabulary.setdefault(gram, len(vocabulary)) for gram in grams]
        ends.append(len(columns))
    shape = (len(keys), max(len(vocabulary), 1))
    return csr_array((np.ones(len(columns), dtype=np.int32), columns, ends), shape=shape)


def alike(matrix: csr_array, rows: csr_array, own: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Positions (in ``rows``, in ``matrix``) with exact Jaccard similarity of at least the threshold.

    ``own`` is the position in ``matrix`` of each of ``rows``; a text is no pair with itself.
    """
    left, right = [], []
    sizes, columns = matrix.sum(axis=1), matrix.T.tocsr()
    for start in range(0, rows.shape[0], 1000):
        part = rows[start : start + 1000]
        shared = (part @ columns).tocoo()
        either = part.sum(axis=1)[shared.row] + sizes[shared.col] - shared.data
        chosen = (shared.data >= THRESHOLD * either) & (own[start + shared.row] != shared.col)
        left.append(start + shared.row[chosen])
        right.append(shared.col[chosen])
    return np.concatenate(left), np.concatenate(right)


def quality(
    texts: dict[int, str], removed: Collection[int], clusters: dict[int, str] | None, sample: Collection[int]
) -> Quality:
    """Compare what a tool removed with what is true.

    A pair is resolved when the tool put both into one cluster, or, of tools that give no clusters, when it
    removed at least one of the two.
    """
    gone = set(removed)
    long = [key for key in texts if len(words_of(texts[key])) >= LONG]
    matrix = shingle_matrix(texts, long)
    place = {key: row for row, key in enumerate(long)}
    chosen = [key for key in sample if key in place]
    own = np.array([place[key] for key in chosen], dtype=np.int64)
    a, b = alike(matrix[own], matrix[own], np.arange(len(own)))
    pairs = [(chosen[x], chosen[y]) for x, y in zip(a, b, strict=True) if x < y]
    if clusters is None:
        resolved = sum(one in gone or other in gone for one, other in pairs)
    else:
        resolved = sum(one in clusters and clusters[one] == clusters.get(other) for one, other in pairs)
    judged = np.array([place[key] for key in gone if key in place], dtype=np.int64)
    justified = len(set(alike(matrix, matrix[judged], judged)[0])) if len(judged) else 0
    short = {key: " ".join(words_of(text)) for key, text in texts.items() if len(words_of(text)) < 5}
    copies = Counter(short.values())
    surplus = sum(count - 1 for count in copies.values())
    found = sum(
        min(count, copies[text] - 1)
        for text, count in Counter(short[key] for key in gone if key in short).items()
    )
    lost = sum(copies[short[key]] == 1 for key in gone if key in short)
    return Quality(
        len(gone),
        resolved / len(pairs) if pairs else None,
        len(pairs),
        justified / len(judged) if len(judged) else None,
        found / surplus if surplus else None,
        lost,
    )
