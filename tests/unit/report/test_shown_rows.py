from __future__ import annotations

from smelt.pii.config import PiiConfig
from smelt.privacy.gate import ResidualScanner
from smelt.report.shown_rows import without_findings

ROWS = [
    {"question": "How do I reset it?", "answer": "Hold the button."},
    {"question": "Mail me: jane.roe@mail.net", "answer": "Done."},
    {"question": None, "answer": "Call (415) 867-5309 today."},
    {"question": "Where is my order?", "answer": None},
]


def test_no_rejected_example_is_shown_in_which_the_gate_finds_somebody():
    scanner = ResidualScanner(PiiConfig())
    shown = without_findings(ROWS, lambda row: (row["question"], row["answer"]), scanner)
    assert shown == [ROWS[0], ROWS[3]]
