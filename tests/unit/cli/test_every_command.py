"""What holds for every command: help, and a configuration whose mistakes are all told before anything starts."""

from __future__ import annotations

import click
import pytest
import typer.main
from typer.testing import CliRunner

from smelt.cli.app import app


def commands(group: click.Group, path: tuple[str, ...] = ()):
    """Every command of the application: the words that call it, and what click knows of it."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


COMMANDS = dict(commands(typer.main.get_command(app)))
CONFIGURED = [
    path
    for path, command in COMMANDS.items()
    if {"--conf", "--set"} <= {option for each in command.params for option in each.opts}
]


def values_of(command: click.Command, folder) -> list[str]:
    """A value for each argument and option that must be given."""
    given: list[str] = []
    for each in command.params:
        if each.required:
            named = [] if each.param_type_name == "argument" else each.opts[:1]
            given += [*named, str(folder / "x")]
    return given


def test_each_says_what_it_does():
    assert [path for path, command in COMMANDS.items() if not command.help] == []
    found = CliRunner().invoke(app, ["--help"])
    assert found.exit_code == 0
    assert [
        path[0] for path, command in COMMANDS.items() if not command.hidden and path[0] not in found.output
    ] == []


@pytest.mark.parametrize("path", CONFIGURED, ids=" ".join)
def test_every_mistake_of_the_configuration_is_told_at_once(path, tmp_path):
    mistakes = ["--set", "quality.nonsense=1", "--set", "splits.train=7"]
    (tmp_path / "x").write_text("{}\n")
    found = CliRunner().invoke(app, [*path, *values_of(COMMANDS[path], tmp_path), *mistakes])
    told = found.output + str(found.exception)
    assert found.exit_code != 0
    assert "quality.nonsense: unknown key" in told
    assert "splits.train" in told
