"""Fictitious names, addresses, user names and secrets.

Names are combined from syllables to resemble names without being real ones, so that a real name is never taken for a
surrogate. A test compares them with name lists of many languages.
"""

from __future__ import annotations

import re
from functools import cache

from smelt.pii.replace.fiction.draw import Draw, Fiction, Range
from smelt.pii.replace.value import Value

_FIRST = (
    "Balv", "Brend", "Cald", "Corv", "Dalm", "Drev", "Elb", "Fald", "Fenr", "Galb", "Garv", "Halv",
    "Ild", "Jarv", "Keld", "Kor", "Lavr", "Lund", "Maldr", "Mev", "Nald", "Norv", "Olv", "Pald", "Prev",
    "Quend", "Rald", "Rov", "Sald", "Selv", "Tald", "Torv", "Ulm", "Vald", "Ver", "Wend", "Yald", "Zev",
)  # fmt: skip
_LAST = (
    "abor", "ador", "amere", "anith", "arrin", "athel", "avane", "edane", "eloth", "endra", "erith",
    "esmor", "iband", "idrel", "ilven", "irath", "odain", "olith", "orvane", "undel",
)  # fmt: skip
_TITLES = frozenset(["mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir", "madam", "jr", "sr"])
_WORD = re.compile(r"[^\W\d_]+")
_STREETS = ("Street", "Road", "Avenue", "Lane", "Drive")
_CODES = "abcdefghijklmnop"


@cache
def names() -> frozenset[str]:
    """All invented names, lower case."""
    return frozenset((first + last).lower() for first in _FIRST for last in _LAST)


def _name(draw: Draw) -> str:
    return draw.one_of(_FIRST) + draw.one_of(_LAST)


class _Person:
    """Replaces each word of a name separately, so that John, Smith and John Smith are consistent over the corpus."""

    def holds(self, text: str) -> bool:
        """Whether every word is fictitious, a title, the initial Q, or a possessive s."""
        words = [word.lower() for word in _WORD.findall(text)]
        return bool(words) and all(_is_fiction(word) for word in words)

    def invent(self, value: Value, key: bytes) -> str:
        """Replace the name word by word, keeping case and separators. A value without letters becomes a name."""
        letters = "".join(character for character in value.text if not character.isnumeric())
        invented = _WORD.sub(lambda word: self._word(word[0], key), letters)
        if not _WORD.search(invented):
            return _name(Draw(key, "PERSON", value.normal))
        return invented

    def _word(self, word: str, key: bytes) -> str:
        if _is_fiction(word.lower()):
            return word
        if len(word) == 1:
            return "Q" if word.isupper() else "q"
        name = _name(Draw(key, "PERSON", word.casefold()))
        return name.upper() if word.isupper() else name if word[0].isupper() else name.lower()


def _is_fiction(word: str) -> bool:
    return word in names() or word in _TITLES or word in ("q", "s")


def _email(value: Value, draw: Draw) -> str:
    domain = draw.one_of(("com", "org", "net"))
    return f"{_name(draw)}.{_name(draw)}{draw.digits(2)}@example.{domain}".lower()


def _address(value: Value, draw: Draw) -> str:
    return f"{1 + draw.below(99)} {_name(draw)} {draw.one_of(_STREETS)}"


_A_NAME = f"(?:{'|'.join(_FIRST)})(?:{'|'.join(_LAST)})"

FICTION: dict[str, Fiction] = {
    "PERSON": _Person(),
    # example.com, .org and .net are reserved for documentation: RFC 2606, section 3.
    "EMAIL": Range(
        re.compile(rf"{_A_NAME}\.{_A_NAME}[0-9]{{2}}@example\.(?:com|org|net)", re.IGNORECASE), _email
    ),
    "STREET_ADDRESS": Range(re.compile(rf"[0-9]{{1,2}} {_A_NAME} (?:{'|'.join(_STREETS)})"), _address),
    "USERNAME": Range(
        re.compile(rf"user_[{_CODES}]{{8}}"), lambda value, draw: f"user_{draw.letters(8, _CODES)}"
    ),
    "SECRET": Range(
        re.compile(rf"secret_[{_CODES}]{{12}}"), lambda value, draw: f"secret_{draw.letters(12, _CODES)}"
    ),
}
