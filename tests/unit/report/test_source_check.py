"""What `smelt sources check` says of sources, before a run and without a JVM."""

from __future__ import annotations

import json

import pytest
import yaml
from typer.testing import CliRunner

from smelt.cli.app import app
from smelt.config import load_config
from smelt.report.source_check import check_sources

SECRET = "Iris Okafor asks where the key lies"
CHAT = {
    "id": 1,
    "lines": [
        {"who": "user", "text": SECRET},
        {"who": "desk", "text": "It lies below the lamp at the door."},
    ],
}


def config_of(folder, records, **keys):
    (folder / "chats.jsonl").write_text("\n".join(json.dumps(record) for record in records))
    source = {
        "name": "chat",
        "kind": "chats",
        "format": "json_lines",
        "path": "chats.jsonl",
        "mapping": {"source_key": "id"},
        "turns": {"path": "lines", "text": "text", "role": "who", "at": "at"},
        "roles": {"customer": ["user"], "agent": ["desk"]},
    } | keys
    conf = folder / "smelt.yaml"
    conf.write_text(yaml.safe_dump({"intake": {"landing": str(folder), "sources": [source]}}))
    return conf


def checked(folder, records, **keys):
    (found,) = check_sources(load_config([config_of(folder, records, **keys)]))
    return found


def test_a_source_that_maps_well(tmp_path):
    records = [
        {
            **CHAT,
            "id": number,
            "topic": "door",
            "lines": [{**line, "at": 1772438400 + n} for n, line in enumerate(CHAT["lines"])],
        }
        for number in range(300)
    ]
    found = checked(tmp_path, records)
    assert (found.files, found.records, found.usable_pairs) == (1, 200, 200)
    assert (found.roles, found.with_times, found.left_over) == (
        {"customer": 200, "agent": 200},
        400,
        {"topic": 200},
    )
    assert found.problems == ()


@pytest.mark.parametrize(
    ("records", "keys", "problem"),
    [
        ([{"chats": [CHAT]}], {}, "records_path"),
        ([CHAT], {"roles": {"customer": ["user", "desk"]}}, "hardly any record has an agent"),
        ([CHAT], {"roles": {"agent": ["user", "desk"]}}, "hardly any record has a customer"),
        ([CHAT], {"roles": {}}, "roles ({agent:"),
        ([{"id": 1, "lines": []}], {}, "turns.path"),
        ([CHAT], {"where": {"status": "closed"}}, "`where` leaves out every record"),
        ([CHAT], {}, "no time: look at turns.at"),
        (
            [{"id": 1, "lines": CHAT["lines"][::-1]}],
            {},
            "no record gives a pair",
        ),
        ([CHAT], {"path": "elsewhere"}, "holds no files"),
    ],
)
def test_what_looks_wrong_is_said_with_the_key_to_set(tmp_path, records, keys, problem):
    found = checked(tmp_path, records, **keys)
    assert any(problem in said for said in found.problems), found.problems


def test_conversations_newest_first_without_times(tmp_path):
    lines = [CHAT["lines"][1], {"who": "user", "text": "Where does the key lie?"}]
    found = checked(
        tmp_path, [{"id": 1, "lines": lines}], turns={"path": "lines", "text": "text", "role": "who"}
    )
    assert any("newest first" in said for said in found.problems)


def test_one_speaker_in_every_call(tmp_path):
    lines = [{"name": "Otto", "text": "a"}, {"name": "Otto", "text": "b"}]
    turns = {"path": "lines", "text": "text", "speaker": "name", "first_speaker": "agent"}
    found = checked(tmp_path, [{"id": 1, "lines": lines}], turns=turns, roles={})
    assert any("one speaker alone" in said for said in found.problems)


def test_a_call_of_two_roles_without_names_and_times_is_well(tmp_path):
    turns = {"path": "lines", "text": "text", "role": "who", "speaker": "name", "at": "at"}
    assert checked(tmp_path, [CHAT], kind="transcripts", turns=turns).problems == ()


def test_fields_of_objects_are_named_whole(tmp_path):
    found = checked(tmp_path, [{**CHAT, "properties": {"source": "mail", "kind": {"a": 1}}}])
    assert found.left_over == {"properties.source": 1, "properties.kind": 1}


def test_the_command_shows_counts_and_no_text(tmp_path):
    conf = config_of(tmp_path, [CHAT])
    done = CliRunner().invoke(app, ["sources", "check", str(conf)])
    assert done.exit_code == 1  # no times
    assert "turns: 1 agent, 1 customer; 0 of 2 with a time" in done.output
    assert "pairs: 1" in done.output
    assert "Okafor" not in done.output
    asjson = CliRunner().invoke(app, ["sources", "check", str(conf), "--json"])
    assert json.loads(asjson.output)["usable_pairs"] == 1
