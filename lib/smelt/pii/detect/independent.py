"""Independent patterns for the privacy gate, which share no code with the detectors.

A fault in the scrubbing engine would also affect a scan by it. These patterns use neither context nor number plans, but
are narrow enough to be reliable: forms of severe entities, and layouts that identify a name, a login or a telephone
number whatever the value.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

import polars as pl

from smelt.pii.types import Finding, TextBatch


def _luhn(text: str) -> bool:
    """The Luhn checksum (ISO/IEC 7812-1, annex B)."""
    digits = [int(character) for character in text if character.isdecimal()]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[-2::-2])
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0 and len(set(digits)) > 2


def _mod97(text: str) -> bool:
    """The IBAN checksum (ISO 13616): first four characters moved to the end, letters as numbers, modulo 97 is 1."""
    bare = "".join(character for character in text.upper() if character.isalnum())
    return int("".join(str(int(character, 36)) for character in bare[4:] + bare[:4])) % 97 == 1


def _always(text: str) -> bool:
    return True


_EMAIL = (
    r"(?<![\w.+-])[\w.+-]{1,64}"
    r"@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,4}\.[A-Za-z]{2,24}\b"
)
_CARD = r"(?<![\w.-])[3-6]\d{3}(?:[ -]?\d{4}){2}[ -]?\d{3,4}(?![\w-]|\.\d)"
_SSN = r"(?<![\w-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])"
_PHONE = (
    r"(?<![\w+])(?:\+\d{1,3}[ .-]?)?\(\d{3}\) ?\d{3}[ .-]\d{4}(?!\w)"
    r"|(?<!\w)\+\d{10,14}(?!\w)"
)
_IBAN = r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?(?!\w)"
_SECRET = (
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----"
    r"|\beyJ[\w-]{8,600}\.eyJ[\w-]{8,8000}\.[\w-]{8,}"
    r"|\bAKIA[A-Z0-9]{16}\b"
)


_NAME = r"(?P<value>[A-Z][\w'’.-]+(?: [A-Z][\w'’.-]*){1,3})"
_WROTE = (
    rf"(?m)^[>| ]*(?:On|Am|Le|El|Il|Em|Op|Dnia|W dniu)\b[^\n]{{6,80}}?[ ,]{_NAME}(?: [<(\[][^\n>)]{{0,80}}[>)\]]+)?"
    r" (?:wrote|writes|schrieb|a écrit|escribió|ha scritto|escreveu|schreef|napisał\w{0,4}) ?:"
)
_CORRESPONDENT = rf"(?m)^[>| ]*(?:From|To|Cc|Von|An|De|À|Para|Da|Van|Aan|Od|Do) ?: \"?{_NAME}\"? [<(\[]"
_HOME = r"(?:/home/|/Users/|[A-Z]:\\Users\\)(?P<value>[A-Za-z][\w.-]{2,30})(?=[/\\])"
_LOGIN = r"\b(?:[Uu]ser ?(?:ID|Id|id|name)|[Ll]ogin(?: name)?) ?[:=] ?(?P<value>[A-Za-z]{2,20}[._-]?\w{0,20}\d{1,6})\b"
_LABELLED_PHONE = (
    r"(?i)\b(?:phone|tel|telephone|mobile|cell|handy|telefon|téléphone|teléfono|telefono|telefone|telefoon)\b\.?"
    r"[ :]{1,2}(?:is |number |no\.? |nr\.? )?(?P<value>\+?\(?\d{2,5}\)?(?:[ /.-]{1,2}\(?\d{2,5}\)?){2,5})(?![\w-]|\.\d)"
)
_NO_PERSON = frozenset(
    [
        "support",
        "team",
        "service",
        "desk",
        "help",
        "helpdesk",
        "customer",
        "customers",
        "sales",
        "billing",
        "info",
        "admin",
        "office",
        "list",
        "group",
        "department",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "am",
        "pm",
        "utc",
        "gmt",
    ]
)
_NO_LOGIN = frozenset(
    [
        "user",
        "users",
        "username",
        "shared",
        "public",
        "default",
        "admin",
        "administrator",
        "guest",
        "root",
        "ubuntu",
        "debian",
        "centos",
        "ec2-user",
        "runner",
        "vagrant",
        "www-data",
        "oracle",
        "postgres",
        "mysql",
        "jenkins",
        "hadoop",
        "spark",
        "git",
        "app",
        "apps",
        "example",
        "yourname",
        "name",
        "pi",
        "deploy",
    ]
)


def _is_mailbox(text: str) -> bool:
    """Whether an address is a mailbox; ``reader-4711@addons.mozilla.org`` is a browser's add-on."""
    return "@addons." not in text.lower()


