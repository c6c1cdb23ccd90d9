"""A small pattern detector: e-mail, phone, US social security number, card (Luhn)."""

from __future__ import annotations

import re

from smelt.pii.config import PiiConfig
from smelt.pii.types import Finding, TextBatch

_PATTERNS = {
    "EMAIL": (re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)*\.[a-zA-Z]{2,24}"), 0.95),
    "CREDIT_CARD": (re.compile(r"(?<![\w-])\d(?:[ -]?\d){11,18}(?![\w-])"), 0.9),
    "US_SSN": (re.compile(r"(?<![\w-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])"), 0.85),
    "PHONE": (re.compile(r"(?<![\w-])(?:\+\d{1,3}[ .-]?)?\(?\d{3}\)?[ .-]?\d{3}[ .-]\d{4}(?![\w-])"), 0.7),
}


class PatternDetector:
    """The four patterns above, text by text."""

    name = "patterns"

    def __init__(self, config: PiiConfig) -> None:
        self.config = config

    def detect(self, batch: TextBatch) -> list[Finding]:
        """All matches."""
        return [
            Finding(index, entity, match.start(), match.end(), self.name, confidence)
            for index, text in enumerate(batch.texts)
            for entity, (pattern, confidence) in _PATTERNS.items()
            for match in pattern.finditer(text)
            if entity != "CREDIT_CARD" or _luhn(match[0])
        ]


def _luhn(text: str) -> bool:
    digits = [int(character) for character in text if character.isdecimal()]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[-2::-2])
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
