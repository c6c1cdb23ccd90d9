"""British postcodes spelled aloud: the letters and digits of a whole turn form one, or nearly one."""

from __future__ import annotations

import re

from smelt.pii.spoken.symbols import NONE, STRONG, Symbol

EXACT = re.compile(r"(?:[a-pr-uwyz](?:\d{1,2}|[a-hk-y]\d{1,2}|\d[a-hjkps-uw]|[a-hk-y]\d[abehmnprv-y]))\d[abd-hjlnp-uw-z]{2}")
"""Royal Mail, PAF digest: area, district, then a sector digit and a unit of two letters."""

SHAPE = re.compile(r"[a-z]{1,3}\d[a-z\d]{0,3}\d?[a-z]{1,3}")
LOOSE = re.compile(r"(?=.*\d)(?=.*[a-z])[a-z\d]{4,9}")
LONGEST = 16


def spelled(symbols: list[Symbol]) -> float:
    """How sure it is that a turn's ``symbols``, all of them, are one postcode: 0 or a confidence.

    A letter ``o`` is tried as a zero too. A turn that mixes words of a spelling alphabet with digits is
    taken for a postcode even where speech recognition got some of them wrong.
    """
    if not 1 <= len(symbols) <= LONGEST:
        return 0.0
    unread = sum(symbol.strength == NONE for symbol in symbols)
    strong = [symbol for symbol in symbols if symbol.strength == STRONG]
    single = sum(len(symbol.characters) == 1 for symbol in strong)
    digits = sum(any(c.isdigit() for c in symbol.characters) for symbol in strong)
    if not digits:
        return 0.0
    code = "".join(symbol.characters for symbol in symbols)
    codes = {code, code.replace("o", "0")}
    if not unread and any(EXACT.fullmatch(each) for each in codes):
        return 0.8 if len(strong) == len(symbols) else 0.7
    spelled_out = single >= 3 and single * 2 >= len(symbols)
    if not unread and spelled_out and 4 <= len(code) <= 9 and any(SHAPE.fullmatch(each) for each in codes):
        return 0.6
    if unread <= 1 and single >= 3 + unread and len(strong) * 2 > len(symbols) and LOOSE.fullmatch(code):
        return 0.52
    alphabet = sum(len(symbol.word) > 2 and symbol.characters.isalpha() for symbol in strong)
    if alphabet >= 2 and len(strong) >= 4 and unread * 3 <= len(strong):
        return 0.55
    return 0.0
