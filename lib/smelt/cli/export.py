"""``smelt export``: a release as files for trainers."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from smelt.cli.options import DEFAULTS, AsJson, ConfigLayers, with_layers
from smelt.cli.places import folder_to_write


class FileFormat(StrEnum):
    """File formats of an export."""

    jsonl = "jsonl"
    parquet = "parquet"


class RowShape(StrEnum):
    """Row shapes of an export."""

    messages = "messages"
    prompt_completion = "prompt-completion"
    alpaca = "alpaca"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("export")(export)


@with_layers
def export(
    release: Annotated[str, typer.Argument(help="Name of the release, or latest.")],
    out: Annotated[
        str | None,
        typer.Argument(
            help="Folder to write, of this machine or s3a://..., hdfs://...; export/RELEASE by default. Must be"
            " empty or new."
        ),
    ] = None,
    file_format: Annotated[
        FileFormat, typer.Option("--format", help="Format of the files.")
    ] = FileFormat.jsonl,
    shape: Annotated[RowShape, typer.Option(help="Columns that a trainer reads.")] = RowShape.messages,
    with_forgotten: Annotated[
        bool, typer.Option("--with-forgotten", help="Export rows of customers forgotten since, too.")
    ] = False,
    layers: ConfigLayers = DEFAULTS,
    as_json: AsJson = False,
) -> None:
    """Write files of a release by split, with a dataset card (README.md) and the manifest.

    messages is one conversation a row, prompt-completion keeps the answer apart (TRL then learns from the
    answer only), alpaca is instruction, input and output. The same release gives the same bytes. A release that
    holds rows of forgotten customers is refused: make its successor with smelt release --from RELEASE.
    """
    from smelt.pipeline.job import open_job
    from smelt.releases.export import export as write
    from smelt.releases.manifest import find_manifest

    job = open_job(layers.config(), may_embed=True)
    manifest = find_manifest(job.warehouse, release)
    folder = out or str(Path("export") / manifest.release)
    with folder_to_write(job.spark, folder) as local:
        done = write(
            job.warehouse,
            manifest,
            local,
            file_format=file_format.value,
            shape=shape.value,
            with_forgotten=with_forgotten,
            place=folder,
        )
    if as_json:
        typer.echo(
            json.dumps(
                {"release": manifest.release, "folder": folder, "files": done.files, "rows": done.rows}
            )
        )
        return
    for split, count in done.rows.items():
        typer.echo(f"{count:>10,}  {split}")
    typer.echo(f"{len(done.files)} files in {folder}")
