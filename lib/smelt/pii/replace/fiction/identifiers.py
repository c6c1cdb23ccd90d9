"""National numbers, bank codes and postcodes that are never issued.

US_SSN: area 666 is never assigned (SSA, POMS RM 10201.035). US_ITIN: the groups 89 and 93 are never
assigned (IRS Publication 1915). US_ABA: routing numbers that begin with 13 to 20 are unassigned (ABA
Routing Number Policy). UK_NINO: the prefix QQ is not allocated (HMRC manual NIM39110). UK_NHS: numbers
from 999 are kept for tests (NHS Data Dictionary). CA_SIN: no number begins with 0 (Service Canada).
UK_POSTCODE: ZZ99 is the pseudo-postcode area of the national statistics. IBAN: a bank code of zeros or
X identifies no bank; the check digits are valid (ISO 13616).
"""

from __future__ import annotations

import re

from stdnum import luhn
from stdnum.us import rtn

from smelt.pii.replace.fiction.draw import Draw, Fiction, Range, in_format
from smelt.pii.replace.value import Value

_SEPARATORS = r"[\s.-]?"
_IBAN_WITH_LETTERS = frozenset(
    ["GB", "IE", "NL", "RO", "LV", "MT", "BG", "GI", "PK", "KW", "QA", "JO", "BH", "VG"]
)


def _ssn(value: Value, draw: Draw) -> str:
    number = f"666{1 + draw.below(99):02d}{1 + draw.below(9999):04d}"
    return (
        in_format(number, value.text)
        if len(value.normal) == 9
        else f"{number[:3]}-{number[3:5]}-{number[5:]}"
    )


def _itin(value: Value, draw: Draw) -> str:
    number = f"9{draw.digits(2)}93{draw.digits(4)}"
    return (
        in_format(number, value.text)
        if len(value.normal) == 9
        else f"{number[:3]}-{number[3:5]}-{number[5:]}"
    )


def _aba(value: Value, draw: Draw) -> str:
    body = f"13{draw.digits(6)}"
    return in_format(body + rtn.calc_check_digit(body), value.text)


def _nino(value: Value, draw: Draw) -> str:
    number = draw.digits(6)
    return f"QQ {number[:2]} {number[2:4]} {number[4:]} C" if " " in value.text.strip() else f"QQ{number}C"


def _nhs(value: Value, draw: Draw) -> str:
    """Check digit by weights 10 to 2, modulo 11; bodies with the invalid remainder 10 are drawn again."""
    while True:
        body = f"999{draw.digits(6)}"
        check = -sum(int(digit) * weight for digit, weight in zip(body, range(10, 1, -1), strict=True)) % 11
        if check < 10:
            return in_format(f"{body}{check}", value.text)


def _sin(value: Value, draw: Draw) -> str:
    body = f"0{draw.digits(7)}"
    return in_format(body + luhn.calc_check_digit(body), value.text)


def _postcode(value: Value, draw: Draw) -> str:
    inward = f"{draw.digits(1)}{draw.letters(2, 'ABDEFGHJLNPQRSTUWXYZ')}"
    return f"ZZ99 {inward}" if value.text.isupper() else f"zz99 {inward.lower()}"


def _iban(value: Value, draw: Draw) -> str:
    text = "".join(
        character for character in value.text.upper() if character.isalnum() and character.isascii()
    )
    country = text[:2] if re.match("[A-Z]{2}", text) else "DE"
    length = min(max(len(text), 15), 34)
    bank = "XXXX" if country in _IBAN_WITH_LETTERS else "00000"
    bban = bank + draw.digits(length - 4 - len(bank))
    check = 98 - int("".join(str(int(character, 36)) for character in f"{bban}{country}00")) % 97
    iban = f"{country}{check:02d}{bban}"
    return " ".join(iban[at : at + 4] for at in range(0, length, 4)) if " " in value.text.strip() else iban


FICTION: dict[str, Fiction] = {
    "US_SSN": Range(re.compile(rf"666{_SEPARATORS}[0-9]{{2}}{_SEPARATORS}[0-9]{{4}}"), _ssn),
    "US_ITIN": Range(re.compile(rf"9[0-9]{{2}}{_SEPARATORS}93{_SEPARATORS}[0-9]{{4}}"), _itin),
    "US_ABA": Range(re.compile(rf"13[0-9]{{2}}{_SEPARATORS}[0-9]{{4}}{_SEPARATORS}[0-9]"), _aba),
    "UK_NINO": Range(re.compile(r"QQ ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?C"), _nino),
    "UK_NHS": Range(re.compile(rf"999{_SEPARATORS}[0-9]{{3}}{_SEPARATORS}[0-9]{{4}}"), _nhs),
    "CA_SIN": Range(re.compile(rf"0[0-9]{{2}}{_SEPARATORS}[0-9]{{3}}{_SEPARATORS}[0-9]{{3}}"), _sin),
    "UK_POSTCODE": Range(re.compile(r"ZZ99 [0-9][A-Z]{2}", re.IGNORECASE), _postcode),
    "IBAN": Range(
        re.compile(r"[A-Z]{2}[0-9]{2} ?(?:XXXX|0000 ?0)[0-9 ]+", re.IGNORECASE),
        _iban,
    ),
}
