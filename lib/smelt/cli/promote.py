"""``smelt promote``: the candidate becomes champion, if every rule lets it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from smelt.cli.options import DEFAULTS, AsJson, ConfigLayers, with_layers


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("promote")(promote)


@with_layers
def promote(
    approved_by: Annotated[
        str | None, typer.Option("--approved-by", help="Who approves it; noted with the version.")
    ] = None,
    layers: ConfigLayers = DEFAULTS,
    as_json: AsJson = False,
) -> None:
    """Move the alias champion to the candidate: it must beat the champion (or its base) and pass the privacy checks."""
    from smelt.tuning.handover.promotion import promote as run

    tuning = layers.config().tuning
    version = run(tuning, approved_by=approved_by, cache=Path(tuning.out) / "fetched")
    if as_json:
        typer.echo(json.dumps(version._asdict()))
        return
    typer.echo(f"version {version.number} of {version.name} is champion (digest {version.digest})")
