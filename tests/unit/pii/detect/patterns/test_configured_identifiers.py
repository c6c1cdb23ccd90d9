"""Labels and shapes of business identifiers from the configuration."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from smelt.pii.config import PiiConfig
from smelt.pii.scrubber import Scrubber
from smelt.pii.types import TextBatch


def scrub(text: str, **settings: object) -> str:
    """The text scrubbed under these settings."""
    return Scrubber(PiiConfig(**settings), None).scrub(TextBatch.of([text])).texts[0]


def test_own_labels_and_shapes():
    own = {"SERIAL": {"labels": ["device tag", "Gerätemarke"], "shape": "[A-Z]{2}[0-9]{3}"}}
    assert scrub("device tag: QX123 is loose", identifiers=own) == "device tag: [SERIAL_1] is loose"
    assert scrub("Gerätemarke QX123.", identifiers=own) == "Gerätemarke [SERIAL_1]."
    assert scrub("device tag QX1234", identifiers=own) == "device tag QX1234"
    assert scrub("the tag QX123", identifiers=own) == "the tag QX123"


def test_orders_and_cases_stay_unless_they_are_asked_for():
    text = "order no. 48-15162 and case #2342"
    assert scrub(text) == text
    asked = {"ORDER": {"enabled": True}, "CASE": {"enabled": True, "policy": "tag"}}
    assert scrub(text, entities=asked) == "order no. [ORDER_1] and case #[CASE]"


def test_what_cannot_be_used_is_named_at_once():
    with pytest.raises(ValidationError) as error:
        PiiConfig(identifiers={"SERIAL": {"labels": ["#"], "shape": "(?=x)"}, "SHOE": {"labels": ["shoe"]}})
    assert "labels need a letter" in str(error.value)
    assert "shape:" in str(error.value)
    with pytest.raises(ValidationError, match=r"identifiers\.SHOE is none of ORDER"):
        PiiConfig(identifiers={"SHOE": {"labels": ["shoe"]}})
