"""A second opinion for the gate: a few plain patterns that share no code with the detectors.

A fault in the engine that scrubs would also blind a scan made with it. These patterns know no context
and no number plans; they are narrow enough to be right when they match, and find only what is severe.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

import polars as pl

from smelt.pii.types import Finding, TextBatch


def _luhn(text: str) -> bool:
    """ISO/IEC 7812-1, annex B."""
    digits = [int(character) for character in text if character.isdecimal()]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[-2::-2])
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0 and len(set(digits)) > 2


def _mod97(text: str) -> bool:
    """ISO 13616: the four first characters to the end, letters as numbers, modulo 97 gives 1."""
    bare = "".join(character for character in text.upper() if character.isalnum())
    return int("".join(str(int(character, 36)) for character in bare[4:] + bare[:4])) % 97 == 1


def _always(text: str) -> bool:
    return True


_EMAIL = (
    r"(?<![\w.+-])[\w.+-]{1,64}"
    r"@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,4}\.[A-Za-z]{2,24}\b"
)
_CARD = r"(?<![\w.-])[3-6]\d{3}(?:[ -]?\d{4}){2}[ -]?\d{3,4}(?![\w-]|\.\d)"
_SSN = r"(?<![\w-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])"
_PHONE = (
    r"(?<![\w+])(?:\+\d{1,3}[ .-]?)?\(\d{3}\) ?\d{3}[ .-]\d{4}(?!\w)"
    r"|(?<!\w)\+\d{10,14}(?!\w)"
)
_IBAN = r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?(?!\w)"
_SECRET = (
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----"
    r"|\beyJ[\w-]{8,600}\.eyJ[\w-]{8,8000}\.[\w-]{8,}"
    r"|\bAKIA[A-Z0-9]{16}\b"
)


class Pattern(NamedTuple):
    """What is looked for in the texts that ``gate`` lets through: a Rust regex that every match contains."""

    entity: str
    gate: str
    pattern: re.Pattern[str]
    is_valid: Callable[[str], bool] = _always


PATTERNS = (
    Pattern("EMAIL", r"@[A-Za-z0-9-]", re.compile(_EMAIL)),
    Pattern("CREDIT_CARD", r"[3-6]\d{3}[ -]?\d{4}", re.compile(_CARD), _luhn),
    Pattern("US_SSN", r"\d{3}-\d{2}-\d{4}", re.compile(_SSN)),
    Pattern("PHONE", r"\(\d{3}\)|\+\d{1,14}", re.compile(_PHONE)),
    Pattern("IBAN", r"[A-Z]{2}\d{2} ?[A-Z0-9]{4}", re.compile(_IBAN), _mod97),
    Pattern("SECRET", r"-----BEGIN|eyJ|AKIA", re.compile(_SECRET)),
)


class IndependentDetector:
    """The patterns above, text by text; Python sees only texts that may hold a match, and equal ones once."""

    name = "independent"

    def detect(self, batch: TextBatch) -> list[Finding]:
        """Every match that its checksum confirms."""
        places: dict[str, list[int]] = {}
        for index, text in enumerate(batch.texts):
            places.setdefault(text, []).append(index)
        distinct = list(places)
        column = pl.Series(distinct, dtype=pl.String)
        return [
            Finding(index, entity, match.start(), match.end(), self.name, 1.0)
            for entity, gate, pattern, is_valid in PATTERNS
            for row in column.str.contains(gate).arg_true()
            for match in pattern.finditer(distinct[row])
            if is_valid(match[0])
            for index in places[distinct[row]]
        ]
