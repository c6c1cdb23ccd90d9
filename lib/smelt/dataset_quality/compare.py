"""Measures that compare examples with each other; pure functions over arrays of text."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from smelt.dataset_quality import distributions, intervals
from smelt.dataset_quality.config import DatasetQualityConfig
from smelt.dataset_quality.measures import Count

WORD = re.compile(r"[^\W_]+")
BLOCK = 512
SAME_TOPIC = 0.35
"""TF-IDF cosine from which two questions have the same topic."""


def words(text: str | None) -> list[str]:
    """Lower-case words of a text."""
    return WORD.findall((text or "").lower())


def tf_idf(texts: Sequence[list[str]]) -> sparse.csr_matrix:
    """Normalised rows of (1 + log tf) * log(n / df) (Salton and Buckley 1988); words in all texts have weight 0."""
    vocabulary: dict[str, int] = {}
    rows, columns, values = [], [], []
    for row, text in enumerate(texts):
        for word, count in Counter(text).items():
            rows.append(row)
            columns.append(vocabulary.setdefault(word, len(vocabulary)))
            values.append(1 + math.log(count))
    shape = (len(texts), max(1, len(vocabulary)))
    matrix = sparse.csr_matrix((values, (rows, columns)), shape=shape, dtype=np.float64)
    frequency = np.maximum(1, np.bincount(matrix.indices, minlength=shape[1]))
    matrix = matrix @ sparse.diags(np.log(len(texts) / frequency)) if len(texts) else matrix
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return sparse.csr_matrix(sparse.diags(1 / np.where(lengths > 0, lengths, 1)) @ matrix)


def blocks(left: sparse.csr_matrix, right: sparse.csr_matrix) -> Iterator[tuple[int, NDArray[np.float64]]]:
    """Cosines of normalised rows, in blocks of rows: (first row, dense block)."""
    turned = right.T.tocsr()
    for start in range(0, left.shape[0], BLOCK):
        yield start, (left[start : start + BLOCK] @ turned).toarray()


def distinct_n(texts: Sequence[list[str]], n: int, limit: int) -> tuple[int, int]:
    """Numbers of distinct and of all n-grams in the first ``limit`` words (Li et al. 2016), within texts."""
    seen: set[tuple[str, ...]] = set()
    total, used = 0, 0
    for text in texts:
        text = text[: limit - used]
        used += len(text)
        grams = [tuple(text[i : i + n]) for i in range(len(text) - n + 1)]
        seen.update(grams)
        total += len(grams)
        if used >= limit:
            break
    return len(seen), total


def label_noise(
    matrix: sparse.csr_matrix, labels: Sequence[str | None], config: DatasetQualityConfig
) -> tuple[int, int]:
    """Number of rows whose nearest neighbours agree on another label, and of rows with neighbours (Wilson 1972).

    Neighbours are the ``neighbours`` nearest questions with at least ``neighbour_similarity``; at least two must vote,
    and ``label_majority`` of the votes, weighted by similarity, must be for one other label.
    """
    rules = config.consistency
    noisy, voted = 0, 0
    for start, block in blocks(matrix, matrix):
        np.fill_diagonal(block[:, start:], -1.0)
        size = min(rules.neighbours, block.shape[1])
        nearest = np.argpartition(-block, size - 1, axis=1)[:, :size]
        for row, candidates in enumerate(nearest):
            own = labels[start + row]
            votes: Counter[str] = Counter()
            for other in sorted(candidates):
                label = labels[other]
                if label is not None and block[row, other] >= rules.neighbour_similarity:
                    votes[label] += float(block[row, other])  # type: ignore[assignment]
            if (
                own is None
                or sum(1 for other in candidates if block[row, other] >= rules.neighbour_similarity) < 2
            ):
                continue
            voted += 1
            label, weight = max(votes.items(), key=lambda vote: (vote[1], vote[0]), default=(own, 0.0))
            noisy += label != own and weight >= rules.label_majority * sum(votes.values())
    return noisy, voted


def clusters(matrix: sparse.csr_matrix) -> list[int]:
    """Sizes of clusters by leader clustering (Hartigan 1975): a row joins the nearest leader or becomes one."""
    leaders: list[int] = []
    sizes: dict[int, int] = {}
    for start, block in blocks(matrix, matrix):
        for row in range(block.shape[0]):
            near = block[row, leaders] if leaders else np.array([])
            if len(near) and near.max() >= SAME_TOPIC:
                sizes[leaders[int(near.argmax())]] += 1
            else:
                leaders.append(start + row)
                sizes[start + row] = 1
    return list(sizes.values())


def cosines_of_pairs(matrix: sparse.csr_matrix, pairs: int, seed: int = 20_251_101) -> NDArray[np.float64]:
    """Cosines of random pairs of different rows; the seed is fixed."""
    if matrix.shape[0] < 2:
        return np.array([])
    generator = np.random.default_rng(seed)
    left = generator.integers(0, matrix.shape[0], pairs)
    right = (left + generator.integers(1, matrix.shape[0], pairs)) % matrix.shape[0]
    return np.asarray(matrix[left].multiply(matrix[right]).sum(axis=1)).ravel()


def nearest_cosines(left: sparse.csr_matrix, right: sparse.csr_matrix) -> NDArray[np.float64]:
    """For each row of ``left``, the highest cosine with any row of ``right``; 0 if there are none."""
    if right.shape[0] == 0:
        return np.zeros(left.shape[0])
    return np.concatenate([block.max(axis=1) for _, block in blocks(left, right)] or [np.array([])])


def compared(
    questions: Sequence[str],
    answers: Sequence[str],
    labels: Sequence[str | None],
    articles: Sequence[str],
    config: DatasetQualityConfig,
) -> list[Count]:
    """All measures of the sample as counts; empty for an empty sample.

    ``questions``, ``answers`` and ``labels`` are parallel, in an order independent of their content; ``articles`` are
    knowledge-base texts that the examples should cover.
    """
    if not questions:
        return []
    rules = config.sample
    asked = [words(text) for text in questions]
    said = [words(text) for text in answers]
    matrix = tf_idf(asked)
    found: list[Count] = []
    both = [q + a for q, a in zip(asked, said, strict=True)]
    for n in (1, 2, 3):
        distinct, total = distinct_n(both, n, rules.distinct_tokens)
        if total:
            found.append(Count("diversity", f"distinct_{n}", "share", distinct, total))
    cosines = cosines_of_pairs(tf_idf(both), rules.pairs)
    if len(cosines):
        low, high = intervals.bootstrap(cosines, lambda v: float(v.mean()), resamples=rules.resamples)
        found.append(
            Count(
                "diversity",
                "self_similarity",
                "statistic",
                float(cosines.mean()),
                len(cosines),
                low=low,
                high=high,
            )
        )
    sizes = clusters(matrix)
    found.append(
        Count(
            "diversity", "cluster_entropy", "statistic", distributions.normalised_entropy(sizes), len(asked)
        )
    )
    found.append(Count("diversity", "topics", "statistic", len(sizes), len(asked)))
    noisy, voted = label_noise(matrix, labels, config)
    if voted:
        found.append(Count("consistency", "label_noise", "share", noisy, voted))
    if articles:
        joined = tf_idf([*(words(text) for text in articles), *both])
        nearest = nearest_cosines(joined[: len(articles)], joined[len(articles) :])
        near = int((nearest >= config.coverage.topic_similarity).sum())
        found.append(Count("coverage", "topic_coverage", "share", near, len(articles)))
    return found
