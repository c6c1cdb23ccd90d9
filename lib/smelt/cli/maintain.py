"""``smelt maintain``: compacts tables and removes old files, without affecting readers and releases."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from smelt.cli.options import DEFAULTS, AsJson, ConfigLayers, with_layers


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("maintain")(maintain)


@with_layers
def maintain(
    retain_hours: Annotated[
        float,
        typer.Option(
            "--retain-hours", help="Hours for which files of older versions are kept; at least 168 (7 days)."
        ),
    ] = 168,
    layers: ConfigLayers = DEFAULTS,
    as_json: AsJson = False,
) -> None:
    """Compact small files, remove files that no version of the last days needs, and shorten the logs.

    Run it now and then, weekly say. Readers and releases lose nothing, and what is released stays the same. Another
    process that writes is waited for.
    """
    from smelt.pipeline.job import open_job
    from smelt.tables.maintain import maintain as keep

    for done in keep(open_job(layers.config()).warehouse, retain_hours=retain_hours):
        if as_json:
            typer.echo(json.dumps(done._asdict()))
        else:
            together = f", written together from {done.files_before:,}" if done.is_optimized else ""
            typer.echo(f"{done.table:<28} {done.files_after:>8,} files{together}")
