"""Lines that recur in many conversations: macros, signatures, legal footers, survey links.

Equal footers do not make two tickets duplicates, so such lines are set aside before texts are compared. Only texts with
two or more lines are affected, and a text that consists of such lines only keeps them all.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from smelt.duplicates.normalise import normalise
from smelt.duplicates.shingles import hashes64

I64 = npt.NDArray[np.int64]

LINES_SCHEMA = {"row": pl.Int64, "line": pl.String, "hash": pl.Int64}
NO_LINES = pl.DataFrame(schema=LINES_SCHEMA)
"""Result of :func:`lines_of` for texts of one line."""


class Stripped(NamedTuple):
    """Texts without boilerplate, and for every text the hashes of the removed lines."""

    texts: pl.Series
    removed: pl.Series


def lines_of(texts: pl.Series, placeholder: str, min_words: int) -> pl.DataFrame:
    """(row, line, hash) of every line of the texts with two or more lines, in order.

    ``hash`` is that of the normalised line, and null for lines of fewer than ``min_words`` words, which are
    never boilerplate ("Yes.", "Thanks!").
    """
    numbered = pl.DataFrame({"row": np.arange(len(texts)), "text": texts.cast(pl.String)})
    several = numbered.drop_nulls().filter(pl.col("text").str.contains(r"\S[^\S\n]*\r?\n\s*\S"))
    lines = several.select("row", line=pl.col("text").str.split("\n")).explode("line")
    compared = normalise(lines["line"], placeholder)
    counted = compared.str.count_matches(" ") + (compared.str.len_bytes() > 0).cast(pl.UInt32)
    hashes = pl.Series("hash", hashes64(compared).view(np.int64))
    return lines.with_columns(hash=hashes.set(counted < min_words, None)).cast(LINES_SCHEMA)  # type: ignore[arg-type]


def line_hashes(texts: pl.Series, placeholder: str, min_words: int) -> pl.Series:
    """A list of distinct line hashes, ascending, for every text; empty for texts of one line."""
    return hashes_of(lines_of(texts, placeholder, min_words), len(texts))


def hashes_of(lines: pl.DataFrame, count: int) -> pl.Series:
    """The hashes of ``lines_of`` as a list for each of ``count`` texts, distinct and ascending."""
    grouped = lines.drop_nulls("hash").group_by("row").agg(pl.col("hash").unique().sort())
    return _lists(grouped, count)


def set_aside(texts: pl.Series, boilerplate: I64, placeholder: str, min_words: int) -> Stripped:
    """Remove lines whose hash is in ``boilerplate``; a text that would become empty is kept unchanged."""
    lines = lines_of(texts, placeholder, min_words) if len(boilerplate) else NO_LINES
    return without_lines(texts, lines, boilerplate)


def without_lines(texts: pl.Series, lines: pl.DataFrame, boilerplate: I64) -> Stripped:
    """:func:`set_aside` for texts whose :func:`lines_of` are already computed."""
    marked = lines.with_columns(
        is_boilerplate=pl.col("hash").is_in(boilerplate.tolist()).fill_null(False)
    ).filter(pl.col("is_boilerplate").any().over("row"))
    grouped = (
        marked.group_by("row", maintain_order=True)
        .agg(
            pl.col("line").filter(~pl.col("is_boilerplate")).str.join("\n").alias("left"),
            pl.col("hash").filter(pl.col("is_boilerplate")).unique().sort(),
        )
        .filter(pl.col("left").str.contains(r"\w"))
    )
    stripped = texts.cast(pl.String).scatter(grouped["row"].to_numpy(), grouped["left"])
    return Stripped(stripped, _lists(grouped, len(texts)))


def frequent_lines(lines: pl.Series, *, min_conversations: int, min_share: float) -> I64:
    """Hashes that are in enough of the lists (one per conversation) to be boilerplate, ascending."""
    counted = lines.explode().drop_nulls().value_counts(name="count")
    needed = max(min_conversations, min_share * len(lines))
    frequent = counted.filter(pl.col("count") >= needed)[counted.columns[0]]
    return np.sort(frequent.to_numpy().astype(np.int64))


def _lists(grouped: pl.DataFrame, count: int) -> pl.Series:
    """Spread (row, hash) over ``count`` rows, with empty lists for missing rows."""
    every = pl.DataFrame({"row": np.arange(count)}).join(grouped.select("row", "hash"), on="row", how="left")
    return every.sort("row")["hash"].fill_null(pl.lit([], dtype=pl.List(pl.Int64)))
