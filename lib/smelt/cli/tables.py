"""``smelt tables``: lists tables and columns, and compares them with their contracts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from smelt.cli.options import DEFAULTS, AsJson, ConfigLayers, wide_console, with_layers

if TYPE_CHECKING:
    from smelt.config import SmeltConfig


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("tables")(tables)


@with_layers
def tables(
    name: Annotated[
        str | None, typer.Argument(help="A table, to see its columns, e.g. silver.examples.")
    ] = None,
    layers: ConfigLayers = DEFAULTS,
    check: Annotated[
        bool, typer.Option("--check", help="Compare with the contracts; exit 1 on a difference.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List all tables with their comments; with a name, its columns; with --check, differences from schemas/."""
    from rich.table import Table

    from smelt.tables.contract import all_contracts, contract

    config = layers.config()
    console = wide_console()
    if name:
        declared = contract(name)
        if as_json:
            typer.echo(declared.model_dump_json())
            return
        console.print(f"[bold]{declared.table}[/bold]  {declared.comment}\nkey: {', '.join(declared.key)}")
        grid = Table(box=None, pad_edge=False)
        for title in ("column", "type", "personal data", "meaning"):
            grid.add_column(title, overflow="fold")
        for column in declared.columns:
            grid.add_row(column.name, column.type, column.pii, column.comment)
        console.print(grid)
        return
    if not check:
        for table, declared in all_contracts().items():
            if as_json:
                typer.echo(json.dumps({"table": table, "comment": declared.comment, "key": declared.key}))
            else:
                console.print(f"[bold]{table:<26}[/bold] {declared.comment}", soft_wrap=True, highlight=False)
        return
    _check(config, as_json)


def _check(config: SmeltConfig, as_json: bool) -> None:
    from smelt.pipeline.job import open_job
    from smelt.tables.contract import all_contracts

    warehouse = open_job(config, may_embed=True).warehouse
    found = {table: warehouse.compare(table) for table in all_contracts() if warehouse.exists(table)}
    for table, differences in found.items():
        if as_json:
            typer.echo(json.dumps({"table": table, "differences": differences}))
        else:
            typer.echo(f"{table}: {'as declared' if not differences else ''}")
            for difference in differences:
                typer.echo(f"  - {difference}")
    if any(found.values()):
        raise typer.Exit(1)
