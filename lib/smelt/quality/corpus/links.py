"""Links: which question words co-occur with which answer words."""

from __future__ import annotations

import numpy as np

from smelt.quality.corpus.stems import Bags
from smelt.quality.texts import Floats

QUESTION_STEMS, ANSWER_STEMS = 12, 40
"""Most stems per question and per answer that take part in links: those with the greatest weight."""
LINKING_TEXTS = 3
"""Fewest texts that contain a stem for it to take part in links."""
FUNCTION_WEIGHT = 0.1
"""Weight of a function word in an answer ("yes", "from", "at" tell the kind of answer)."""
LINKS = 1_000_000
"""Number of links kept, the most frequent ones."""


def linking_weight(rarity: Floats, frequency: Floats) -> Floats:
    """Weight of each stem in links; 0 for stems in fewer than LINKING_TEXTS texts."""
    return np.where(frequency >= LINKING_TEXTS, rarity + FUNCTION_WEIGHT, 0.0)


def count_links(
    questions: Bags, answers: Bags, linking: Floats, width: int
) -> tuple[np.ndarray, Floats, Floats, Floats]:  # type: ignore[type-arg]
    """Keys and counts of stem pairs that co-occur in at least two pairs, the most frequent ``LINKS`` of them.

    Third and fourth: the number of questions, and of answers, in which each stem takes part in links.
    """
    left, right = linking_bags(questions, answers, linking)
    first, second = cross(left, right)
    keys = left.stems[first] * width + right.stems[second]
    links, counts = np.unique(keys, return_counts=True)
    kept = counts >= 2
    if kept.sum() > LINKS:
        kept = counts >= np.sort(counts)[-LINKS]
    sides = (np.bincount(bags.stems, minlength=width).astype(np.float64) for bags in (left, right))
    return links[kept], counts[kept].astype(np.float64), *sides


def linking_bags(questions: Bags, answers: Bags, linking: Floats) -> tuple[Bags, Bags]:
    """The stems of each text that take part in links."""
    left, right = questions.heaviest(linking, QUESTION_STEMS), answers.heaviest(linking, ANSWER_STEMS)
    left_kept, right_kept = linking[left.stems] > FUNCTION_WEIGHT, linking[right.stems] > 0
    return (
        Bags(left.rows[left_kept], left.stems[left_kept], left.size),
        Bags(right.rows[right_kept], right.stems[right_kept], right.size),
    )


def cross(left: Bags, right: Bags) -> tuple[np.ndarray, np.ndarray]:  # type: ignore[type-arg]
    """Every question stem with every answer stem of the same pair, given :func:`linking_bags`, as places in both."""
    right_counts = np.diff(right.offsets)
    repeats = right_counts[left.rows]
    # 32 bits hold them, of at most QUESTION_STEMS * ANSWER_STEMS links a pair, in half the time and memory of 64.
    first = np.repeat(np.arange(len(left.rows), dtype=np.int32), repeats)
    before = right.offsets[left.rows] - (np.cumsum(repeats) - repeats)
    second = np.repeat(before.astype(np.int32), repeats) + np.arange(len(first), dtype=np.int32)
    return first, second
