"""The word lists of conf/lexicons/names_words.yaml."""

from __future__ import annotations

from functools import cache
from importlib import resources

import yaml


@cache
def _lists() -> dict[str, str]:
    text = (resources.files("smelt.conf") / "lexicons" / "names_words.yaml").read_text("utf-8")
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # type: ignore[no-any-return]


def words(name: str) -> frozenset[str]:
    """One list, lower case."""
    return frozenset(_lists()[name].split())
