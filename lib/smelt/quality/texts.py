"""One column of texts and what rules ask of it, computed once and only when asked."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]


class Texts:
    """A column of texts; null reads as empty, and white space at both ends does not count."""

    def __init__(self, texts: pl.Series) -> None:
        self.series = texts.cast(pl.String).fill_null("").str.strip_chars()

    def __len__(self) -> int:
        return len(self.series)

    @cached_property
    def length(self) -> Counts:
        """Characters (Unicode code points) of each text."""
        return np.asarray(self.series.str.len_chars(), dtype=np.int64)

    def contains(self, pattern: str) -> Flags:
        """Whether ``pattern`` (Rust regex syntax) occurs in each text."""
        return np.asarray(self.series.str.contains(pattern), dtype=np.bool_)

    def count(self, pattern: str) -> Counts:
        """How often ``pattern`` (Rust regex syntax) occurs in each text."""
        return np.asarray(self.series.str.count_matches(pattern), dtype=np.int64)
