"""A column of texts with lazily computed, cached properties for rules."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow.compute as pc

from smelt.pii.detect.prefilters import in_its_thread

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]


class Texts:
    """A column of texts; null counts as empty, and surrounding white space is removed."""

    def __init__(self, texts: pl.Series) -> None:
        self.series = texts.cast(pl.String).fill_null("").str.strip_chars()

    @cached_property
    def _encoded(self) -> tuple[pl.Series, Counts]:
        encoded = pc.dictionary_encode(self.series.to_arrow(compat_level=pl.CompatLevel.oldest()))
        distinct = pl.Series("text", encoded.dictionary, dtype=pl.String)
        return distinct, encoded.indices.to_numpy().astype(np.int64)

    @property
    def distinct(self) -> pl.Series:
        """The distinct texts, in order of appearance."""
        return self._encoded[0]

    @property
    def code(self) -> Counts:
        """Position of each text in :attr:`distinct`."""
        return self._encoded[1]

    def __len__(self) -> int:
        return len(self.series)

    @cached_property
    def length(self) -> Counts:
        """Characters (Unicode code points) of each text."""
        return np.asarray(self.series.str.len_chars(), dtype=np.int64)

    def contains(self, pattern: str, hints: Sequence[str] = ()) -> Flags:
        """Whether ``pattern`` (Rust regex syntax) occurs in each text.

        ``hints``: every match contains one of these (case-insensitively); searching them first is much faster.
        """
        if not hints:
            return in_its_thread(pattern, lambda: self.series.str.contains(pattern).to_numpy())
        found = np.asarray(
            self.series.str.contains_any(list(hints), ascii_case_insensitive=True), dtype=np.bool_
        )
        likely = np.nonzero(found)[0]
        if not len(likely):  # saves compiling the pattern, of which Polars caches few
            return found
        found[likely] = in_its_thread(
            pattern, lambda: self.series.gather(likely).str.contains(pattern).to_numpy()
        )
        return found

    def count(self, pattern: str) -> Counts:
        """How often ``pattern`` (Rust regex syntax) occurs in each text."""
        counted = in_its_thread(pattern, lambda: self.series.str.count_matches(pattern).to_numpy())
        return counted.astype(np.int64)
