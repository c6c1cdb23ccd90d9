"""IBANs, printed in groups or in one: country, length and checksum by python-stdnum."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum import iban
from stdnum.exceptions import ValidationError

from smelt.pii.detect.scene import CODE, Family, Hit, Scene

IBAN = "IBAN"

_START = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}[0-9]{2}(?=[ -]?[A-Za-z0-9])", re.ASCII)
_REST = re.compile(r"(?:[ -]?[A-Za-z0-9]){10,32}", re.ASCII)
_LENGTHS = range(15, 35)
_MARKS = re.compile(r"[ -]")
_EXTRA_LENGTHS = {"DZ": 26, "AO": 25, "BJ": 28, "BF": 28, "CM": 27, "CV": 25, "CI": 28, "IR": 26, "MG": 27, "ML": 28,
                  "MZ": 25, "SN": 28, "CF": 27, "TD": 27, "KM": 27, "CG": 27, "GA": 27, "GQ": 27, "GW": 25, "HN": 28,
                  "MA": 28, "NE": 28, "TG": 28}  # fmt: skip
"""Countries that use the format without being in the registry that python-stdnum carries."""


def _find(scene: Scene) -> Iterator[Hit]:
    text = scene.text
    for start in _START.finditer(text):
        rest = _REST.match(text, start.end())
        if rest is None:
            continue
        for end in _ends(text, start.start(), rest.end()):
            if _is_valid(text[start.start() : end]):
                yield Hit(IBAN, start.start(), end, "pattern.iban", 0.98)
                break


def _ends(text: str, start: int, limit: int) -> Iterator[int]:
    """Where an IBAN that begins at ``start`` may end: at the edge of a word, the longest first."""
    for end in range(limit, start + min(_LENGTHS) - 1, -1):
        if text[end - 1] not in " -" and not (end < len(text) and text[end].isalnum()):
            yield end


def _is_valid(span: str) -> bool:
    compact = _MARKS.sub("", span)
    if len(compact) not in _LENGTHS or compact not in (compact.upper(), compact.lower()):
        return False
    compact = compact.upper()
    try:
        iban.validate(compact, check_country=False)
        return True
    except ValidationError:
        return _EXTRA_LENGTHS.get(compact[:2]) == len(compact) and _mod97(compact)


def _mod97(compact: str) -> bool:
    rearranged = compact[4:] + compact[:4]
    return int("".join(str(int(char, 36)) for char in rearranged)) % 97 == 1


FAMILIES = (Family("iban", r"[A-Za-z]{2}[0-9]{2}(?:[ -]?[A-Za-z0-9]){10}", _find, within=CODE),)
