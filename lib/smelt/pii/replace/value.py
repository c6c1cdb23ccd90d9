"""What a policy is given, and when two spellings are one value.

``normal(entity, value)`` is the form under which values are compared, hashed and numbered:
``(415) 555-0123`` and ``+1 415 555 0123`` are one phone, ``John.Doe@X.com`` and
``john dot doe at x dot com`` one e-mail address.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

_SPOKEN_DIGITS = {
    word: str(digit)
    for digit, words in enumerate(
        ("zero oh o nought", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine niner")
    )
    for word in words.split()
}
_REPEATS = {"double": 2, "triple": 3, "treble": 3}
_WORD_SIGNS = re.compile(r"\s+(at|dot|underscore|dash|hyphen)\s+")
_SIGNS = {"at": "@", "dot": ".", "underscore": "_", "dash": "-", "hyphen": "-"}
_TITLES = frozenset("mr mrs ms miss mx dr prof sir madam".split())

TEXTUAL = frozenset({"PERSON", "STREET_ADDRESS", "USERNAME", "URL", "EMAIL", "SECRET"})
"""Entities that are words; every other one is compared by its letters and digits alone."""


class Value(NamedTuple):
    """One value to replace: as it stands in the text, and in the form it is compared by."""

    entity: str
    text: str
    normal: str


@lru_cache(maxsize=65536)
def normal(entity: str, value: str, region: str = "US") -> str:
    """The comparable form of a value. Never empty: a value without letters or digits is itself."""
    folded = " ".join(value.casefold().split())
    if entity == "EMAIL":
        spoken = _WORD_SIGNS.sub(lambda sign: _SIGNS[sign[1]], f"{folded}")
        return spoken.replace(" ", "") or value
    if entity == "PERSON":
        words = [word.strip(".,;:'\"()") for word in folded.replace("'s", "").split()]
        return " ".join(word for word in words if word and word not in _TITLES) or folded or value
    if entity == "PHONE":
        return _phone(value, region)
    if entity == "SECRET":
        return value.strip() or value
    if entity in TEXTUAL:
        return folded.strip(".,;:/") or value
    return _letters_and_digits(folded) or value


def _phone(value: str, region: str) -> str:
    """E.164 where the number plan knows it, the bare digits otherwise; extensions kept apart by ``x``."""
    import phonenumbers

    try:
        number = phonenumbers.parse(value, region)
    except phonenumbers.NumberParseException:
        return _letters_and_digits(value.casefold()) or value
    extension = f"x{number.extension}" if number.extension else ""
    return f"+{number.country_code}{number.national_number}{extension}"


def _letters_and_digits(folded: str) -> str:
    if not any(word in _SPOKEN_DIGITS for word in folded.split()):
        return "".join(character for character in folded if character.isalnum())
    digits: list[str] = []
    times = 1
    for word in re.findall(r"[^\W_]+", folded):
        if word in _REPEATS:
            times = _REPEATS[word]
            continue
        digits.append(_SPOKEN_DIGITS.get(word, word) * times)
        times = 1
    return "".join(digits)


def digits_of(value: str) -> str:
    """The ASCII digits of a value, other scripts' digits turned into them."""
    return "".join(str(int(character)) for character in value if character.isdecimal())
