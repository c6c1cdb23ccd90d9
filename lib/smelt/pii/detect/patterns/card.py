"""Payment cards: Luhn checksum and issuers' ranges; also mistyped ones and spreadsheets' scientific notation."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum import luhn

from smelt.pii.config import ReservedRanges
from smelt.pii.detect.patterns.matching.scene import DIGIT, RESERVED, Family, Hit, Scene
from smelt.pii.detect.patterns.matching.words import words
from smelt.pii.detect.patterns.numbers import Judge, Run

CARD = "CREDIT_CARD"
ACCOUNT = "ACCOUNT_NUMBER"

ISSUERS: tuple[tuple[int, int, frozenset[int], bool], ...] = tuple(
    (low, high, frozenset(lengths), sure)
    for low, high, lengths, sure in (
        (4, 4, (13, 16, 19), True),  # Visa
        (51, 55, (16,), True),  # Mastercard
        (2221, 2720, (16,), True),  # Mastercard 2-series
        (34, 34, (15,), True),  # American Express
        (37, 37, (15,), True),
        (300, 305, (14, 16), True),  # Diners Club
        (3095, 3095, (14, 16), True),
        (36, 36, (14, 16, 19), True),
        (38, 39, (14, 16, 19), True),
        (6011, 6011, range(16, 20), True),  # Discover
        (644, 649, range(16, 20), True),
        (65, 65, range(16, 20), True),
        (3528, 3589, range(16, 20), True),  # JCB
        (2131, 2131, (15,), True),  # JCB until 1989; 1800, its other old prefix, lies within UATP's
        (35, 35, (16,), False),  # not assigned, but used by generators of test data and in typing errors
        (62, 62, range(16, 20), True),  # UnionPay
        (81, 82, range(16, 20), True),  # UnionPay, RuPay
        (2200, 2204, range(16, 20), True),  # Mir
        (9792, 9792, (16,), True),  # Troy
        (1, 1, (15,), True),  # UATP
        (50, 50, range(12, 20), False),  # Maestro, Dankort, Verve, Elo
        (56, 69, range(12, 20), False),  # Maestro
    )
)
"""First and last prefix, lengths, and whether the range is narrow (ISO/IEC 7812; the networks' BIN tables)."""

TEST_CARDS = frozenset(
    words(
        "4111111111111111 4012888888881881 4222222222222 4242424242424242 4000056655665556 4005519200000004"
        " 4009348888881881 4012000033330026 4012000077777777 4217651111111119 4500600000000061"
        " 4917610000000000 5555555555554444 5105105105105100 2223003122003222 2223000048400011"
        " 5200828282828210 378282246310005 371449635398431 378734493671000 30569309025904 38520000023237"
        " 6011111111111117 6011000990139424 6011000400000000 3530111333300000 3566002020360505"
        " 6304000000000000 5019717010103742 6759649826438453 3528000700000000 4917300800000000"
        " 4484070000000000 6240008631401148"
    )
)
"""Numbers that the networks and payment providers publish for tests."""

_SHAPE = re.compile(
    r"(?<![0-9])(?:[0-9]{4}(?P<mark>[ \-.]?) ?[0-9]{4}(?P=mark) ?[0-9]{4}(?P=mark)"
    r" ?[0-9]{4}(?:(?P=mark)[0-9]{1,3})?"
    r"|[0-9]{4}[ \-.]?[0-9]{6}[ \-.]?[0-9]{4,5}|[0-9]{12,19})(?![0-9])"
)
_GROUPED = re.compile(r"[0-9]{4}([ \-.])[0-9]{4}\1[0-9]{4}\1[0-9]{4}")
_SCIENTIFIC = re.compile(
    r"(?<![\w.])(?:[0-9][.,][0-9]{2,14} ?e ?\+? ?1[1-8]|[0-9]{3,5} e (?:1[0-9]|2[0-2]))(?![\w.])",
    re.IGNORECASE,
)


def issuer(digits: str) -> tuple[bool, bool]:
    """Whether an issuer uses numbers with this prefix and length, and whether its range is narrow."""
    found = False
    for low, high, lengths, sure in ISSUERS:
        prefix = int(digits[: len(str(low))])
        if low <= prefix <= high and len(digits) in lengths:
            if sure:
                return True, True
            found = True
    return found, False


def judge(reserved: ReservedRanges) -> Judge:
    """Judges runs of 12 to 19 digits."""

    def cards(run: Run) -> Iterator[Hit]:
        for match, part in run.matches(_SHAPE):
            if part.is_glued:
                continue
            digits = part.digits
            confidence = _confidence(part)
            if reserved.cards == "ignore" and digits in TEST_CARDS:
                yield Hit(RESERVED, match.start(), match.end(), "pattern.card", 1.0)
            elif confidence:
                yield Hit(CARD, match.start(), match.end(), "pattern.card", confidence)
            elif _is_misheard(part):
                yield Hit(CARD, match.start(), match.end(), "pattern.card_misheard", 0.74)
            elif _looks_mistyped(part):
                yield Hit(ACCOUNT, match.start(), match.end(), "pattern.card_like", 0.6)

    return Judge(12, cards)


def _confidence(part: Run) -> float:
    digits = part.digits
    if len(set(digits)) == 1 or not luhn.is_valid(digits):
        return 0.0
    known, sure = issuer(digits)
    says_card = part.reading.says("card")
    if part.reading.direct == "veto" and not says_card:
        return 0.6 if sure and len(digits) in (15, 16) else 0.0
    if sure:
        return 0.98 if says_card else 0.95
    if known:
        return 0.9 if says_card or len(digits) == 16 else 0.55
    return 0.8 if says_card else 0.0


def _is_misheard(part: Run) -> bool:
    """Whether it is a misrecognised card: in speech recognition, length and label suffice without the checksum."""
    count = len(part.digits)
    reading = part.reading
    if not part.scene.is_plain or "-" in part.text or len(set(part.digits)) == 1:
        return False
    if reading.direct == "card" or (not reading.direct and reading.says("card")):
        return 15 <= count <= 19
    return count == 16 and not reading.nearby


def _looks_mistyped(part: Run) -> bool:
    """Whether it is a card by label or grouping with a wrong checksum; it is still personal data."""
    if len(part.digits) < 13 or part.reading.direct == "veto":
        return False
    return part.reading.says("card", "account") or _GROUPED.fullmatch(part.text) is not None


def _scientific(scene: Scene) -> Iterator[Hit]:
    """Cards in scientific notation, as made by spreadsheets (``4.53E+15``), and in speech recognition (``453 e
    15``)."""
    for match in _SCIENTIFIC.finditer(scene.text):
        reading = scene.reading(match.start(), match.end())
        is_spoken = " " in match.group()
        if reading.says("card", "account") or (
            is_spoken and (scene.is_plain or scene.is_bare(match.start(), match.end()))
        ):
            yield Hit(CARD, match.start(), match.end(), "pattern.card_scientific", 0.75)
        elif not is_spoken and len(match.group()) >= 8 and reading.direct != "veto":
            yield Hit(CARD, match.start(), match.end(), "pattern.card_scientific", 0.5)


FAMILIES = (Family("card_scientific", (r"[0-9] ?[eE] ?\+? ?[12][0-9]",), _scientific, within=DIGIT),)
