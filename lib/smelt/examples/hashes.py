"""Hashes of pairs that ignore case, white space, punctuation and the numbers of placeholders."""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

from smelt.identity import stable_id

_WORD = re.compile(r"\[[A-Z_]+_\d+\]|\w+")
_NUMBERED = re.compile(r"\[([A-Z_]+)_\d+\]")
_ASCII_WORD = r"\[[A-Z_]+_[0-9]+\]|[A-Za-z0-9_]+"
_ASCII_NUMBERED = r"\[([A-Z_]+)_[0-9]+\]"


def text_hashes(questions: Sequence[str | None], answers: Sequence[str | None]) -> list[str]:
    """Equal for pairs that differ in case, white space, punctuation or the numbers of placeholders only."""
    return [
        stable_id("pair", question, answer)
        for question, answer in zip(normal_texts(questions), normal_texts(answers), strict=True)
    ]


def normal_texts(texts: Sequence[str | None]) -> list[str]:
    """Words and placeholders in lower case, one space between them; ASCII in Rust, where ``\\w`` is the same."""
    column = pl.Series(texts, dtype=pl.String).fill_null("")
    normal: list[str] = (
        column.str.replace_all(_ASCII_NUMBERED, "[${1}_0]")
        .str.extract_all(_ASCII_WORD)
        .list.join(" ")
        .str.to_lowercase()
        .to_list()
    )
    for row in column.str.contains(r"[^\x00-\x7F]").arg_true():
        normal[row] = normal_text(column[row])
    return normal


def normal_text(text: str) -> str:
    """:func:`normal_texts` for one text of any script."""
    return " ".join(_WORD.findall(_NUMBERED.sub(r"[\1_0]", text))).casefold()
