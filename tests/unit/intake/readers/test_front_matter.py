"""Front matter in its forms, and texts that only look as if they had one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from smelt.intake.readers.front_matter import load_yaml
from smelt.intake.readers.markdown import MarkdownReader
from tests.unit.intake.intake_builders import A_FILE


def read(text: str) -> tuple[dict | None, str]:
    (record,) = MarkdownReader().read(text, A_FILE)
    return record.fields.get("front_matter"), record.fields["body"]


@pytest.mark.parametrize(
    "front",
    [
        "---\ntitle: Lamp\n---\n",
        "\n\n---\ntitle: Lamp\n...\n",
        "\ufeff---\ntitle: Lamp\n---\n",
        '+++\ntitle = "Lamp"\n+++\n',
        '+++\n[params]\ntitle = "Lamp"\n+++\n',
        '{\n  "title": "Lamp"\n}\n',
        '\n{"title": "Lamp"}\n',
        ';;;\n{"title": "Lamp"}\n;;;\n',
        '---toml\ntitle = "Lamp"\n---\n',
        '---json\n{"title": "Lamp"}\n---\n',
        "<!--\ntitle: Lamp\ndraft: false\n-->\n",
        "<!-- ---\ntitle: Lamp\n--- -->\n",
        "Title: Lamp\nDate: 2026-03-02\nStatus: published\n",
        "% Lamp\n% Otto Brandt\n% 2026-03-02\n",
    ],
)
def test_the_title_is_read_and_the_text_is_what_follows(front):
    fields, body = read(f"{front}\nTurn the wheel.")
    assert fields is not None
    assert fields["title"] == "Lamp"
    assert body == "Turn the wheel."


@pytest.mark.parametrize(
    "text",
    [
        "---\n\nTurn the wheel first.\n\n---\n\nThen press the key.",
        '{"a": 1}',
        "{% include head %}\nTurn the wheel.",
        "+++ Turn the wheel +++",
        "Note: the lamp is hot.\nTip: wait.\n\nTurn the wheel.",
        "Title: one line alone is a sentence.\n\nTurn the wheel.",
        "% is the sign of a share.",
    ],
)
def test_a_rule_or_a_brace_at_the_beginning_is_text(text):
    fields, body = read(text)
    assert fields is None
    assert body.split() == text.split()


def test_a_draft_of_pelican_says_so():
    fields, _ = read("Title: Lamp\nStatus: draft\n\nTurn the wheel.")
    assert fields == {"title": "Lamp", "status": "draft"}


def test_a_comment_that_is_no_front_matter_is_no_field():
    fields, _ = read("<!-- markdownlint-disable MD013 -->\nTurn the wheel.")
    assert fields is None


@pytest.mark.parametrize("front", ["---json\n{\n---\n", "---\na: [\n---\n", "+++\na = [\n+++\n"])
def test_front_matter_that_cannot_be_read_is_no_text(front):
    (record,) = MarkdownReader().read(f"{front}Turn the wheel.", A_FILE)
    assert record.fields["front_matter_problem"]
    assert record.fields["body"] == "Turn the wheel."


_YAML_WORDS = ("key: ", "\n- ", "\n  ", ": ", "null", "2024-01-01", "&x", "*x", "é", "😀", "\ud83d", "\x85")
_YAML = st.lists(st.sampled_from([*_YAML_WORDS, *"a1[]{}'\"|>#?!%,\t"]), max_size=16).map("".join)


@given(_YAML)
def test_front_matter_reads_as_pyyaml_reads_it(text: str) -> None:
    def outcome(load: Callable[[str], Any]) -> object:
        try:
            return repr(load(text))
        except (yaml.YAMLError, ValueError, TypeError) as error:
            return type(error)

    assert outcome(load_yaml) == outcome(yaml.safe_load)
