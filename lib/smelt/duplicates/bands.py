"""Bands and rows of locality-sensitive hashing, derived from the similarity threshold.

Two texts with Jaccard similarity ``s`` agree in one MinHash value with probability ``s``, in all ``r``
rows of a band with ``s ** r``, and in at least one of ``b`` bands with

    p(s) = 1 - (1 - s ** r) ** b        (Leskovec, Rajaraman, Ullman: Mining of Massive Datasets, 3.4)

Candidates are verified by the exact similarity, so a false candidate costs time but not precision. Hence the shape is
the one with the most rows (fewest false candidates) for which a pair exactly at the threshold is proposed with the
required recall, given the number of permutations. For threshold 0.7, 130 permutations and recall 0.99:

    r = 6, b = 21:  0.7 ** 6 = 0.1176;  1 - 0.8824 ** 21 = 0.928     too few
    r = 5, b = 26:  0.7 ** 5 = 0.1681;  1 - 0.8319 ** 26 = 0.992     chosen

and so p(0.8) = 0.99996, p(0.5) = 0.562, p(0.3) = 0.061. For comparison, the 14 bands of 8 rows that tools without
verification use propose a pair at 0.7 with probability 0.565, at 0.8 with 0.924, at 0.5 with 0.053.
"""

from __future__ import annotations

from typing import NamedTuple


class LshShape(NamedTuple):
    """``bands`` groups of ``rows`` MinHash values."""

    bands: int
    rows: int

    @property
    def permutations(self) -> int:
        """Number of MinHash values in a signature."""
        return self.bands * self.rows

    def chance(self, similarity: float) -> float:
        """Probability that a pair with this Jaccard similarity shares at least one band."""
        return float(1 - (1 - similarity**self.rows) ** self.bands)


def lsh_shape(threshold: float, permutations: int, recall: float) -> LshShape:
    """The shape with the most rows whose chance at ``threshold`` reaches ``recall``.

    One row per band always has the highest chance, so ValueError is raised only if even ``permutations`` bands of one
    row are too few; the message says how many would suffice.
    """
    for rows in range(permutations, 0, -1):
        shape = LshShape(permutations // rows, rows)
        if shape.chance(threshold) >= recall:
            return shape
    needed = permutations
    while LshShape(needed, 1).chance(threshold) < recall:
        needed += 1
    raise ValueError(f"{permutations} permutations cannot find {recall:.0%} at {threshold}: {needed} can")
