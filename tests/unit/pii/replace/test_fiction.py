"""Surrogates: their range, their form, and that they are nobody's."""

from __future__ import annotations

import importlib
import pkgutil

import faker
import faker.providers.person
import pytest
import stdnum.ca.sin
import stdnum.gb.nhs
import stdnum.iban
import stdnum.luhn
import stdnum.us.rtn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smelt.pii.replace.fiction import FICTION
from smelt.pii.replace.fiction.people import names
from smelt.pii.replace.value import Value, normal

KEY = b"k" * 32

EXAMPLES = {
    "PERSON": ["John Smith", "JOHN", "john o'neil", "Dr. J. Müller", "Smith's", "Jean-Luc Picard", "李雷"],
    "EMAIL": ["a@b.co", "john dot doe at gmail dot com"],
    "PHONE": [
        "(415) 867-5309", "+1 415 867 5309", "415.867.5309 ext 12", "867-5309", "1-800-867-5309", "+44 20 7123 4567",
        "020 7123 4567", "+33 6 12 34 56 78", "+49 30 123456", "+91 98765 43210", "five five five one two one two",
        "+61 2 9999 8888", "0044 20 7123 4567", "+46 8 123 456 78",
    ],
    "CREDIT_CARD": ["4111 1111 1111 1111", "371449635398431", "5105-1051-0510-5100", "6304000000000000"],
    "US_SSN": ["123-45-6789", "123456789", "one two three four five six seven eight nine"],
    "US_ITIN": ["912-70-1234"],
    "US_ABA": ["021000021"],
    "UK_NINO": ["AB123456C", "ab 12 34 56 c"],
    "UK_NHS": ["943 476 5919", "9434765919"],
    "CA_SIN": ["130 692 544"],
    "UK_POSTCODE": ["SW1A 1AA", "sw1a1aa"],
    "IBAN": ["GB82 WEST 1234 5698 7654 32", "DE89370400440532013000", "FR1420041010050500013M02606"],
    "IP": ["8.8.8.8", "fe80::1"],
    "MAC": ["aa:bb:cc:dd:ee:ff", "AA-BB-CC-DD-EE-FF"],
    "URL": ["http://x.y/z"],
    "DATE_OF_BIRTH": ["04/26/1960", "1960-04-26", "26th of April 1960", "April 26, 1960", "4.5.60"],
    "STREET_ADDRESS": ["12 Main St, Springfield"],
    "USERNAME": ["bob1"],
    "SECRET": ["hunter2"],
}  # fmt: skip
CASES = [(entity, text) for entity, texts in EXAMPLES.items() for text in texts]


def surrogate(entity: str, text: str) -> str:
    return FICTION[entity].invent(Value(entity, text, normal(entity, text)), KEY)


def test_every_range_has_an_example():
    assert set(EXAMPLES) == set(FICTION)


@pytest.mark.parametrize(("entity", "text"), CASES)
def test_surrogate_lies_in_its_range_and_the_value_does_not(entity, text):
    assert not FICTION[entity].holds(text)
    assert FICTION[entity].holds(surrogate(entity, text))
    assert surrogate(entity, text) == surrogate(entity, text)


@pytest.mark.parametrize(
    ("entity", "text", "is_valid"),
    [
        ("CREDIT_CARD", "4111 1111 1111 1111", lambda text: stdnum.luhn.is_valid(text.replace(" ", ""))),
        ("CREDIT_CARD", "371449635398431", stdnum.luhn.is_valid),
        ("IBAN", "DE89370400440532013000", lambda text: stdnum.iban.is_valid(text, check_country=False)),
        ("IBAN", "GB82 WEST 1234 5698 7654 32", lambda text: stdnum.iban.is_valid(text, check_country=False)),
        ("UK_NHS", "943 476 5919", stdnum.gb.nhs.is_valid),
        ("CA_SIN", "130 692 544", lambda text: stdnum.luhn.is_valid(text.replace(" ", ""))),
        ("US_ABA", "021000021", stdnum.us.rtn.is_valid),
    ],
)
def test_checksums_of_surrogates_are_right(entity, text, is_valid):
    assert is_valid(surrogate(entity, text))


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("(415) 867-5309", "(ddd) 555-01dd"),
        ("+1 415 867 5309", "+1 ddd 555 01dd"),
        ("867-5309", "555-01dd"),
        ("+33 6 12 34 56 78", "+33 d dd dd dd dd"),
    ],
)
def test_phones_keep_country_and_format(text, form):
    got = surrogate("PHONE", text)
    assert len(got) == len(form)
    assert all(b.isdigit() if a == "d" else a == b for a, b in zip(form, got, strict=True))


def test_invented_names_are_nobodys():
    real: set[str] = set()
    for locale in pkgutil.iter_modules(faker.providers.person.__path__):
        provider = importlib.import_module(f"faker.providers.person.{locale.name}").Provider(
            faker.Generator()
        )
        for listed in ("first_names", "last_names", "first_names_male", "first_names_female"):
            real |= {name.lower() for name in getattr(provider, listed, ())}
    assert len(real) > 10_000
    assert not names() & real


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(min_size=1, max_size=60), st.sampled_from(sorted(FICTION)))
def test_any_text_gets_a_surrogate_of_the_range(text, entity):
    assert FICTION[entity].holds(surrogate(entity, text))
