"""``smelt explain``: traces one record through the tables."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from smelt.cli.options import DEFAULTS, AsJson, ConfigLayers, with_layers


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("explain")(explain)


@with_layers
def explain(
    identifier: Annotated[
        str, typer.Argument(metavar="RECORD_ID", help="record_id, example_id or quarantine_id.")
    ],
    layers: ConfigLayers = DEFAULTS,
    as_json: AsJson = False,
) -> None:
    """Trace one record: file and position, turns, pairs, every score and threshold, every reason, its outcome.

    Raw text is never shown, only what is scrubbed. The first 8 or more digits of an identifier do.
    """
    from rich.console import Console
    from rich.markup import escape

    from smelt.pipeline.job import open_job
    from smelt.report.record import story

    config = layers.config()
    steps = list(story(open_job(config, may_embed=True).warehouse, identifier, config.quality, config.pii))
    if as_json:
        for step in steps:
            typer.echo(json.dumps({"table": step.table, "rows": step.rows}, default=str, ensure_ascii=False))
    console = Console()
    if not steps:
        typer.echo(f"no record, example or quarantined entry {identifier}", err=True)
        raise typer.Exit(1)
    if as_json:
        return
    for step in steps:
        console.print(f"[bold]{step.table}[/bold]")
        for number, row in enumerate(step.rows):
            if number:
                console.print()
            for name, value in row.items():
                if value is None or value == []:
                    continue
                shown = f"{value:.3f}" if isinstance(value, float) else str(value)
                console.print(f"  {name:<22} {escape(shown)}", highlight=False)
