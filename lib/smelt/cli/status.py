"""``smelt status``: the last runs, how full the tables are, which releases there are."""

from __future__ import annotations

import json

import typer

from smelt.cli.options import DEFAULTS, AsJson, ConfigLayers, wide_console, with_layers


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("status")(status)


@with_layers
def status(layers: ConfigLayers = DEFAULTS, as_json: AsJson = False) -> None:
    """Show every table with its version and rows, and the stages of the last three runs.

    Exit code 1 where a release holds other rows than its manifest says.
    """
    from pyspark.sql import functions as F
    from rich.table import Table

    from smelt.pipeline.job import open_job
    from smelt.releases.intact import damaged_releases
    from smelt.tables.contract import all_contracts

    warehouse = open_job(layers.config(), may_embed=True).warehouse
    filled = [
        {"table": table, "version": warehouse.version(table), "rows": warehouse.read(table).count()}
        for table in all_contracts()
        if warehouse.exists(table)
    ]
    runs = warehouse.read("ops.runs")
    last = [row[0] for row in runs.select("run_id").distinct().orderBy(F.desc("run_id")).limit(3).collect()]
    stages = [
        row.asDict()
        for row in runs.where(F.col("run_id").isin(last)).orderBy(F.desc("run_id"), "started_at").collect()
    ]
    damaged = damaged_releases(warehouse)
    if as_json:
        typer.echo(json.dumps({"tables": filled, "stages": stages, "damaged": damaged}, default=str))
        if damaged:
            raise typer.Exit(1)
        return
    console = wide_console()
    if not filled:
        console.print(f"nothing was run yet: there are no tables below {warehouse.root}")
        return
    grid = Table(box=None, pad_edge=False)
    for title in ("table", "version", "rows"):
        grid.add_column(title, justify="left" if title == "table" else "right")
    for entry in filled:
        grid.add_row(str(entry["table"]), str(entry["version"]), f"{entry['rows']:,}")
    console.print(grid)
    history = Table(box=None, pad_edge=False)
    for title in ("run", "stage", "state", "in", "out", "rejected", "quarantined", "seconds", "note"):
        history.add_column(
            title, justify="right" if title in ("in", "out", "rejected", "quarantined", "seconds") else "left"
        )
    for row in stages:
        seconds = (row["ended_at"] - row["started_at"]).total_seconds()
        counts = (row["rows_in"], row["rows_out"], row["rows_rejected"], row["rows_quarantined"])
        history.add_row(
            row["run_id"],
            row["stage"],
            row["state"],
            *(f"{count:,}" for count in counts),
            f"{seconds:.1f}",
            row["note"],
        )
    console.print()
    console.print(history)
    for line in damaged:
        typer.echo(f"error: {line}", err=True)
    if damaged:
        raise typer.Exit(1)
