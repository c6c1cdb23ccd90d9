"""Word lists in conf/lexicons, read once per process."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Any

import polars as pl
import yaml

from smelt.quality.english.dictionary import dictionary


@cache
def lexicon(name: str) -> dict[str, Any]:
    """The lists of ``conf/lexicons/<name>.yaml``."""
    text = (resources.files("smelt.conf") / "lexicons" / f"{name}.yaml").read_text("utf-8")
    # the base loader reads all scalars as strings: "no" and "yes" are words, not booleans
    values: dict[str, Any] = yaml.load(text, getattr(yaml, "CBaseLoader", yaml.BaseLoader))
    return values


@cache
def words(name: str, section: str) -> frozenset[str]:
    """The entries of one list, lower case; ``section`` may name a list within a section ("de.weak")."""
    entries: Any = lexicon(name)
    for key in section.split("."):
        entries = entries[key]
    return frozenset(str(word).lower() for word in entries)


@cache
def phrases(name: str, section: str) -> str:
    """A regex (Rust syntax) for any phrase of one list as whole words; "*" stands for up to three words."""
    return alternation(str(phrase) for phrase in lexicon(name)[section])


@cache
def starts(name: str, section: str) -> str:
    """A case-insensitive regex for texts that begin with an entry of one list."""
    return "(?i)^\\W*" + alternation(words(name, section)).removeprefix("(?i)\\b")


def alternation(entries: Iterable[str]) -> str:
    """A case-insensitive regex for any of ``entries`` as whole words, the longest first."""
    ordered = sorted({entry.lower() for entry in entries}, key=lambda entry: (-len(entry), entry))
    parts = [_pattern(entry) for entry in ordered]
    return rf"(?i)\b(?:{'|'.join(parts)})\b" if parts else r"[^\s\S]"


def hints(entries: Iterable[str]) -> list[str]:
    """The rarest word (without apostrophe) of each entry: see :meth:`smelt.quality.texts.Texts.contains`."""
    pieces = [re.findall(r"[a-z0-9]+", entry.lower()) for entry in entries]
    known = dictionary().places.of(pl.Series([word for words_ in pieces for word in words_], dtype=pl.String))
    rank = dict(zip((word for words_ in pieces for word in words_), known.tolist(), strict=True))
    return sorted({max(words_, key=lambda word: (rank[word], len(word))) for words_ in pieces})


def _pattern(entry: str) -> str:
    pieces = [re.escape(word).replace(r"\'", "['’]").replace("'", "['’]") for word in entry.split()]
    return r"\s+".join(pieces).replace(r"\s+\*\s+", r"\s+(?:\S+\s+){0,3}")
