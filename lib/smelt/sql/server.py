"""What the SQL server exposes: tables without raw personal data, and the views over them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smelt.sql.ddl import Names, statements, views_over
from smelt.sql.visible import visible_tables

if TYPE_CHECKING:
    from smelt.tables.warehouse import Warehouse


def show_tables(warehouse: Warehouse) -> int:
    """Register the tables and views in the session's metastore; returns their number."""
    tables = [table for table in visible_tables() if warehouse.exists(table)]
    for statement in statements({table: warehouse.location(table) for table in tables}, Names()):
        warehouse.spark.sql(statement)
    return len(tables) + len(views_over(tables))


def schemas_shown() -> list[str]:
    """The schemas whose tables may be queried."""
    return sorted({table.split(".")[0] for table in visible_tables()})
