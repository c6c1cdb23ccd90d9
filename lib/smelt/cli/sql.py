"""``smelt sql``: queries the tables in SQL, by their names layer.table."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from smelt.cli.options import DEFAULTS, AsJson, ConfigLayers, wide_console, with_layers
from smelt.errors import ConfigError

if TYPE_CHECKING:
    from smelt.config import SmeltConfig
    from smelt.sql.answer import Engine


class EngineName(StrEnum):
    """Engines for the statements."""

    duckdb = "duckdb"
    spark = "spark"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("sql")(sql)


@with_layers
def sql(
    query: Annotated[
        str | None,
        typer.Option("--execute", "-e", help="Statements, with ; between them; - reads standard input."),
    ] = None,
    layers: ConfigLayers = DEFAULTS,
    engine: Annotated[
        EngineName | None,
        typer.Option(help="duckdb answers in a second or two; spark knows its own dialect and catalogs."),
    ] = None,
    limit: Annotated[int, typer.Option(min=0, help="Most rows to show; 0 shows all.")] = 1_000,
    as_csv: Annotated[bool, typer.Option("--csv", help="Comma-separated values with a header.")] = False,
    as_json: AsJson = False,
    restricted: Annotated[
        bool,
        typer.Option("--restricted", help="Show bronze and the vault too; noted in ops.access_log first."),
    ] = False,
    reason: Annotated[
        str | None, typer.Option("--reason", help="Why restricted tables are looked at, e.g. a case number.")
    ] = None,
    write: Annotated[
        bool,
        typer.Option("--write", help="With --engine spark: let statements change tables, releases excepted."),
    ] = False,
) -> None:
    """Run SQL; without -e in a shell with history, e.g. SELECT split, count(*) FROM gold.training_splits GROUP BY 1.

    SHOW TABLES lists tables and views, DESCRIBE silver.examples the columns with their comments. Tables are only
    read. The dialect is DuckDB's; with --engine spark it is Spark's.
    """
    if as_csv and as_json:
        raise typer.BadParameter("choose --csv or --json")
    config = layers.config()
    name = engine or (EngineName.spark if config.warehouse.catalog else EngineName.duckdb)
    if write and name is not EngineName.spark:
        raise typer.BadParameter("needs --engine spark", param_hint="--write")
    chosen = _opened(config, name, restricted=restricted, reason=reason, write=write)
    form = "csv" if as_csv else "json" if as_json else "table"
    if query is None and sys.stdin.isatty() and sys.stdout.isatty():
        from smelt.sql.shell import run_shell

        run_shell(chosen, lambda one, chosen_form: _show(chosen, one, limit, chosen_form or form), typer.echo)
        return
    script = sys.stdin.read() if query in (None, "-") else query or ""
    for number, statement in enumerate(chosen.statements(script)):
        if number and form == "table":
            typer.echo()
        _show(chosen, statement, limit, form)


def _opened(
    config: SmeltConfig, name: EngineName, *, restricted: bool, reason: str | None, write: bool
) -> Engine:
    if name is EngineName.duckdb:
        from smelt.sql.duckdb_engine import DuckDbEngine
        from smelt.tables.location import LAYERS, TablePlaces, resolved

        if config.warehouse.catalog:
            raise ConfigError(
                "tables in a catalog are reached by Spark only",
                [f"warehouse.catalog is {config.warehouse.catalog}: leave --engine out, or --engine spark"],
            )
        if restricted:
            _note(config, reason)
        places = TablePlaces(root=resolved(config.warehouse.root, "file:"))
        if places.is_on_disk and not any(Path(places.root, layer).is_dir() for layer in LAYERS):
            typer.echo(f"there are no tables {places.described} yet: smelt run makes them", err=True)
        return DuckDbEngine(places, restricted=restricted)
    from smelt.pipeline.job import open_job
    from smelt.sql.spark_engine import SparkEngine

    if restricted:
        _note(config, reason)
    return SparkEngine(open_job(config).warehouse, restricted=restricted, write=write)


def _note(config: SmeltConfig, reason: str | None) -> None:
    """Write an entry to ops.access_log before anything is shown; uses Spark, which can create the table if missing."""
    from smelt.pipeline.job import open_job
    from smelt.privacy.access import note_access, tagged, who

    job = open_job(config)
    note_access(
        job.warehouse,
        action="sql",
        outcome="granted",
        actor=who(job.spark),
        run_id=job.run_id,
        reason=tagged(reason, config.pii),
    )


def _show(engine: Engine, statement: str, limit: int, form: str) -> None:
    from smelt.sql.output import write_csv, write_json, write_table

    answer = engine.run(statement, limit)
    if form == "csv":
        write_csv(answer, sys.stdout)
    elif form == "json":
        write_json(answer, sys.stdout)
    elif answer.columns:
        write_table(answer, wide_console())
    if answer.is_cut:
        typer.echo(f"(the first {limit:,} rows; --limit shows more)", err=True)
