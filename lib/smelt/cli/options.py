"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

if TYPE_CHECKING:
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
    """A console for tables: as wide as the terminal, and as wide as the table where there is none (pipes, files)."""
    from rich.console import Console

    console = Console()
    return console if console.is_terminal else Console(width=4_000)


def configured(conf: list[Path] | None, env: str | None, settings: list[str] | None) -> SmeltConfig:
    """The configuration that the options name; where none is named, smelt.yaml of this folder if there is one."""
    from smelt.config import load_config

    here = Path("smelt.yaml")
    files = conf or ([here] if here.is_file() else [])
    return load_config(files, environment=env, settings=settings or ())


def open_input(file: str, *, at_once: bool = False) -> BinaryIO:
    """FILE or, for -, standard input; ``at_once`` hands on each line as it arrives. Raises ConfigError."""
    from smelt.errors import ConfigError

    buffering = 0 if at_once else -1
    try:
        return open(0 if file == "-" else file, "rb", buffering=buffering, closefd=file != "-")
    except OSError as error:
        raise ConfigError("the input cannot be read", [error.strerror or "unknown reason"]) from None
