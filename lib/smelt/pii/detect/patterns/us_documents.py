"""US passports and driver licences with letters: forms by state, and context words."""

from __future__ import annotations

from smelt.pii.detect.patterns.national import NationalNumber as Number

_LICENCE_WORDS = (
    "driver", "drivers", "driver's", "driver’s", "license", "licence", "driving", "permit", "dl", "dl#",
    "lic", "dlic",
)  # fmt: skip

NUMBERS: tuple[Number, ...] = (
    Number(
        "US_PASSPORT", (), r"[acexyz]\d{8}", "", ("passport", "passport#", "travel document",
        "passport number", "travel"), bare=0.51,
    ),
    Number(
        "US_DRIVER_LICENSE", (), r"[a-z]\d{6,14}|[a-z]{2}\d{4,8}[a-z]?|[a-z]\d{3}-?\d{4}-?\d{4}"
            r"|[a-z]\d{2}-\d{2}-\d{4}|\d{7,9}[a-z]{1,2}|\d{3}[a-z]{2}\d{4}"
        r"|\d{2}[a-z]{3}\d{5}|[a-z]\d{3}-\d{3}-\d{3}-\d{3}|[a-z]{3}\*\*[a-z]{2}\d{3}[a-z]\d"
        r"|[a-z]{1,5}[a-z*]{0,4}\d{3}[a-z]{2}",
        "", _LICENCE_WORDS, bare=0.5,
    ),
)  # fmt: skip
"""Forms of the fifty states, from the AAMVA's table; the few checksums are not public."""
