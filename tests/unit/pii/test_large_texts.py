"""One huge text full of personal data costs no more a character than a small one."""

from __future__ import annotations

import pytest

from smelt.pii.config import PiiConfig
from smelt.pii.files import scrubber_of
from smelt.pii.types import TextBatch
from tests.linear import superlinear

SENTENCES = {
    "findings": "Mr Smith wrote from john.doe@mail.net about order 48151623 and called +1 415 555 2671. ",
    "marks": "[EMAIL_1] wrote to john.doe@mail.net, [PERSON_2] to ****1234. ",
    "digits": "4815162342",
    "kept links": "see https://example.org/a?user=jane.roe@mail.net or 10.1.2.3 ",
}
"""What a text is made of, over and over."""


@pytest.fixture(scope="module")
def scrubber():
    made = scrubber_of(PiiConfig.model_validate({"entities": {"URL": {"policy": "keep"}}}))
    made.scrub(TextBatch.of(["hello"]))
    return made


def test_time_per_character_does_not_grow(scrubber):
    assert superlinear(lambda text: scrubber.scrub(TextBatch.of([text])), SENTENCES.values(), 50_000) == {}
