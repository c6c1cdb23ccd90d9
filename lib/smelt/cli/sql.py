"""``smelt sql``: ask the tables in SQL, by their names layer.table."""

from __future__ import annotations

import csv
import json
import sys
from typing import Annotated

import typer

from smelt.cli.options import AsJson, Conf, Env, Settings, configured, wide_console
from smelt.errors import ProblemsError


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("sql")(sql)


class SqlError(ProblemsError):
    """Raised when Spark cannot parse or resolve a query."""

    exit_code = 2


def sql(
    query: Annotated[str, typer.Option("--execute", "-e", help="The query; - reads it from standard input.")],
    conf: Conf = None,
    env: Env = None,
    settings: Settings = None,
    limit: Annotated[int, typer.Option(help="Rows to show at the most.")] = 1_000,
    as_csv: Annotated[bool, typer.Option("--csv", help="Comma-separated values with a header.")] = False,
    as_json: AsJson = False,
) -> None:
    """Run one SQL query, e.g. smelt sql -e "SELECT split, count(*) FROM gold.training_splits GROUP BY 1".

    Tables are named as in `smelt tables`; DESCRIBE EXTENDED silver.examples shows the comments.
    """
    from pyspark.errors import AnalysisException, ParseException
    from rich.markup import escape
    from rich.table import Table

    from smelt.pipeline.job import open_job

    job = open_job(configured(conf, env, settings))
    job.warehouse.register()
    try:
        rows = job.spark.sql(sys.stdin.read() if query == "-" else query)
        found = rows.limit(limit).collect()
    except (AnalysisException, ParseException) as error:
        raise SqlError(
            "the query cannot be run", [str(error).split("\n\nJVM")[0].split(";\n'")[0].strip()]
        ) from None
    if as_json:
        for row in found:
            typer.echo(json.dumps(row.asDict(recursive=True), default=str, ensure_ascii=False))
    elif as_csv:
        writer = csv.writer(sys.stdout)
        writer.writerow(rows.columns)
        writer.writerows([row[column] for column in rows.columns] for row in found)
    else:
        grid = Table(box=None, pad_edge=False)
        for column in rows.columns:
            grid.add_column(column, overflow="fold")
        for row in found:
            grid.add_row(*("" if value is None else escape(str(value)) for value in row))
        wide_console().print(grid)
        if len(found) == limit:
            typer.echo(f"(the first {limit:,} rows; --limit shows more)", err=True)
