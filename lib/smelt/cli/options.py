"""Options that several commands share."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

if TYPE_CHECKING:
    from io import BufferedReader

    from rich.console import Console

    from smelt.config import SmeltConfig

Conf = Annotated[
    list[Path] | None, typer.Option("--conf", "-c", help="YAML file over the defaults; may be repeated.")
]
Env = Annotated[str | None, typer.Option("--env", help="Overlay conf/ENV.yaml of the package.")]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", help="key=value over everything, e.g. splits.train=0.7; may be repeated."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Machine-readable output: JSON, a line each.")]


def wide_console() -> Console:
    """A console for tables: as wide as the terminal or, for pipes and files, as wide as the table."""
    from rich.console import Console

    console = Console()
    return console if console.is_terminal else Console(width=4_000)


def configured(conf: list[Path] | None, env: str | None, settings: list[str] | None) -> SmeltConfig:
    """Load the configuration that the options name; without --conf, ./smelt.yaml if it exists."""
    from smelt.config import load_config

    here = Path("smelt.yaml")
    files = conf or ([here] if here.is_file() else [])
    return load_config(files, environment=env, settings=settings or ())


def open_input(file: str) -> BufferedReader:
    """Open FILE, or standard input for -, in binary mode. Raises ConfigError."""
    from smelt.errors import ConfigError

    if file == "-":
        return cast("BufferedReader", sys.stdin.buffer)
    try:
        return open(file, "rb")
    except OSError as error:
        raise ConfigError("the input cannot be read", [error.strerror or "unknown reason"]) from None
