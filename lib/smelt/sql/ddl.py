"""Statements that register tables and views in a metastore, Unity Catalog, spark-sql or a Thrift server."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from smelt.tables.contract import quoted
from smelt.tables.views import View, all_views


class Names(NamedTuple):
    """Naming of tables there: an optional catalog and an optional prefix of schemas."""

    catalog: str | None = None
    prefix: str = ""

    def schema(self, layer: str) -> str:
        """The qualified schema name of a layer."""
        return ".".join(f"`{part}`" for part in (self.catalog, f"{self.prefix}{layer}") if part)

    def of(self, table: str) -> str:
        """The qualified name of a table or view."""
        layer, name = table.split(".")
        return f"{self.schema(layer)}.`{name}`"


def statements(locations: Mapping[str, str], names: Names) -> Iterator[str]:
    """CREATE SCHEMA, then CREATE TABLE for each (table, folder), then the views over them; all idempotent.

    An already registered table is left unchanged; its rows and comments come from the Delta log.
    """
    layers = {table.split(".")[0] for table in locations}
    for layer in sorted(layers):
        yield f"CREATE SCHEMA IF NOT EXISTS {names.schema(layer)}"
    for table, location in locations.items():
        yield f"CREATE TABLE IF NOT EXISTS {names.of(table)} USING delta LOCATION {quoted(location)}"
    for view in views_over(locations):
        yield create_view(view, names)


def views_over(tables: Iterable[str]) -> list[View]:
    """The views whose tables are all among ``tables``."""
    there = set(tables)
    return [view for view in all_views().values() if there.issuperset(view.reads)]


def create_view(view: View, names: Names) -> str:
    """CREATE OR REPLACE VIEW with the columns' comments, in Spark SQL."""
    columns = ", ".join(f"`{column.name}` COMMENT {quoted(column.comment)}" for column in view.columns)
    query = view.query({table: names.of(table) for table in view.reads}, "spark")
    return (
        f"CREATE OR REPLACE VIEW {names.of(view.view)} ({columns}) COMMENT {quoted(view.comment)} AS\n{query}"
    )


def create_temporary_view(name: str, view: View, identifier: Callable[[str], str]) -> str:
    """CREATE OR REPLACE TEMPORARY VIEW of the view's query; ``identifier`` gives a table's name in SQL."""
    query = view.query({table: identifier(table) for table in view.reads}, "spark")
    return f"CREATE OR REPLACE TEMPORARY VIEW `{name}` AS\n{query}"
