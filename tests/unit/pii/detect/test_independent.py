"""The plain patterns beside the detectors: their gates never hide a match."""

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
}


@pytest.mark.parametrize(("entity", "text"), HELD.items())
def test_each_pattern_finds_its_kind_in_every_text_that_holds_it(entity, text):
    batch = TextBatch.of([text, "Order 4815162342 of 12 pieces", text])
    found = {(finding.entity, finding.text) for finding in IndependentDetector().detect(batch)}
    assert found == {(entity, 0), (entity, 2)}


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.entity)
def test_a_gate_lets_every_match_through(pattern):
    @settings(max_examples=50)
    @given(st.from_regex(pattern.pattern))
    def holds(text):
        assert pl.Series([text]).str.contains(pattern.gate).all()

    holds()
