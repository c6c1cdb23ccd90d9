"""The shell, typed into: lines until a semicolon, commands, errors that do not end it, a history that is private."""

from __future__ import annotations

import stat

import pytest
from prompt_toolkit import PromptSession
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from smelt.sql.answer import Answer, SqlError
from smelt.sql.shell import history_file, run_shell, words_to_complete


class Recorded:
    """An engine that answers nothing; it keeps what it was asked."""

    name = "recorded"

    def statements(self, script):
        return [part.strip() for part in script.split(";") if part.strip()]

    def run(self, statement, limit):
        return Answer((), (), False)

    def tables(self):
        return [("gold.releases", "Manifests"), ("ops.rejections", "What did not go on")]


def typed(text):
    asked, said = [], []

    def show(statement, form):
        if "nosuch" in statement:
            raise SqlError("the query cannot be run", ["nosuch"])
        asked.append((statement, form))

    with create_pipe_input() as keys:
        keys.send_text(text)
        run_shell(Recorded(), show, said.append, PromptSession(input=keys, output=DummyOutput()))
    return asked, said


def test_a_statement_ends_with_a_semicolon():
    asked, _ = typed("SELECT 1,\n2;\nSELECT 3; SELECT 4;\n\\q\n")
    assert asked == [("SELECT 1,\n2", None), ("SELECT 3", None), ("SELECT 4", None)]


def test_commands_and_errors():
    asked, said = typed("\\?\nSELECT * FROM nosuch;\n\\f csv\n\\d\n\\d gold.releases\n\\q\n")
    assert asked == [("SHOW TABLES", "csv"), ("DESCRIBE gold.releases", "csv")]
    assert any("nosuch" in line for line in said)
    assert any("semicolon" in line for line in said)


@pytest.mark.parametrize("end", ["\x04", "\\q\n"])
def test_it_is_left_by_a_key_or_a_word(end):
    assert typed("SELECT 1;\n" + end)[0] == [("SELECT 1", None)]


def test_tables_views_and_their_columns_are_completed():
    words = words_to_complete(Recorded())
    assert {"gold.releases", "ops.rejections", "fingerprint", "is_current"} <= set(words)


def test_the_history_is_the_users_alone(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert stat.S_IMODE(history_file().stat().st_mode) == 0o600
