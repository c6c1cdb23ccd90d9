from __future__ import annotations

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from smelt.cli.options import DEFAULTS, ConfigLayers, in_a_pipe, with_layers
from smelt.errors import ConfigError


def app_of(command) -> typer.Typer:
    app = typer.Typer()
    app.command("one")(command)
    app.command("other")(lambda: None)
    return app


def test_a_command_gets_the_layers_that_its_options_name():
    seen = []

    @with_layers
    def one(word: str, layers: ConfigLayers = DEFAULTS, loud: bool = False) -> None:
        seen.append((word, layers, loud))

    given = ["one", "hi", "-c", "a.yaml", "--conf", "b.yaml", "--env", "dev", "--set", "a=1", "--loud"]
    app = app_of(one)
    assert CliRunner().invoke(app, given).exit_code == 0
    assert CliRunner().invoke(app, ["one", "hi"]).exit_code == 0
    assert seen == [
        ("hi", ConfigLayers((Path("a.yaml"), Path("b.yaml")), "dev", ("a=1",)), True),
        ("hi", DEFAULTS, False),
    ]


def test_without_conf_the_file_of_the_folder_is_read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert DEFAULTS.config().splits.salt != "here"
    (tmp_path / "smelt.yaml").write_text("splits: {salt: here}\n")
    (tmp_path / "other.yaml").write_text("release: {context_turns: 1}\n")
    assert DEFAULTS.config().splits.salt == "here"
    assert ConfigLayers((tmp_path / "other.yaml",)).config().splits.salt != "here"
    more = ConfigLayers((tmp_path / "other.yaml",), None, ("splits.salt=set",))
    assert more.and_more(settings=["splits.salt=last"]).config().splits.salt == "last"
    assert more.and_more(files=[tmp_path / "smelt.yaml"]).files == (
        tmp_path / "smelt.yaml",
        tmp_path / "other.yaml",
    )


def test_an_error_in_a_pipe_is_its_message_and_its_exit_code():
    def one() -> None:
        with in_a_pipe():
            raise ConfigError("the input cannot be read", ["no such file"])

    done = CliRunner().invoke(app_of(one), ["one"])
    assert done.exit_code == ConfigError.exit_code
    assert "the input cannot be read" in done.output
    with pytest.raises(ValueError, match="another"), in_a_pipe():
        raise ValueError("another")
