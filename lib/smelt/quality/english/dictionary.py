"""English words and bigrams: the two lists that symspellpy packages.

The word list is SCOWL joined with Google Books n-grams (82,834 words with counts in the packaged file), the bigram list
the 242,342 commonest pairs of the same source: https://github.com/wolfgarbe/SymSpell (MIT).
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources

import numpy as np
import polars as pl

from smelt.quality.lookup import Lookup
from smelt.quality.texts import Flags, Floats
from smelt.quality.tokens import Ids, Places, stem

_WORDS = "frequency_dictionary_en_82_765.txt"
_BIGRAMS = "frequency_bigramdictionary_en_243_342.txt"
LEAST_SEEN = 6.8
"""log10 of the least count in the list of bigrams."""
RARELY_FOLLOWED = 0.2
"""Value of :attr:`Dictionary.followed` for words that begin none of the listed bigrams."""
UNSEEN = 2.0
"""Greatest penalty, in nats, for two words that are not a listed bigram."""
COMMON_FORMS = 1.25
"""Forms of a stem count if they are at most so many powers of ten rarer than its commonest form."""
FUNCTION_WORDS = 120
"""So many commonest words of English are function words, which have no weight."""


@dataclass(frozen=True)
class Dictionary:
    """Distinct words, log10 of their counts, bigrams with mutual information, log10 of the total count.

    ``followed`` is the share of each word's occurrences that begin a listed bigram, at most 1."""

    words: pl.Series
    frequency: Floats
    bigrams: Lookup
    total: float
    followed: Floats

    @cached_property
    def places(self) -> Places:
        """Position of each word in :attr:`words`."""
        return Places(self.words)

    def attraction(self, first: Ids, second: Ids) -> Floats:
        """How much two words, as positions in ``words``, attract each other side by side.

        Pointwise mutual information in nats plus 1. An unlisted pair is penalised as far as it would have been listed
        by chance alone: "the is" would have been, "garage parking" would not.
        """
        known = self.bigrams.get(first.astype(np.int64) * len(self.words) + second, np.nan)
        chance = self.frequency[first] + self.frequency[second] - self.total
        unseen = -np.clip((chance - LEAST_SEEN) * np.log(10.0), 0.0, UNSEEN)
        return np.where(np.isnan(known), unseen, known)


@dataclass(frozen=True)
class Stems:
    """Stems of the dictionary's words, with the log10 count of their rarest common form, and whether they are function
    words."""

    stems: pl.Series
    frequency: Floats
    is_function: Flags

    def places(self, stems: pl.Series) -> Ids:
        """Position of each of ``stems``; -1 if no word of the dictionary has it."""
        return self._places.of(stems)

    @cached_property
    def _places(self) -> Places:
        return Places(self.stems)


@cache
def dictionary_stems() -> Stems:
    """The stems of the dictionary; independent of the forms in a batch. Computed once per process (about 0.1 s).

    A stem is a function word if all its common forms are among the ``FUNCTION_WORDS`` commonest words.
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
    """The packaged dictionary; read once per process (about 0.1 s)."""
    words = _read(_WORDS, ["word", "count"]).group_by("word", maintain_order=True).agg(pl.col("count").sum())
    table = words.select("word", "count", id=pl.int_range(pl.len(), dtype=pl.Int64))
    listed = _read(_BIGRAMS, ["first", "second", "count"])
    going_on = listed.group_by(word="first").agg(following=pl.col("count").sum())
    followed = table.join(going_on, on="word", how="left", maintain_order="left").select(
        (pl.col("following") / pl.col("count")).clip(0.0, 1.0).fill_null(RARELY_FOLLOWED)
    )
    bigrams = (
        listed.join(table.select(first="word", a="id", a_count="count"), on="first")
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
        float(np.log10(float(table["count"].sum()))),
        followed.to_series().to_numpy(),
    )


@cache
def _sorted_words() -> list[str]:
    ordered: list[str] = dictionary().words.sort().to_list()
    return ordered


def is_beginning(letters: str) -> bool:
    """Whether a word of the dictionary begins with ``letters``."""
    known = _sorted_words()
    place = bisect_left(known, letters)
    return place < len(known) and known[place].startswith(letters)


def _read(name: str, columns: list[str]) -> pl.DataFrame:
    raw = (resources.files("symspellpy") / name).read_bytes().removeprefix(b"\xef\xbb\xbf")
    return pl.read_csv(raw, separator=" ", has_header=False, new_columns=columns, quote_char=None)
