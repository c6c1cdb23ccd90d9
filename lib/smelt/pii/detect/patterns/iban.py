"""IBANs, with or without groups: country, length and checksum by python-stdnum."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from stdnum import iban, numdb
from stdnum.exceptions import ValidationError

from smelt.pii.detect.patterns.matching.scene import CODE, Family, Hit, Scene

IBAN = "IBAN"

_START = re.compile(r"(?<![A-Za-z0-9])(?:[A-Z]{2}|[a-z]{2})[0-9]{2}(?=[ -]?[A-Za-z0-9])", re.ASCII)
_REST = re.compile(r"(?:[ -]?[A-Za-z0-9]){10,32}", re.ASCII)
_MARKS = re.compile(r"[ -]")
_EXTRA_LENGTHS = {"DZ": 26, "AO": 25, "BJ": 28, "BF": 28, "CM": 27, "CV": 25, "CI": 28, "IR": 26, "MG": 27,
    "ML": 28,
                  "MZ": 25, "SN": 28, "CF": 27, "TD": 27, "KM": 27, "CG": 27, "GA": 27, "GQ": 27, "GW": 25,
                  "HN": 28,
                  "MA": 28, "NE": 28, "TG": 28}  # fmt: skip
"""Country -> length, for countries that use the format but are not in python-stdnum's registry."""


@lru_cache(maxsize=700)
def length(country: str) -> int:
    """Length of a country's IBANs, by python-stdnum's copy of the SWIFT registry; 0 if unknown."""
    structure = numdb.get("iban").info(country + "00")[0][1].get("bban", "")
    parts = re.findall(r"([0-9]+)!", structure)
    return 4 + sum(map(int, parts)) if parts else _EXTRA_LENGTHS.get(country, 0)


def _find(scene: Scene) -> Iterator[Hit]:
    text = scene.text
    for start in _START.finditer(text):
        wanted = length(start.group()[:2].upper())
        rest = _REST.match(text, start.end()) if wanted else None
        if rest is None:
            continue
        end = _end(text, start.start(), rest.end(), wanted)
        if end and _is_valid(text[start.start() : end]):
            yield Hit(IBAN, start.start(), end, "pattern.iban", 0.98)


def _end(text: str, start: int, limit: int, wanted: int) -> int:
    """The index after ``wanted`` letters and digits from ``start``, if a word ends there; otherwise 0."""
    position, count = start, 0
    while position < limit and count < wanted:
        count += text[position] not in " -"
        position += 1
    is_edge = position == len(text) or not text[position].isalnum()
    return position if count == wanted and is_edge else 0


def _is_valid(span: str) -> bool:
    compact = _MARKS.sub("", span)
    if compact not in (compact.upper(), compact.lower()):
        return False
    compact = compact.upper()
    if compact[:2] in _EXTRA_LENGTHS:
        return _mod97(compact)
    try:
        iban.validate(compact, check_country=False)
    except ValidationError:
        return False
    return True


def _mod97(compact: str) -> bool:
    rearranged = compact[4:] + compact[:4]
    return int("".join(str(int(char, 36)) for char in rearranged)) % 97 == 1


FAMILIES = (Family("iban", (r"[A-Za-z]{2}[0-9]{2}(?:[ -]?[A-Za-z0-9]){10}",), _find, within=CODE),)
