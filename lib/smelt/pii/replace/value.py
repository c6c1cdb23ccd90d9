"""The input of a policy, and the normal form by which spellings of a value are compared.

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
_POSSESSIVE = re.compile(r"['’]s\b")
_WORDS = re.compile(r"[^\W_]+")
_TITLES = frozenset(["mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir", "madam"])

TEXTUAL = frozenset({"PERSON", "STREET_ADDRESS", "USERNAME", "URL", "EMAIL", "SECRET"})
"""Entities compared as words; all others are compared by letters and digits only."""

SEPARATED = frozenset({"IP", "DATE_OF_BIRTH"})
"""Entities whose separators are significant: 1.11.1.1 is not 11.1.1.1, nor 1/11/60 11/1/60."""

MIN_PHONE_DIGITS = 7
"""Fewer digits are not parsed by a number plan: a spoken number, or one cut in two."""


class Value(NamedTuple):
    """One value to replace, as in the text and in its normal form."""

    entity: str
    text: str
    normal: str


@lru_cache(maxsize=65536)
def normal(entity: str, value: str, regions: tuple[str, ...] = ("US", "GB")) -> str:
    """The normal form of a value; ``regions`` are the number plans tried for phones without country code.

    Never empty: a value without letters or digits is itself.
    """
    folded = " ".join(value.casefold().split())
    if entity == "EMAIL":
        return _WORD_SIGNS.sub(lambda sign: _SIGNS[sign[1]], folded).replace(" ", "") or value
    if entity == "PERSON":
        words = [word.strip(".,;:'\"()") for word in _POSSESSIVE.sub("", folded).split()]
        return " ".join(word for word in words if word and word not in _TITLES) or folded or value
    if entity == "PHONE":
        return _phone(value, regions)
    if entity == "SECRET":
        return value.strip() or value
    if entity in TEXTUAL:
        return folded.strip(".,;:/") or value
    if entity in SEPARATED:
        return "-".join(_WORDS.findall(folded)) or value
    return _letters_and_digits(folded) or value


def _phone(value: str, regions: tuple[str, ...]) -> str:
    """E.164 if valid in a number plan, else the bare digits; an extension follows after ``x``."""
    import phonenumbers

    dialled = value.strip()
    if sum(character.isdecimal() for character in dialled) < MIN_PHONE_DIGITS:
        return _letters_and_digits(dialled.casefold()) or value
    if dialled.startswith("00"):
        dialled = "+" + dialled[2:]
    first = None
    for region in regions:
        try:
            number = phonenumbers.parse(dialled, region)
        except phonenumbers.NumberParseException:
            continue
        first = first or number
        if phonenumbers.is_valid_number(number):
            first = number
            break
    if first is None:
        return _letters_and_digits(value.casefold()) or value
    extension = f"x{first.extension}" if first.extension else ""
    return f"+{first.country_code}{first.national_number}{extension}"


def _letters_and_digits(folded: str) -> str:
    if not any(word in _SPOKEN_DIGITS for word in folded.split()):
        return "".join(character for character in folded if character.isalnum())
    digits: list[str] = []
    times = 1
    for word in _WORDS.findall(folded):
        if word in _REPEATS:
            times = _REPEATS[word]
            continue
        digits.append(_SPOKEN_DIGITS.get(word, word) * times)
        times = 1
    return "".join(digits)


def digits_of(value: str) -> str:
    """The digits of a value, those of other scripts converted to ASCII."""
    return "".join(str(int(character)) for character in value if character.isdecimal())
