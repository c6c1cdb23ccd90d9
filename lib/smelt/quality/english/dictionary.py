"""English words and how they follow each other: the two lists that symspellpy packages.

The word list is SCOWL joined with Google Books n-grams (82,765 words with counts), the bigram list the
242,343 commonest pairs of the same source: https://github.com/wolfgarbe/SymSpell (MIT).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt
import polars as pl

from smelt.quality.texts import Floats
from smelt.quality.tokens import Ids

_WORDS = "frequency_dictionary_en_82_765.txt"
_BIGRAMS = "frequency_bigramdictionary_en_243_342.txt"
UNSEEN = -1.0
"""Score of two words that were never seen side by side."""


@dataclass(frozen=True)
class Dictionary:
    """Known words (distinct, any order), the log10 of their counts, and scored bigrams by key."""

    words: pl.Series
    frequency: Floats
    keys: npt.NDArray[np.int64]
    pmi: Floats

    def attraction(self, first: Ids, second: Ids) -> Floats:
        """How much two words, as positions in ``words``, attract each other side by side.

        Pointwise mutual information in nats plus one; ``UNSEEN`` where the pair is not in the list.
        """
        wanted = first.astype(np.int64) * len(self.words) + second
        found = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        return np.where(self.keys[found] == wanted, self.pmi[found] + 1.0, UNSEEN)


@cache
def dictionary() -> Dictionary:
    """The packaged dictionary; read once a process (about 0.1 s)."""
    words = _read(_WORDS, ["word", "count"]).group_by("word", maintain_order=True).agg(pl.col("count").sum())
    table = words.select("word", "count", id=pl.int_range(pl.len(), dtype=pl.Int64))
    bigrams = (
        _read(_BIGRAMS, ["first", "second", "count"])
        .join(table.select(first="word", a="id", a_count="count"), on="first")
        .join(table.select(second="word", b="id", b_count="count"), on="second")
        .select(
            key=pl.col("a") * len(table) + pl.col("b"),
            pmi=(pl.col("count").log() - pl.col("a_count").log() - pl.col("b_count").log())
            + float(np.log(float(table["count"].sum()))),
        )
        .sort("key")
    )
    return Dictionary(
        table["word"],
        table["count"].log10().to_numpy().astype(np.float64),
        bigrams["key"].to_numpy(),
        bigrams["pmi"].to_numpy().astype(np.float64),
    )


def _read(name: str, columns: list[str]) -> pl.DataFrame:
    raw = (resources.files("symspellpy") / name).read_bytes().removeprefix(b"\xef\xbb\xbf")
    return pl.read_csv(raw, separator=" ", has_header=False, new_columns=columns, quote_char=None)
