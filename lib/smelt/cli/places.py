"""Output folders of commands: local, or in a store that Spark reaches."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from smelt.errors import ConfigError
from smelt.tables.filesystem import has_scheme, local_path

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def on_this_machine(path: Path | None) -> Path | None:
    """For commands without Spark: refuse s3a://..., for which a local folder ``s3a:`` would be created."""
    if path is None:
        return None
    local = local_path(str(path))
    if local is None:
        raise typer.BadParameter(f"{path} is not a folder of this machine, and this command writes no other")
    return Path(local)


@contextlib.contextmanager
def folder_to_write(spark: SparkSession, out: str) -> Iterator[Path]:
    """The folder ``out`` or, if it is in a store, a temporary local one that is copied there at the end.

    Raises ConfigError if that folder exists in the store, or the store cannot be written from here.
    """
    local = local_path(out)
    if local is not None:
        yield Path(local)
        return
    from smelt.tables import filesystem

    held = filesystem.names(spark, out)
    if held is None:
        raise ConfigError(
            f"{out} cannot be written over Spark Connect", ["name a folder of this machine or a volume"]
        )
    if next(held, None) is not None:
        raise ConfigError(f"{out} is not empty", ["name a new folder"])
    with tempfile.TemporaryDirectory(prefix="smelt-") as here:
        folder = Path(here) / "files"
        yield folder
        filesystem.upload(spark, str(folder), out)


def shown(out: str, file: str) -> str:
    """The path of a file below ``out``, for messages."""
    return f"{out.rstrip('/')}/{file}" if has_scheme(out) else str(Path(out) / file)
