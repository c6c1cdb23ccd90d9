"""``smelt register``: registers tables and views in a metastore or catalog, or writes the statements for it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from smelt.cli.options import DEFAULTS, ConfigLayers, with_layers
from smelt.errors import EnvironmentProblem


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("register")(register_tables)


@with_layers
def register_tables(
    ddl: Annotated[
        Path | None,
        typer.Option("--ddl", metavar="FILE", help="Write the statements instead; - prints them."),
    ] = None,
    catalog: Annotated[
        str | None, typer.Option("--catalog", help="Unity or another catalog; the session's own by default.")
    ] = None,
    prefix: Annotated[str, typer.Option("--prefix", help="Prefix of schema names, e.g. support_.")] = "",
    restricted: Annotated[
        bool, typer.Option("--restricted", help="Bronze and the vault too, which hold raw personal data.")
    ] = False,
    layers: ConfigLayers = DEFAULTS,
) -> None:
    """Register every table of the warehouse as LAYER.TABLE in a metastore, with views over them.

    Tables stay where they are; dropping such a name leaves the rows. Under spark-submit with a Hive metastore or a
    catalog configured, names are made there; anywhere else --ddl writes a file for spark-sql or a notebook.
    """
    from smelt.pipeline.job import open_job
    from smelt.sql.ddl import Names, statements, views_over
    from smelt.sql.visible import visible_tables

    warehouse = open_job(layers.config()).warehouse
    tables = [table for table in visible_tables(restricted=restricted) if warehouse.exists(table)]
    if warehouse.catalog:
        names = Names(warehouse.catalog, warehouse.schema_prefix)
        locations = dict.fromkeys(tables, "")
        made = [each for each in statements(locations, names) if each.startswith("CREATE OR REPLACE VIEW")]
    else:
        names = Names(catalog, prefix)
        made = list(statements({table: warehouse.location(table) for table in tables}, names))
    if ddl is not None:
        text = "".join(f"{statement};\n" for statement in made)
        if str(ddl) == "-":
            typer.echo(text, nl=False)
        else:
            ddl.write_text(text, "utf-8")
            typer.echo(f"{len(made)} statements in {ddl}")
        return
    spark = warehouse.spark
    if not warehouse.catalog and not catalog and spark.conf.get("spark.sql.catalogImplementation") != "hive":
        raise EnvironmentProblem(
            "this session has no metastore: names would be gone at its end",
            ["write a file: smelt register --ddl tables.sql", "or name a catalog: --catalog main"],
        )
    for statement in made:
        spark.sql(statement)
    typer.echo(
        f"{len(tables)} tables and {len(views_over(tables))} views are known as {names.schema('LAYER')}.NAME"
    )
