"""Which records may be used: by field, by list, by time; a record that may not says which condition it fails."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.intake.intake_builders import A_FILE, a_source, parse, parse_one


def exclusions(where: dict[str, Any], **fields: Any) -> list[str]:
    record = {"id": 1, "subject": "Lamp", "body": "Where is the switch?"} | fields
    row = parse_one(a_source(where=where), json.dumps(record).encode())
    assert row["reasons"] == []
    return row["exclusions"]


@pytest.mark.parametrize(
    ("condition", "value", "is_left_out"),
    [
        (["open", "solved"], "Solved", False),
        (["open", "solved"], "spam", True),
        ("open", None, True),
        (["open", ""], None, False),
        ({"not": ["spam", "deleted"]}, "SPAM", True),
        ({"not": ["spam", "deleted"]}, "open", False),
        ({"not": "spam"}, None, False),
        ({"not": "spam"}, ["vip", "spam"], True),
        ({"not": "spam"}, ["vip"], False),
        (["vip"], ["vip", "de"], False),
        (["vip"], [], True),
        ({"not": True}, True, True),
        ({"not": True}, "true", True),
        ({"from": "2025-01-01"}, "2024-12-31T23:59:59Z", True),
        ({"from": "2025-01-01"}, "2025-01-01T00:00:00Z", False),
        ({"before": "2025-01-01"}, 1735689600, True),
        ({"from": "2024-01-01", "before": "2025-01-01"}, "2024-05-04", False),
        ({"from": "2024-01-01"}, "last week", True),
        ({"from": "2024-01-01"}, None, True),
        (None, "spam", False),
    ],
)
def test_a_field_is_held_against_its_condition(condition, value, is_left_out):
    left_out = exclusions({"state": condition}, state=value)
    assert left_out == (["excluded:state"] if is_left_out else [])


def test_every_condition_that_fails_is_named():
    where = {"a.b": "x", "tags": {"not": "test"}, "c": "y"}
    assert exclusions(where, a={"b": "z"}, tags=["test"], c="y") == ["excluded:a.b", "excluded:tags"]


def test_what_is_left_out_needs_no_text_but_a_key():
    source = a_source(where={"status": {"not": "deleted"}})
    (gone,) = parse(source, b'{"id": 1, "status": "deleted"}')
    assert (gone["reasons"], gone["exclusions"]) == ([], ["excluded:status"])
    (lost,) = parse(source, b'{"status": "deleted"}')
    assert lost["reasons"] == ["missing_key"]


def test_a_record_that_is_thrown_away_later_is_another_record_content():
    source = a_source(where={"status": {"not": "deleted"}})
    before = parse_one(source, b'{"id": 1, "subject": "Lamp", "status": "open"}')
    after = parse_one(source, b'{"id": 1, "subject": "Lamp", "status": "deleted"}')
    assert before["record_id"] == after["record_id"]
    assert before["content_hash"] != after["content_hash"]


def test_without_conditions_the_content_hash_is_what_it_was():
    plain = parse_one(a_source(), b'{"id": 1, "subject": "Lamp"}')
    kept = parse_one(a_source(where={"subject": "lamp"}), b'{"id": 1, "subject": "Lamp"}')
    assert plain["content_hash"] == kept["content_hash"]


@pytest.mark.parametrize(
    ("front", "is_left_out"),
    [
        ("draft: true", True),
        ("draft: yes", True),
        ("draft: false", False),
        ("published: false", True),
        ("published: 2024-05-04", False),
        ("status: Draft", True),
        ("visibility: internal", True),
        ("unlisted: true", True),
        ("archived: true", True),
        ("internal: yes", True),
        ("audience: [staff, partners]", True),
        ("audience: everybody", False),
        ("access: restricted", True),
        ("visible: false", True),
        ("status: current", False),
    ],
)
def test_pages_that_a_site_does_not_publish_are_left_out(front, is_left_out):
    source = a_source(kind="articles", format="markdown", mapping={})
    (row,) = parse(source, f"---\ntitle: Lamp\n{front}\n---\n\nTurn the wheel.".encode(), A_FILE)
    assert bool(row["exclusions"]) is is_left_out


def test_a_condition_of_the_format_can_be_taken_back():
    where = {"front_matter.draft": None}
    source = a_source(kind="articles", format="markdown", mapping={}, where=where)
    (row,) = parse(source, b"---\ntitle: Lamp\ndraft: true\n---\n\nTurn the wheel.")
    assert row["exclusions"] == []
