"""Sources are refused with every contradiction at once."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from smelt.intake.config import IntakeConfig
from smelt.intake.presets import load_preset, preset_names
from smelt.intake.source import SourceConfig
from tests.unit.intake.intake_builders import a_source, an_entry


def problems_of(**values: Any) -> str:
    with pytest.raises(ValidationError) as raised:
        IntakeConfig.model_validate({"sources": [an_entry(**values)]})
    return str(raised.value)


def test_all_contradictions_are_told_at_once() -> None:
    said = problems_of(
        skip_lines=2,
        reader="company.readers:Mine",
        mapping={"subject": "subject", "colour": "x"},
        constants={"subject": "always"},
        time_zone="Mars/Olympus",
        encoding="utf-99",
    )
    for part in (
        "skip_lines need format csv",
        "format plugin and reader belong together",
        "mapping names colour",
        "subject stand in mapping and in constants",
        "mapping.source_key is needed",
        "time_zone Mars/Olympus",
        "encoding utf-99",
    ):
        assert part in said


@pytest.mark.parametrize(
    ("values", "part"),
    [
        ({"kind": "chats"}, "chats need turns"),
        ({"mapping": {"source_key": "id"}}, "tickets need a mapping of subject or body, or turns"),
        (
            {"kind": "articles", "mapping": {"source_key": "id", "title": "t"}},
            "articles need a mapping of body",
        ),
        ({"turns": {"path": "a", "group_by": "b", "role": "r"}}, "exactly one of path (nested) and group_by"),
        ({"format": "csv", "records_path": "a"}, "records_path and join need format json or json_lines"),
        (
            {"turns": {"path": "a", "default_role": "agent", "participants": {"path": "b"}}},
            "found by turns.speaker_id, which is missing",
        ),
        ({"where": {"status": {"not": []}}}, "a condition needs one of"),
        ({"where": {"created_at": {"from": "last week"}}}, "where.created_at: last week is no time"),
        ({"turns": {"group_by": "c", "role": "r"}}, "leave mapping.source_key out"),
        ({"turns": {"path": "a"}}, "nothing says who speaks"),
        ({"turns": {"path": "a", "speaker_id": "author"}}, "customer_id, which is not mapped"),
        ({"mapping": {"source_key": "@nowhere", "body": "b"}}, "@nowhere is not one of"),
        ({"constants": {"created_at": "2024-01-01"}}, "cannot give created_at"),
        ({"format": "plugin", "reader": "nowhere/reader.py"}, "reader nowhere/reader.py does not exist"),
        ({"options": {"a": 1}}, "options are for a reader plugin"),
        ({"format": "csv", "delimiter": '"'}, "delimiter and quote are the same"),
        ({"roles": {"boss": ["x"]}}, "roles"),
        ({"colour": "red"}, "Extra inputs"),
        (
            {"preset": "helpdesk_9000"},
            "there is no preset helpdesk_9000; known: amazon_contact_lens, ",
        ),
    ],
)
def test_a_contradiction_is_told(values: dict[str, Any], part: str) -> None:
    assert part in problems_of(**values)


def test_names_of_sources_are_unique() -> None:
    source = a_source().model_dump()
    with pytest.raises(ValidationError, match="two sources have the same name: desk"):
        IntakeConfig.model_validate({"sources": [source, source]})


def test_roles_may_be_written_both_ways() -> None:
    assert a_source(roles={"agent": ["Wizard", "Admin"]}).roles == {"wizard": "agent", "admin": "agent"}
    assert a_source(roles={"Wizard": "agent"}).roles == {"wizard": "agent"}


def test_locations_start_from_the_landing_folder() -> None:
    config = IntakeConfig(landing="/data/landing")
    assert config.location("tickets") == "/data/landing/tickets"
    assert config.location("/elsewhere/x") == "/elsewhere/x"
    assert config.location("s3://bucket/x") == "s3://bucket/x"
    assert IntakeConfig(landing="s3://bucket/in/").location("x/y") == "s3://bucket/in/x/y"


def test_a_source_stands_over_its_preset() -> None:
    source = SourceConfig.model_validate(
        {
            "name": "zd",
            "preset": "zendesk_tickets",
            "path": "zendesk",
            "mapping": {"category": "custom.topic"},
            "time_zone": "Europe/Berlin",
        }
    )
    assert source.kind == "tickets"
    assert source.mapping["category"] == ("custom.topic",)
    assert source.mapping["source_key"] == ("id",)
    assert source.time_zone == "Europe/Berlin"


def test_every_preset_is_a_valid_source() -> None:
    assert {"intercom_conversations", "zendesk_tickets"} < set(preset_names())
    for name in preset_names():
        assert load_preset(name)
        SourceConfig.model_validate({"name": "any", "preset": name, "path": "x"})
