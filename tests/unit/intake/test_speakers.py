"""Who speaks: names as meetings write them, lists of participants, machines."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from smelt.intake.speakers import bare_name, identities, is_phone, usual_role
from tests.unit.intake.intake_builders import a_source, parse_one


@pytest.mark.parametrize(
    ("speaker", "name"),
    [
        ("Iris Okafor", "Iris Okafor"),
        ("Iris Okafor (they/them)", "Iris Okafor"),
        ("Iris Okafor [Fjord AS]", "Iris Okafor"),
        ("Okafor, Iris", "Iris Okafor"),
        ("Okafor, Iris (External)", "Iris Okafor"),
        ("Iris | Fjord", "Iris"),
        ("Iris Okafor - Fjord AS", "Iris Okafor"),
        ("Jean-Luc O'Neil", "Jean-Luc O'Neil"),
    ],
)
def test_the_name_without_its_additions(speaker, name):
    assert bare_name(speaker) == name
    assert list(identities(speaker)) == [("name", name)]


@pytest.mark.parametrize("number", ["+4930123456", "0151 234 56 78", "1 (202) 555-0199", "+49 30 ***** 56"])
def test_a_number_is_a_speaker_and_no_name(number):
    assert is_phone(number)
    assert [kind for kind, _ in identities(number)] == ([] if "*" in number else ["phone"])


@pytest.mark.parametrize(
    "speaker", ["Meeting room 4", "Front desk", "Agent", "Speaker 2", "IVR", "Guest", "7"]
)
def test_rooms_roles_and_machines_are_no_names(speaker):
    assert list(identities(speaker)) == []


@pytest.mark.parametrize(
    ("voice", "role"),
    [
        ("IVR", "system"),
        ("Auto-Attendant", "system"),
        ("Voice Bot", "bot"),
        ("Recorded message", "system"),
        ("Ivar", None),
    ],
)
def test_voices_of_nobody(voice, role):
    assert usual_role(voice) == role


def roles(lines: list[tuple[str | None, str]], **keys: Any) -> list[str]:
    source = a_source(
        kind="transcripts",
        mapping={"source_key": "id"},
        turns={"path": "lines", "speaker": "0", "text": "1", "first_speaker": "agent"},
        **keys,
    )
    row = parse_one(source, orjson.dumps({"id": 1, "lines": lines}))
    return [turn["role"] for turn in row["turns"]]


def test_the_first_person_speaks_first_not_the_machine():
    lines = [
        ("Announcement", "Welcome"),
        ("Otto", "Hello"),
        ("Iris", "It is loud"),
        ("Otto (he/him)", "Turn it"),
    ]
    assert roles(lines) == ["system", "agent", "customer", "agent"]
    assert roles([("Greeter", "Welcome"), *lines[1:]], roles={"system": ["Greeter"]})[:3] == [
        "system",
        "agent",
        "customer",
    ]


def test_where_the_first_one_is_known_all_others_are_the_counterpart():
    lines = [("Otto", "Hello"), ("+4930123456", "It is loud"), ("Mia, Kern", "Turn it")]
    assert roles(lines, roles={"agent": ["Otto", "Kern Mia"]}) == ["agent", "customer", "agent"]
    assert roles([("Iris", "Hi"), ("Otto", "Hello")], roles={"customer": ["Iris"]}) == [
        "customer",
        "customer",
    ]


def test_roles_by_a_list_of_participants():
    source = a_source(
        kind="chats",
        mapping={"source_key": "id"},
        turns={
            "path": "lines",
            "text": "t",
            "speaker_id": "p",
            "participants": {"path": "people", "id": "pid", "role": "as", "name": "called"},
        },
        roles={"agent": ["staff"], "customer": ["caller"]},
    )
    record = {
        "id": 1,
        "people": [{"pid": "x1", "as": "CALLER", "called": "Iris Okafor"}, {"pid": "x2", "as": "STAFF"}],
        "lines": [{"p": "x1", "t": "It is loud"}, {"p": "x2", "t": "Turn it"}],
    }
    row = parse_one(source, orjson.dumps(record))
    assert [turn["role"] for turn in row["turns"]] == ["customer", "agent"]
    assert row["known"] == [{"kind": "name", "value": "Iris Okafor"}]
    stranger = orjson.dumps(record | {"lines": [{"p": "x9", "t": "Who am I?"}]})
    assert parse_one(source, stranger)["reasons"] == ["unknown_role"]


@pytest.mark.parametrize(
    ("speaker", "role"),
    [
        ("Acme IVR", "system"), ("IVR (main menu)", "system"), ("Automated System", "system"), ("Ansage", "system"),
        ("Serveur vocal", "system"), ("Answer Bot", "bot"), ("Fin AI Agent", "bot"), ("Acme Virtual Assistant", "bot"),
        ("Ada (Bot)", "bot"), ("Digital Assistant", "bot"), ("Otto Brandt", None), ("Agent", None), ("Abbot", None),
        ("Robotti, Iris", None), ("Talbot", None), ("Sales Assistant", None),
    ],
)  # fmt: skip
def test_voices_of_other_vendors_are_known_by_their_words(speaker, role):
    assert usual_role(speaker) == role


@pytest.mark.parametrize(
    ("actor", "direction", "role"),
    [
        ("B-7", "OUTGOING", "bot"), ("b-7", "OUTGOING", "bot"), ("A-7", "OUTGOING", "agent"),
        ("V-7", "INCOMING", "customer"),
        (None, "INCOMING", "customer"),
    ],
)  # fmt: skip
def test_a_role_may_be_told_by_how_a_word_begins_or_by_the_next_path(actor, direction, role):
    source = a_source(
        kind="chats",
        format="json",
        mapping={"source_key": "id"},
        turns={"path": "lines", "text": "text", "role": ["actor", "direction"]},
        roles={"bot": ["B-*"], "agent": ["outgoing"], "customer": ["incoming"]},
    )
    row = parse_one(
        source,
        orjson.dumps({"id": 1, "lines": [{"actor": actor, "direction": direction, "text": "It hums."}]}),
    )
    assert [turn["role"] for turn in row["turns"]] == [role]
