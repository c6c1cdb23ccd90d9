"""Spoken British postcodes: the letters and digits of a whole turn form one, or nearly one."""

from __future__ import annotations

import re

from smelt.pii.detect.spoken.symbols import NONE, STRONG, Symbol

AREAS = (
    "ab al b ba bb bd bh bl bn br bs bt ca cb cf ch cm co cr ct cv cw da dd de dg dh dl dn dt dy e ec eh"
    " en ex fk fy g gl gu gy ha hd hg hp hr hs hu hx ig im ip iv je ka kt kw ky"
    " l la ld le ll ln ls lu m me mk ml n ne ng nn np nr nw ol ox pa pe ph pl po pr rg rh rm s sa se sg sk"
    " sl sm sn so sp sr ss st sw sy ta td tf tn tq tr ts tw ub w wa wc wd wf"
    " wn wr ws wv yo ze"
)
"""The 124 postcode areas (Royal Mail)."""

_OUTWARD = rf"(?:{'|'.join(AREAS.split())})(?:\d{{1,2}}|\d[a-z])"
EXACT = re.compile(rf"{_OUTWARD}\d[abd-hjlnp-uw-z]{{2}}")
"""Area, district, then a sector digit and a unit of two letters (Royal Mail, PAF digest)."""

PART = re.compile(rf"{_OUTWARD}\d?")
SHAPE = re.compile(r"[a-z]{1,3}\d[a-z\d]{0,3}\d?[a-z]{1,3}")
LOOSE = re.compile(r"(?=.*\d)(?=.*[a-z])[a-z\d]{4,9}")
LONGEST = 16


def spelled(symbols: list[Symbol], *, upper: bool = False) -> float:
    """The confidence that all of a turn's ``symbols`` form one postcode; 0 if not.

    ``upper``: its letters are capitals, so that the shortest halves count too. A letter ``o`` is also tried as a zero.
    A turn that mixes words of a spelling alphabet with digits is accepted as a postcode despite recognition errors.
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
    if len(symbols) >= 4 and _holds_one(symbols):
        return 0.6
    if (
        not unread
        and len(strong) == len(symbols) <= 4
        and PART.fullmatch(code)
        and (len(code) > 2 or (upper and len(code) > 1))
    ):
        return 0.5
    spelled_out = single >= 3 and single * 2 >= len(symbols)
    if not unread and spelled_out and 4 <= len(code) <= 9 and any(SHAPE.fullmatch(each) for each in codes):
        return 0.6
    if (
        unread <= 1
        and single >= 3 + unread
        and any(symbol.characters.isalpha() for symbol in strong)
        and len(strong) * 2 > len(symbols)
        and LOOSE.fullmatch(code)
    ):
        return 0.52
    alphabet = sum(len(symbol.word) > 2 and symbol.characters.isalpha() for symbol in strong)
    if alphabet >= 2 and len(strong) >= 4 and unread * 3 <= len(strong):
        return 0.75 if alphabet >= 3 else 0.6
    return 0.0


def _holds_one(symbols: list[Symbol]) -> bool:
    """Whether a turn is one exact postcode with up to two words before and three after it."""
    for first in range(min(3, len(symbols))):
        for last in range(len(symbols), max(len(symbols) - 4, first + 2), -1):
            part = symbols[first:last]
            if len(part) * 5 < len(symbols) * 3 or sum(
                symbol.strength == STRONG for symbol in part
            ) * 2 < len(part):
                continue
            code = "".join(symbol.characters for symbol in part)
            if EXACT.fullmatch(code) or EXACT.fullmatch(code.replace("o", "0")):
                return True
    return False
