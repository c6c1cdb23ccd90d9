"""Checksums by name: python-stdnum's modules, and a few that it lacks."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from importlib import import_module

from stdnum import luhn
from stdnum.iso7064 import mod_97_10

_MARKS = re.compile(r"[^0-9A-Za-z]")


def _digits(value: str) -> str:
    return re.sub(r"[^0-9]", "", value)


def _mod97(value: str) -> bool:
    """ISO 7064 MOD 97-10 over letters and digits."""
    compact = _MARKS.sub("", value).upper()
    return mod_97_10.is_valid(compact)


def _npi(value: str) -> bool:
    """Luhn checksum of 80840 followed by the number (CMS, "NPI check digit")."""
    digits = _digits(value)
    return (
        len(digits) == 10
        and digits[0] in "12"
        and len(set(digits[:9])) > 1
        and luhn.is_valid("80840" + digits)
    )


def _dea(value: str) -> bool:
    """Digits 1, 3, 5 plus twice digits 2, 4, 6, modulo 10, is digit 7 (DEA Diversion Control)."""
    digits = [int(char) for char in value[-7:]]
    return (sum(digits[0:6:2]) + 2 * sum(digits[1:6:2])) % 10 == digits[6]


def _au_medicare(value: str) -> bool:
    """Weights 1, 3, 7, 9, 1, 3, 7, 9; the ninth digit is the sum modulo 10 (Services Australia)."""
    digits = [int(char) for char in _digits(value)]
    weights = (1, 3, 7, 9, 1, 3, 7, 9)
    return len(digits) == 10 and sum(w * d for w, d in zip(weights, digits, strict=False)) % 10 == digits[8]


_NRIC_LETTERS: Mapping[str, str] = {
    "S": "JZIHGFEDCBA", "T": "GFEDCBAJZIH", "F": "XWUTRQPNMLK", "G": "RQPNMLKXWUT", "M": "XWUTRQPNJLK",
}  # fmt: skip


def _sg_nric(value: str) -> bool:
    """Weights 2, 7, 6, 5, 4, 3, 2 modulo 11 (ICA); T and G add 4, M adds 3, by their letter tables."""
    series, letter = value[0].upper(), value[-1].upper()
    total = sum(w * int(d) for w, d in zip((2, 7, 6, 5, 4, 3, 2), value[1:-1], strict=True))
    if series == "M":
        return "KLJNPQRTUWX"[(total + 3) % 11] == letter or _NRIC_LETTERS["M"][(total + 3) % 11] == letter
    offset = 4 if series in "TG" else 0
    table = "JZIHGFEDCBA" if series in "ST" else "XWUTRQPNMLK"
    return table[(total + offset) % 11] == letter


def _hk_id(value: str) -> bool:
    """Weights 9 to 2 over letters (A = 10, space = 36) and digits, modulo 11 (HK Immigration Department)."""
    compact = _MARKS.sub("", value).upper()
    body, check = compact[:-1].rjust(8), compact[-1]
    total = sum(
        w * (36 if char == " " else int(char, 36)) for w, char in zip(range(9, 1, -1), body, strict=True)
    )
    return (total + (10 if check == "A" else int(check))) % 11 == 0


OWN: Mapping[str, Callable[[str], bool]] = {
    "luhn": lambda value: luhn.is_valid(_digits(value)),
    "mod97": _mod97,
    "npi": _npi,
    "dea": _dea,
    "au_medicare": _au_medicare,
    "sg_nric": _sg_nric,
    "hk_id": _hk_id,
}
"""Name -> checksum, for those that python-stdnum lacks or has in another form."""


def exists(name: str) -> bool:
    """Whether a checksum of that name can be applied."""
    try:
        _checksum(name)
    except (ImportError, AttributeError):
        return False
    return True


@cache
def _checksum(name: str) -> Callable[[str], bool]:
    own = OWN.get(name)
    return own if own is not None else import_module(f"stdnum.{name}").is_valid


@lru_cache(maxsize=20_000)
def is_valid(name: str, value: str) -> bool:
    """Whether a value passes a checksum: one of ``OWN``, or a python-stdnum module such as ``pl.pesel``."""
    try:
        return bool(_checksum(name)(value))
    except (ValueError, IndexError, KeyError):
        return False