def _names_somebody(text: str) -> bool:
    return _NO_PERSON.isdisjoint(word.strip(".,'’-").lower() for word in text.split())


def _is_login(text: str) -> bool:
    return text.lower() not in _NO_LOGIN


def _has_digits_of_a_phone(text: str) -> bool:
    """Whether the number of digits is that of a telephone number: at most 15 (ITU-T E.164), at least nine."""
    return 9 <= sum(character.isdecimal() for character in text) <= 15


class Pattern(NamedTuple):
    """A pattern, searched in texts that match ``prefilter``, a Rust regex that every match contains.

    The finding is the group ``value`` if the pattern has one, else the whole match.
    """

    entity: str
    prefilter: str
    pattern: re.Pattern[str]
    is_valid: Callable[[str], bool] = _always


PATTERNS = (
    Pattern("EMAIL", r"@[A-Za-z0-9-]", re.compile(_EMAIL), _is_mailbox),
    Pattern("CREDIT_CARD", r"[3-6]\d{3}[ -]?\d{4}", re.compile(_CARD), _luhn),
    Pattern("US_SSN", r"\d{3}-\d{2}-\d{4}", re.compile(_SSN)),
    Pattern("PHONE", r"\(\d{3}\)|\+\d{1,14}", re.compile(_PHONE)),
    Pattern("IBAN", r"[A-Z]{2}\d{2} ?[A-Z0-9]{4}", re.compile(_IBAN), _mod97),
    Pattern("SECRET", r"-----BEGIN|eyJ|AKIA", re.compile(_SECRET)),
    Pattern("PERSON", r":", re.compile(_WROTE), _names_somebody),
    Pattern("PERSON", r"\w ?: \"?[A-Z]", re.compile(_CORRESPONDENT), _names_somebody),
    Pattern("PATH_USER", r"/home/|/Users/|\\Users\\", re.compile(_HOME), _is_login),
    Pattern("LOGIN", r"[Ll]ogin|[Uu]ser", re.compile(_LOGIN), _is_login),
    Pattern("PHONE", r"\d{2}\)?[ /.-]{1,2}\(?\d{2}", re.compile(_LABELLED_PHONE), _has_digits_of_a_phone),
)


class IndependentDetector:
    """Applies PATTERNS; Python sees only texts that pass a prefilter, and equal ones once."""

    name = "independent"

    def detect(self, batch: TextBatch) -> list[Finding]:
        """Every match that passes its ``is_valid``."""
        places: dict[str, list[int]] = {}
        for index, text in enumerate(batch.texts):
            places.setdefault(text, []).append(index)
        distinct = list(places)
        column = pl.Series(distinct, dtype=pl.String)
        return [
            Finding(index, entity, *match.span(group), self.name, 1.0)
            for entity, prefilter, pattern, is_valid in PATTERNS
            for group in ("value" if "value" in pattern.groupindex else 0,)
            for row in column.str.contains(prefilter).arg_true()
            for match in pattern.finditer(distinct[row])
            if is_valid(match[group])
            for index in places[distinct[row]]
        ]
