from __future__ import annotations

import pytest

from smelt.intake.hints import hint, hints
from tests.unit.intake.intake_builders import a_source


@pytest.mark.parametrize(
    ("reason", "key"),
    [
        ("missing_key", "records_path"),
        ("invalid_json", "format: json"),
        ("not_an_object", "records_path"),
        ("no_text", "mapping.body"),
        ("unknown_role", "roles ({agent:"),
        ("row_has_more_fields_than_the_header", "delimiter"),
        ("malformed_row", "escape"),
        ("invalid_encoding", "utf-8"),
        ("unreadable_file:SomeError", "json_lines"),
    ],
)
def test_most_of_a_source_gone_for_one_reason_names_the_key_to_set(reason, key):
    said = hint(a_source(), reason, 9, 10)
    assert said is not None
    assert said.startswith(f"desk: 9 of 10 entries are quarantined as {reason}")
    assert key in said


def test_few_entries_are_no_reason_for_a_hint():
    assert hint(a_source(), "missing_key", 4, 10) is None
    assert hint(a_source(), "missing_key", 0, 0) is None


def test_a_run_is_summed_up_by_source():
    counted = [
        ("desk", "in", None, 10),
        ("desk", "out", "new", 2),
        ("desk", "quarantined", "missing_key", 8),
        ("gone", "in", None, 1),
        ("gone", "quarantined", "missing_key", 1),
    ]
    (said,) = hints([a_source()], counted)
    assert said.startswith("desk: 8 of 10")
