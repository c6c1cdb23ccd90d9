"""The residual scan and its verdict."""

from __future__ import annotations

import pytest

from smelt.pii.config import PiiConfig
from smelt.privacy.gate import Residual, ResidualScanner, judge

ROWS = [
    ["How do I reset [EMAIL_1]?", "Open the settings of [PERSON_1] and choose Reset."],
    ["Hello", "Write to jane.roe@mail.net or (415) 867-5309."],
    ["Order 4815162342 shipped with version 1.2.3.4."],
]


def test_counts_what_scrubbing_missed_and_not_its_marks():
    found = {(entry.entity, entry.rows, entry.spans) for entry in ResidualScanner(PiiConfig()).counts(ROWS)}
    assert ("EMAIL", 1, 1) in found
    assert ("PHONE", 1, 1) in found
    assert len(found) == 2


def test_what_policy_left_on_purpose_is_no_residue():
    config = PiiConfig(entities={"EMAIL": {"policy": "keep"}, "PHONE": {"policy": "surrogate"}})
    texts = [["Write to jane.roe@mail.net or (212) 555-0143."]]
    assert ResidualScanner(config).counts(texts) == []


def test_the_independent_patterns_see_what_switched_off_detectors_do_not():
    config = PiiConfig(detectors={"patterns": False, "names": False, "spoken": False})
    assert [entry.entity for entry in ResidualScanner(config).counts(ROWS)] == ["EMAIL", "PHONE"]


@pytest.mark.parametrize(
    ("residuals", "passes"),
    [
        ([], True),
        ([Residual("EMAIL", "severe", 1, 1)], False),
        ([Residual("PERSON", "high", 9, 20)], True),
        ([Residual("PERSON", "high", 11, 11)], False),
        ([Residual("URL", "low", 900, 900)], True),
    ],
)
def test_verdict(residuals, passes):
    report = judge(1000, residuals, PiiConfig())
    assert report.passed is passes


def test_verdict_counts_and_never_quotes():
    report = judge(3, ResidualScanner(PiiConfig()).counts(ROWS), PiiConfig())
    assert report.problems == ("2 severe spans (EMAIL 1, PHONE 1); pii.gate.max_severe is 0",)
