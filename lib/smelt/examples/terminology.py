"""Unifies terms: whole words, case-insensitive, adapting the replacement's case to the text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence


class Terminology:
    """Replaces terms by preferred ones; of terms that begin at the same place, the longest wins."""

    def __init__(self, terms: Mapping[str, str]) -> None:
        self._wanted = {term.strip().casefold(): wanted for term, wanted in terms.items()}
        longest_first = sorted(self._wanted, key=lambda term: (-len(term), term))
        alternatives = "|".join(r"\s+".join(map(re.escape, term.split())) for term in longest_first)
        self._pattern = re.compile(rf"(?i)(?<!\w)(?:{alternatives})(?!\w)") if longest_first else None

    def apply(self, texts: Sequence[str | None]) -> list[str | None]:
        """Each text with its terms replaced; null stays null."""
        pattern = self._pattern
        if pattern is None:
            return list(texts)
        return [text if text is None else pattern.sub(self._replacement, text) for text in texts]

    def _replacement(self, found: re.Match[str]) -> str:
        term = found[0]
        wanted = self._wanted[" ".join(term.casefold().split())]
        return in_case_of(term, wanted)


def in_case_of(term: str, wanted: str) -> str:
    """``wanted`` in the case of ``term``.

    A replacement with capitals of its own (iPhone, Wi-Fi) is never changed; otherwise all-capital words stay so, and an
    initial capital is kept.
    """
    if wanted != wanted.lower():
        return wanted
    if len(term) > 1 and term.isupper():
        return wanted.upper()
    if term[:1].isupper():
        return wanted[:1].upper() + wanted[1:]
    return wanted
