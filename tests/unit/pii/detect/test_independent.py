"""The plain patterns beside the detectors: their prefilters never hide a match."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smelt.pii.detect.independent import PATTERNS, IndependentDetector
from smelt.pii.types import TextBatch

HELD = {
    "EMAIL": "write to jane.roe+x@mail.co.uk today",
    "CREDIT_CARD": "card 5500 0000-0000 0004.",
    "US_SSN": "SSN 219-09-9999",
    "PHONE": "call +1 (415) 867-5309 or +4915112345678",
    "IBAN": "to DE89 3704 0044 0532 0130 00",
    "SECRET": "key AKIAIOSFODNN7EXAMPLE",
    "PERSON": "ok\n> On Tue, Aug 13, 2002 at 04:10 Jane Q. Roe <[EMAIL_1]> wrote:\n> it works",
    "PATH_USER": "see /home/jroe/reports",
    "LOGIN": "User ID: jroe77",
}

LEFT = (
    "On Tue, Aug 13, 2002, [PERSON_1] wrote:",
    "On Tuesday the Support Team wrote: please wait",
    "From: Customer Service <[EMAIL_1]>",
    "see /home/user/reports and /Users/shared/",
    "Login: failed",
    "reader-4711@addons.mozilla.org is on",
    "phone 10.0.19041.1, tel. 12-34",
)


@pytest.mark.parametrize(("entity", "text"), HELD.items())
def test_each_pattern_finds_its_kind_in_every_text_that_holds_it(entity, text):
    batch = TextBatch.of([text, "Order 4815162342 of 12 pieces", text])
    found = {(finding.entity, finding.text) for finding in IndependentDetector().detect(batch)}
    assert found == {(entity, 0), (entity, 2)}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Le 3 mai 2021 à 10:02, Anne Dupré a écrit :", "Anne Dupré"),
        ("From: Jane Roe [mailto:x]", "Jane Roe"),
        ('> To: "Ann O\'Hara" <[EMAIL_2]>', "Ann O'Hara"),
        ("Tel.: 020 7946 0958", "020 7946 0958"),
        ("phone number 06 12 34 56 78", "06 12 34 56 78"),
    ],
)
def test_a_layout_proves_the_value(text, value):
    (finding,) = IndependentDetector().detect(TextBatch.of([text]))
    assert text[finding.start : finding.end] == value


@pytest.mark.parametrize("text", LEFT)
def test_layouts_leave_desks_marks_and_versions(text):
    assert IndependentDetector().detect(TextBatch.of([text])) == []


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: f"{pattern.entity}-{pattern.prefilter[:8]}")
def test_a_prefilter_lets_every_match_through(pattern):
    @settings(max_examples=50)
    @given(st.from_regex(pattern.pattern))
    def holds(text):
        assert pl.Series([text]).str.contains(pattern.prefilter).all()

    holds()
