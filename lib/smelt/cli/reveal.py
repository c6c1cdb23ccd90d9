"""``smelt reveal``: shows the replaced values of one record to a holder of the key."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from smelt.cli.options import DEFAULTS, AsJson, ConfigLayers, with_layers


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("reveal")(reveal)


@with_layers
def reveal(
    record_id: Annotated[str, typer.Argument(metavar="RECORD_ID", help="32 hexadecimal digits.")],
    reason: Annotated[str, typer.Option("--reason", help="Why, e.g. a case number; goes to ops.access_log.")],
    layers: ConfigLayers = DEFAULTS,
    as_json: AsJson = False,
) -> None:
    """Show what was replaced in one record. Needs the key and a filled vault; every attempt is logged first."""
    from smelt.pipeline.job import open_job
    from smelt.privacy.reveal import reveal as open_record

    if not reason.strip():
        raise typer.BadParameter("a reason is needed", param_hint="--reason")
    job = open_job(layers.config())
    for value in open_record(job.warehouse, job.config.pii, record_id, reason, run_id=job.run_id):
        if as_json:
            typer.echo(json.dumps(value._asdict(), ensure_ascii=False))
        else:
            typer.echo(f"{value.field}[{value.position}] at {value.start}  {value.entity}: {value.value}")
