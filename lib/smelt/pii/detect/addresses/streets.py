"""Whether what looks like the core of an address is a street."""

from __future__ import annotations

import re

from smelt.pii.detect.addresses.patterns import WORD
from smelt.pii.detect.names.lexicon import Lexicon, fold
from smelt.pii.detect.names.words import words

_LONGER_WORD = re.compile(r"[^\W\d_]{2,}")
_STREET_WORD = re.compile(WORD)
_NUMBERED_THINGS = words("numbered_things")
_NO_HOUSE = re.compile(
    r"\D*0+(?!\d)|\d+ of \d"
    r"|\d{1,2} (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?,? (?:19|20)\d\d\b",
    re.IGNORECASE,
)
"""No house has the number 0, ``16 of 17`` is none, and ``13 Sep 2002, Dale`` begins with a date."""
_COMMA_INSIDE = re.compile(r",[ ]+(?=[^\W\d_])(?![^\W\d_]*[^\Wa-zà-þ])")
_ALSO_WORDS = frozenset("way court square drive circle trail plaza gardens colony st dr ct".split())  # noqa: SIM905
"""Street words that are as usual in other sentences: ``it took 5 tries each way``."""
_TITLES = frozenset("mr mrs ms miss mister prof herr frau monsieur madame signor signora".split())  # noqa: SIM905
NOT_IN_STREETS = words("never_in_a_street")
"""Words that no street's name has between the number and the street word."""


def is_street(match: re.Match[str], lexicon: Lexicon, *, cased: bool, weak: bool) -> bool:
    """Whether number, words and street word are an address; ``weak``: the street word is as usual elsewhere."""
    words = _STREET_WORD.findall(match[0])[1:]
    inner = [fold(word) for word in words[:-1]]
    if _NO_HOUSE.match(match[0]) or (cased and not _reads_as_street(match[0], words, inner, lexicon)):
        return False
    if not any(len(word) > 1 for word in inner) or any(word in NOT_IN_STREETS for word in inner):
        return False
    if weak and cased:
        return all(word[0].isupper() or word[0].isdigit() for word in words)
    return not weak or not all(word in lexicon.words for word in inner)


def _reads_as_street(whole: str, words: list[str], inner: list[str], lexicon: Lexicon) -> bool:
    """Whether number, words and street word are an address in a text with capitals."""
    street = words[-1]
    if _COMMA_INSIDE.search(whole) or not _TITLES.isdisjoint(word.strip(".") for word in inner):
        return False
    if not (street.islower() or street.isupper() or street[1:].islower()):
        return False  # capitals inside the word: FoRK
    is_prose = all(word.islower() for word in words) and all(word in lexicon.words for word in inner)
    return not (is_prose and street.strip(".") in _ALSO_WORDS)


def is_foreign(core: str, lexicon: Lexicon) -> bool:
    """Whether a core names a foreign street: a title-case word that is no English word and no section of a law."""
    words = _LONGER_WORD.findall(core)
    if any(fold(word) in _NUMBERED_THINGS for word in words):
        return False
    return any(
        not word.isupper() and word[0].isupper() and len(word) > 2 and not lexicon.is_word(word)
        for word in words
    )
