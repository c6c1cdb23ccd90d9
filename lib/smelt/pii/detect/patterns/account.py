"""Numbers recognised by their label: bank accounts, customer and member numbers; and long unlabelled numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from smelt.pii.detect.patterns.matching.scene import Hit
from smelt.pii.detect.patterns.numbers import Judge, Run, is_compact_date

BANK = "US_BANK_ACCOUNT"
ACCOUNT = "ACCOUNT_NUMBER"

_PAID_INTO = re.compile(
    r"\b(?:refund|pay|paid|repa(?:y|id)|reimburse|transfer|wire|deposit|credit|charge|erstatte|überweis|rembours|reembols"
    r"|transf[eé]r|rimbors|bonific|terugbeta|overma|stort|zwróć|zwrot|przel)\w*(?:[ \n]+[^\W\d_]+){0,5}?"
    r"[ \n]+(?:to|on|onto|into|from|auf|von|sur|en|para|a|su|op|naar|na)[: ]+\Z",
    re.IGNORECASE,
)
"""Money goes to, or comes from, the number that follows: "please refund it to", "bitte erstatten Sie auf"."""
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_LAST_DIGITS = re.compile(
    r"\blast (?:(?:4|four|3|three|5|five|6|six)(?: digits?)?|digits?)(?: (?:of|on|for|my|the|is|are|no"
    r"|number|numbers|account|acct|card"
    r"|ssn|credit|debit|phone|social|it|its|that|was|be|and|here|in)){0,8}[: ]*\Z",
    re.IGNORECASE,
)
_CENTS = re.compile(r"[0-9]{1,6}[.,][0-9]{2}|[0-9]{1,3}(?:[., ][0-9]{3})+[.,][0-9]{2}")
_CURRENCY = re.compile(
    r"\s{0,2}(?:[$€£¥]|(?:eur|usd|gbp|chf|euros?|dollars?|pounds?|cents?|bucks)\b)", re.IGNORECASE
)
_ENDING = re.compile(r"\b(?:ending|ends|end)(?: in| with)?[: ]*\Z", re.IGNORECASE)


def _accounts(run: Run) -> Iterator[Hit]:
    """Judges runs of three to seventeen digits by their labels."""
    count = len(run.digits)
    if run.is_glued or count > 24:
        return
    reading = run.reading
    if reading.is_currency:
        return
    direct = reading.label
    if direct in ("account", "card") and _is_long_enough(run) and not (_is_year(run) or _is_amount(run)):
        is_bank = direct == "account" and 8 <= count <= 17 and " " not in run.text
        yield Hit(BANK if is_bank else ACCOUNT, run.start, run.end, "pattern.account_labelled", 0.72)
    elif direct in ("iban", "health", "sin", "nino") and 6 <= count <= 24:
        yield Hit(ACCOUNT, run.start, run.end, "pattern.number_labelled", 0.55)
    elif count <= 6:
        before = run.scene.text[max(0, run.start - 60) : run.start]
        if _LAST_DIGITS.search(before) or (
            _ENDING.search(before) and reading.direct != "veto" and reading.nearby
        ):
            yield Hit(ACCOUNT, run.start, run.end, "pattern.last_digits", 0.65)
    elif count >= 8 and reading.direct != "veto" and not is_compact_date(run.text) and _is_paid_into(run):
        yield Hit(
            BANK if count <= 17 and " " not in run.text else ACCOUNT,
            run.start,
            run.end,
            "pattern.account_paid",
            0.7,
        )
    elif _is_unlabelled_identifier(run):
        yield Hit(
            BANK if run.is_bare and 10 <= count <= 17 else ACCOUNT,
            run.start,
            run.end,
            "pattern.long_number",
            0.51 if run.is_bare and count >= 12 else 0.5,
        )


def _is_paid_into(run: Run) -> bool:
    return _PAID_INTO.search(run.scene.text, max(0, run.start - 60), run.start) is not None


def _is_long_enough(run: Run) -> bool:
    """At least four digits, or three after a word such as "number" or "no", which excludes an amount."""
    return 4 <= len(run.digits) <= 24 or run.reading.has_number_word


def _is_year(run: Run) -> bool:
    return len(run.digits) == 4 and not run.reading.has_number_word and _YEAR.fullmatch(run.text) is not None


def _is_amount(run: Run) -> bool:
    """Whether it is an amount after a word such as "credit" or "account": "a credit of 37.30", "account 250 EUR"."""
    if run.reading.has_number_word:
        return False
    is_followed = len(run.digits) <= 6 and _CURRENCY.match(run.scene.text, run.end) is not None
    return is_followed or _CENTS.fullmatch(run.text) is not None


def _is_unlabelled_identifier(run: Run) -> bool:
    """At least seven digits without a contrary word, in a text that is an answer or speech recognition."""
    count = len(run.digits)
    if run.reading.direct == "veto" or count < 7 or count > 24 or is_compact_date(run.text):
        return False
    if run.is_bare:
        return run.text.isdigit() or run.scene.asked != ""
    return run.scene.is_plain and run.text.isdigit() and "veto" not in run.reading.nearby


JUDGE = Judge(3, _accounts)
