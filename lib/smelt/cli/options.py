"""Options that several commands share."""

from __future__ import annotations

import contextlib
import inspect
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast, get_type_hints

import typer

if TYPE_CHECKING:
    from io import BufferedReader

    from rich.console import Console

    from smelt.config import SmeltConfig

AsJson = Annotated[bool, typer.Option("--json", help="Machine-readable output: JSON, a line each.")]


@dataclass(frozen=True)
class ConfigLayers:
    """What --conf, --env and --set say: the layers of the configuration over the package's defaults."""

    files: tuple[Path, ...] = ()
    environment: str | None = None
    settings: tuple[str, ...] = ()

    def config(self) -> SmeltConfig:
        """Load the configuration; without --conf, with ./smelt.yaml if it exists. Raises ConfigError."""
        from smelt.config import load_config

        here = Path("smelt.yaml")
        files = self.files or ((here,) if here.is_file() else ())
        return load_config(files, environment=self.environment, settings=self.settings)

    def and_more(self, *, files: Sequence[Path] = (), settings: Sequence[str] = ()) -> ConfigLayers:
        """The same with further ``files`` before those of --conf, and ``settings`` after those of --set."""
        return replace(self, files=(*files, *self.files), settings=(*self.settings, *settings))


DEFAULTS = ConfigLayers()


def with_layers(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options --conf, --env and --set in place of its parameter ``layers``, which they fill."""
    hints = get_type_hints(command, include_extras=True)
    signature = inspect.signature(command)
    parameters: list[inspect.Parameter] = []
    for parameter in signature.parameters.values():
        if parameter.name == "layers":
            parameters += _OPTIONS
        else:
            parameters.append(parameter.replace(annotation=hints[parameter.name]))

    @wraps(command)
    def run(
        *args: object,
        conf: list[Path] | None = None,
        env: str | None = None,
        settings: list[str] | None = None,
        **values: object,
    ) -> None:
        command(*args, layers=ConfigLayers(tuple(conf or ()), env, tuple(settings or ())), **values)

    run.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {each.name: each.annotation for each in parameters} | {"return": None}
    return run


_OPTIONS = [
    inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=None, annotation=kind)
    for name, kind in (
        (
            "conf",
            Annotated[
                list[Path] | None,
                typer.Option("--conf", "-c", help="YAML file over the defaults; may be repeated."),
            ],
        ),
        ("env", Annotated[str | None, typer.Option("--env", help="Overlay conf/ENV.yaml of the package.")]),
        (
            "settings",
            Annotated[
                list[str] | None,
                typer.Option(
                    "--set", help="key=value over everything, e.g. splits.train=0.7; may be repeated."
                ),
            ],
        ),
    )
]


def wide_console() -> Console:
    """A console for tables: as wide as the terminal or, for pipes and files, as wide as the table."""
    from rich.console import Console

    console = Console()
    return console if console.is_terminal else Console(width=4_000)


@contextlib.contextmanager
def in_a_pipe() -> Iterator[None]:
    """For commands in pipes: print a SmeltError as its message alone; end quietly where nobody reads on."""
    from smelt.errors import SmeltError

    try:
        yield
    except SmeltError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(error.exit_code) from None
    except BrokenPipeError:
        sys.stderr.close()
        raise typer.Exit(0) from None


def open_input(file: str) -> BufferedReader:
    """Open FILE, or standard input for -, in binary mode. Raises ConfigError."""
    from smelt.errors import ConfigError

    if file == "-":
        return cast("BufferedReader", sys.stdin.buffer)
    try:
        return open(file, "rb")
    except OSError as error:
        raise ConfigError("the input cannot be read", [error.strerror or "unknown reason"]) from None
