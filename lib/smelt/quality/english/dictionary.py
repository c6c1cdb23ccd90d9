"""English words and how they follow each other: the two lists that symspellpy packages.

The word list is SCOWL joined with Google Books n-grams (82,765 words with counts), the bigram list the
242,343 commonest pairs of the same source: https://github.com/wolfgarbe/SymSpell (MIT).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import polars as pl

from smelt.quality.lookup import Lookup
from smelt.quality.texts import Flags, Floats
from smelt.quality.tokens import Ids, positions, stem

_WORDS = "frequency_dictionary_en_82_765.txt"
_BIGRAMS = "frequency_bigramdictionary_en_243_342.txt"
UNSEEN = -1.0
"""Score of two words that were never seen side by side."""
COMMON_FORMS = 1.25
"""Forms of a stem that count: those at most so many powers of ten rarer than its commonest one."""
FUNCTION_WORDS = 120
"""The commonest words of English weigh nothing."""


@dataclass(frozen=True)
class Dictionary:
    """Known words (distinct, any order), the log10 of their counts, and scored bigrams."""

    words: pl.Series
    frequency: Floats
    bigrams: Lookup

    def attraction(self, first: Ids, second: Ids) -> Floats:
        """How much two words, as positions in ``words``, attract each other side by side.

        Pointwise mutual information in nats plus one; ``UNSEEN`` where the pair is not in the list.
        """
        return self.bigrams.get(first.astype(np.int64) * len(self.words) + second, UNSEEN)


@dataclass(frozen=True)
class Stems:
    """Stems of the dictionary's words: log10 of the count of the rarest form that is common, and what they carry."""

    stems: pl.Series
    frequency: Floats
    is_function: Flags

    def places(self, stems: pl.Series) -> Ids:
        """Position of each of ``stems``; -1 where no word of the dictionary has it."""
        return positions(stems, self.stems)


@cache
def dictionary_stems() -> Stems:
    """What is known of each stem, whatever forms of it a batch happens to hold (about 0.1 s, once a process).

    A stem is a function word where all its common forms are among the ``FUNCTION_WORDS`` first.
    """
    known = dictionary()
    forms = pl.DataFrame(
        {
            "stem": stem(known.words),
            "frequency": known.frequency,
            "is_function": np.arange(len(known.words)) < FUNCTION_WORDS,
        }
    )
    commonest = pl.col("frequency").max().over("stem")
    table = (
        forms.filter(pl.col("frequency") >= commonest - COMMON_FORMS)
        .group_by("stem", maintain_order=True)
        .agg(pl.col("frequency").min(), pl.col("is_function").all())
    )
    return Stems(table["stem"], table["frequency"].to_numpy(), table["is_function"].to_numpy())


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
        Lookup(bigrams["key"].to_numpy(), bigrams["pmi"].to_numpy().astype(np.float64) + 1.0),
    )


def _read(name: str, columns: list[str]) -> pl.DataFrame:
    raw = (resources.files("symspellpy") / name).read_bytes().removeprefix(b"\xef\xbb\xbf")
    return pl.read_csv(raw, separator=" ", has_header=False, new_columns=columns, quote_char=None)
