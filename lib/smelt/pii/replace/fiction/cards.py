"""Card numbers under the issuer identification numbers of the published test cards.

The prefixes are the first eight digits of the numbers that payment gateways document for testing
(4000 0000 0000 0002, 5555 5555 5555 4444, 3782 822463 10005, 6011 1111 1111 1117, 3566 0020 2036 0505,
3056 9309 0259 04, 6759 6498 2643 8453); the check digit is valid (Luhn, ISO/IEC 7812-1).
"""

from __future__ import annotations

from stdnum import luhn

from smelt.pii.replace.fiction.draw import Draw, Fiction, in_format
from smelt.pii.replace.value import Value, digits_of

_PREFIXES = ("40000000", "55555555", "37828224", "60111111", "35660020", "30569309", "67596498")
_BY_START = {
    "51": "55555555", "52": "55555555", "53": "55555555", "54": "55555555", "55": "55555555",
    "22": "55555555", "23": "55555555", "24": "55555555", "25": "55555555", "26": "55555555", "27": "55555555",
    "34": "37828224", "37": "37828224", "60": "60111111", "64": "60111111", "65": "60111111", "35": "35660020",
    "30": "30569309", "36": "30569309", "38": "30569309", "39": "30569309",
    "50": "67596498", "56": "67596498", "57": "67596498", "58": "67596498", "61": "67596498",
    "63": "67596498", "67": "67596498", "68": "67596498", "69": "67596498",
}  # fmt: skip


class _Card:
    """A card number of the same scheme, length and grouping."""

    def holds(self, text: str) -> bool:
        """Whether it is a valid number under one of the test prefixes."""
        digits = digits_of(text)
        return digits.startswith(_PREFIXES) and luhn.is_valid(digits)

    def invent(self, value: Value, key: bytes) -> str:
        """Draw a number; Visa's prefix for an unknown scheme, 16 digits if the given length is not a card's."""
        given = digits_of(value.text)
        length = len(given) if 12 <= len(given) <= 19 else 16
        prefix = _BY_START.get(given[:2], "40000000")
        body = prefix + Draw(key, "CREDIT_CARD", value.normal).digits(length - len(prefix) - 1)
        return in_format(body + luhn.calc_check_digit(body), value.text)


FICTION: dict[str, Fiction] = {"CREDIT_CARD": _Card()}
