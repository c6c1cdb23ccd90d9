"""SQL on Spark: its dialect, catalogs and tables of any protocol, at the cost of Spark's start."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from smelt.errors import MissingExtra
from smelt.sql.answer import READ_ONLY, Answer, SqlError, cut, shown
from smelt.sql.catalog_names import qualified
from smelt.sql.ddl import Names, create_temporary_view, create_view, views_over
from smelt.sql.visible import is_restricted, visible_tables
from smelt.tables.contract import all_contracts

if TYPE_CHECKING:
    from sqlglot import exp

    from smelt.tables.views import View
    from smelt.tables.warehouse import Warehouse

IMMUTABLE = ("gold.training_splits", "gold.releases")
"""Tables of releases, which no statement may change, even with ``write``."""

_SHOWN = ("SHOW", "DESCRIBE", "DESC", "EXPLAIN")


class SparkEngine:
    """Implements :class:`smelt.sql.answer.Engine`; with ``write``, statements may change tables other than releases."""

    name = "spark"

    def __init__(self, warehouse: Warehouse, *, restricted: bool = False, write: bool = False) -> None:
        try:
            import sqlglot  # noqa: F401
        except ImportError:
            raise MissingExtra("sqlglot", "sql") from None
        self._warehouse = warehouse
        self._spark = warehouse.spark
        self._write = write
        self._visible = visible_tables(restricted=restricted)
        self._known = warehouse.register(self._visible)
        self._views = views_over(self._known)
        self._in_catalog: Mapping[str, Callable[[], str]] = {}
        if warehouse.catalog:
            self._spark.catalog.setCurrentCatalog(warehouse.catalog)
            tables = {table: partial(warehouse.identifier, table) for table in self._known}
            views = {view.view: cache(partial(self._temporary_view, view)) for view in self._views}
            self._in_catalog = {**tables, **views}
        else:
            for view in self._views:
                self._spark.sql(create_view(view, Names()))

    def statements(self, script: str) -> list[str]:
        """See :class:`smelt.sql.answer.Engine`."""
        from sqlglot import tokenize
        from sqlglot.errors import SqlglotError

        try:
            tokens = tokenize(script, read="spark")
        except SqlglotError as error:
            raise SqlError("the query cannot be run", [str(error).splitlines()[0]]) from None
        found, begin = [], 0
        for token in tokens:
            if token.token_type.name == "SEMICOLON":
                found.append(script[begin : token.start])
                begin = token.end + 1
        found.append(script[begin:])
        return [statement.strip() for statement in found if statement.strip()]

    def run(self, statement: str, limit: int) -> Answer:
        """See :class:`smelt.sql.answer.Engine`."""
        from pyspark.errors import AnalysisException, ParseException

        told = shown(self, statement)
        if told is not None:
            return told
        self._check(statement)
        try:
            rows = self._spark.sql(qualified(statement, self._in_catalog) if self._in_catalog else statement)
            columns = rows.columns
            found = rows.limit(limit + 1).collect() if limit else rows.toLocalIterator()
            return cut(columns, _plain_rows(found), limit)
        except (AnalysisException, ParseException) as error:
            said = str(error).split("\n\nJVM")[0].split(";\n'")[0].strip()
            raise SqlError("the query cannot be run", [said]) from None

    def tables(self) -> list[tuple[str, str]]:
        """See :class:`smelt.sql.answer.Engine`."""
        known = [(table, all_contracts()[table].comment) for table in self._known]
        return known + [(view.view, view.comment) for view in self._views]

    def _temporary_view(self, view: View) -> str:
        """Define the view in this session, since only `smelt register` writes it into a catalog; returns its name."""
        name = f"smelt_{view.view.replace('.', '_')}"
        self._spark.sql(create_temporary_view(name, view, self._warehouse.identifier))
        return name

    def _check(self, statement: str) -> None:
        """Raise SqlError for forbidden changes and for restricted tables."""
        from sqlglot import exp, parse_one
        from sqlglot.errors import SqlglotError

        first = statement.split(None, 1)[0].upper() if statement.strip() else ""
        if first in _SHOWN:
            inner = statement.split(None, 1)[-1]
            is_query = first == "EXPLAIN" and inner.strip()
            if not is_query:
                self._check_names(statement)
                return
            statement = inner.removeprefix("EXTENDED ").removeprefix("FORMATTED ").removeprefix("CODEGEN ")
        try:
            tree = parse_one(statement, read="spark")
        except SqlglotError as error:
            if self._write:
                return
            raise SqlError("the query cannot be run", [str(error).splitlines()[0]]) from None
        changing = (
            exp.Insert,
            exp.Update,
            exp.Delete,
            exp.Merge,
            exp.Create,
            exp.Drop,
            exp.Alter,
            exp.Command,
        )
        changes = not isinstance(tree, exp.Query) or tree.find(*changing) is not None
        if changes and not self._write:
            raise SqlError(f"{first} is refused", [READ_ONLY])
        if changes:
            held = sorted({name for table in tree.find_all(exp.Table) if (name := self._immutable(table))})
            if held or isinstance(tree, exp.Command):
                raise SqlError(f"{first} is refused", [f"{', '.join(held) or 'it'}: releases never change"])
        self._check_names(statement)
        for table in tree.find_all(exp.Table):
            if table.db.lower() in ("delta", "parquet", "json", "csv", "text", "orc", "avro", "binaryfile"):
                raise SqlError("files are not read by name here", ["name a table: `smelt tables` lists them"])

    def _immutable(self, table: exp.Table) -> str | None:
        """The releases' table that ``table`` refers to, even by its bare name after USE or with a schema prefix; else
        None."""
        layer = table.db.lower().removeprefix(self._warehouse.schema_prefix.lower()) or "gold"
        name = f"{layer}.{table.name.lower()}"
        return name if name in IMMUTABLE else None

    def _check_names(self, statement: str) -> None:
        said = statement.lower().replace("`", "").replace(" ", "")
        hidden = [
            table
            for table, declared in all_contracts().items()
            if is_restricted(declared) and table not in self._visible and table in said
        ]
        if hidden:
            raise SqlError(
                "the query cannot be run",
                [f"{', '.join(hidden)}: raw personal data is shown with --restricted only, which is logged"],
            )


def _plain_rows(rows: Any) -> Iterator[Sequence[Any]]:
    for row in rows:
        yield list(row.asDict(recursive=True).values()) if len(set(row.__fields__)) == len(row) else list(row)
