"""Number plans of telephone numbers, by phonenumbers."""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers

NANP_REGIONS = frozenset({"US", "CA"})
TRUNK_REGIONS = ("GB", "DE", "FR", "IT", "NL", "AU", "JP", "IL", "CH", "SE", "ZA", "BE", "IN")
"""Plans whose national numbers are written with a leading 0; they only raise the confidence."""
_GROUP = re.compile(r"[0-9]+")


@lru_cache(maxsize=50_000)
def is_valid(digits: str, region: str | None) -> bool:
    """Whether the plan of a region, or with None an international prefix, has the number."""
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(digits, region))
    except phonenumbers.NumberParseException:
        return False


def is_trunk(digits: str, regions: tuple[str, ...]) -> bool:
    """Whether a configured plan, or one whose numbers begin with 0, has the number."""
    return any(is_valid(digits, region) for region in dict.fromkeys((*regions, *TRUNK_REGIONS)))


@lru_cache(maxsize=50_000)
def groups_of(digits: str, region: str | None) -> tuple[int, ...] | None:
    """The sizes of the groups of a valid number in national format; None if it is invalid."""
    try:
        number = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    return tuple(len(group) for group in _GROUP.findall(written))
