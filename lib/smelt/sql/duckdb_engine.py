"""SQL without Spark: DuckDB (https://duckdb.org) over Delta tables opened by delta-rs; starts in a second or two.

The database is in memory, and its tables are views of the current Delta versions, so nothing can be changed. Statements
have no access to files, the network, extensions and environment variables.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from smelt.errors import EnvironmentProblem, MissingExtra
from smelt.sql.answer import READ_ONLY, Answer, SqlError, cut, shown
from smelt.sql.visible import is_restricted, visible_tables
from smelt.tables.contract import all_contracts
from smelt.tables.local_delta import uri_of
from smelt.tables.location import TablePlaces
from smelt.tables.views import all_views

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa


_READS = ("SELECT", "EXPLAIN", "VARIABLE_SET", "SET", "PRAGMA", "PREPARE", "EXECUTE", "RELATION")
_BATCH_ROWS = 10_000


class DuckDbEngine:
    """Implements :class:`smelt.sql.answer.Engine`."""

    name = "duckdb"

    def __init__(self, places: TablePlaces, *, restricted: bool = False) -> None:
        try:
            import deltalake  # noqa: F401
            import duckdb
        except ImportError as error:
            raise MissingExtra(error.name or "duckdb", "sql") from None
        self._places = places
        self._visible = visible_tables(restricted=restricted)
        self._made: set[str] = set()
        self._connection = duckdb.connect(":memory:")
        for layer in ("bronze", "silver", "gold", "ops"):
            self._connection.execute(f"CREATE SCHEMA {layer}")
        for setting in (
            "TimeZone = 'UTC'",
            "python_enable_replacements = false",
            "enable_external_access = false",
            f"threads = {os.cpu_count() or 2}",
            "lock_configuration = true",
        ):
            self._connection.execute(f"SET {setting}")

    def statements(self, script: str) -> list[str]:
        """See :class:`smelt.sql.answer.Engine`."""
        import duckdb

        try:
            return [
                statement.query.strip().rstrip(";").strip() for statement in duckdb.extract_statements(script)
            ]
        except duckdb.Error as error:
            raise SqlError("the query cannot be run", [_safe_message(error)]) from None

    def run(self, statement: str, limit: int) -> Answer:
        """See :class:`smelt.sql.answer.Engine`."""
        import duckdb

        told = shown(self, statement)
        if told is not None:
            return told
        try:
            for parsed in duckdb.extract_statements(statement):
                if parsed.type.name not in _READS:
                    raise SqlError(f"{parsed.type.name} is refused", [READ_ONLY])
            self._make(statement)
            answer = self._connection.execute(statement)
            if answer.description is None:
                return Answer((), (), False)
            reader = answer.to_arrow_reader(_BATCH_ROWS)
            return cut(reader.schema.names, _rows(reader), limit)
        except duckdb.Error as error:
            problems = [_safe_message(error)]
            if isinstance(error, duckdb.CatalogException):
                problems += self._nearest(statement)
            hidden = self._hidden_in(statement)
            if hidden:
                problems.append(
                    f"{', '.join(hidden)}: raw personal data is shown with --restricted only, which is logged"
                )
            raise SqlError("the query cannot be run", problems) from None

    def tables(self) -> list[tuple[str, str]]:
        """See :class:`smelt.sql.answer.Engine`."""
        known = {table: all_contracts()[table].comment for table in self._visible if self._exists(table)}
        views = {
            name: view.comment
            for name, view in all_views().items()
            if all(table in self._visible for table in view.reads)
        }
        return [*known.items(), *views.items()]

    def _make(self, statement: str) -> None:
        """Create the views of the tables that a statement names, or of all if it names none."""
        names = [*self._visible, *all_views()]
        meant = [name for name in names if _mentions(statement, name)]
        if re.search(
            r"(?i)\bshow\b|\binformation_schema\b|\bduckdb_\w+\(|\bpragma\b|\bsummarize\b", statement
        ):
            meant = names
        views = [all_views()[name] for name in meant if name in all_views()]
        tables = {name for name in meant if name not in all_views()} | {t for v in views for t in v.reads}
        for table in sorted(tables & set(self._visible) - self._made):
            self._make_table(table)
        for view in views:
            if view.view not in self._made and set(view.reads) <= set(self._visible):
                query = view.query({table: table for table in view.reads}, "duckdb")
                self._connection.execute(f"CREATE VIEW {view.view} AS {query}")
                self._made.add(view.view)

    def _make_table(self, table: str) -> None:
        declared = all_contracts()[table]
        found: Any = _opened(self._places.location(table))
        inner = f"_{declared.layer}_{declared.name}"
        if found is None:  # an empty table, as with Spark: views may read tables that no run has created yet
            found = _empty(table)
        self._connection.register(inner, found)
        columns = ", ".join(f'"{name}"' for name in found.schema.names)
        self._connection.execute(f"CREATE VIEW {table} AS SELECT {columns} FROM {inner}")
        self._made.add(table)

    def _exists(self, table: str) -> bool:
        return _opened(self._places.location(table)) is not None

    def _nearest(self, statement: str) -> list[str]:
        """Which of our tables may have been meant; DuckDB's own guess is one of its system tables."""
        names = [*self._visible, *all_views()]
        asked = re.findall(r"(?<![\w.])\w+\.\w+(?![\w.(])", statement.lower().replace('"', ""))
        meant = [
            near
            for name in asked
            if name not in all_contracts()
            for near in get_close_matches(name, names, 1)
        ]
        return [
            f"did you mean {name}? SHOW TABLES lists all"
            for name in dict.fromkeys(meant)
            if name not in asked
        ]

    def _hidden_in(self, statement: str) -> list[str]:
        return [
            table
            for table, declared in all_contracts().items()
            if is_restricted(declared) and table not in self._visible and _mentions(statement, table)
        ]


def _opened(location: str) -> Any:
    """The table as an Arrow dataset, None if there is none.

    Raises SqlError for one that delta-rs cannot read correctly.
    """
    from deltalake import DeltaTable
    from deltalake.exceptions import DeltaError, TableNotFoundError

    if "://" not in location and not os.path.isdir(location):
        return None
    place = uri_of(location)
    if place is None:
        raise EnvironmentProblem(
            f"{location} cannot be read without Spark",
            ["its path holds signs that delta-rs cannot have", _SPARK],
        )
    try:
        table = DeltaTable(place)
    except TableNotFoundError:
        return None
    except (DeltaError, OSError) as error:
        raise EnvironmentProblem(
            f"{location} cannot be read without Spark", [type(error).__name__, _SPARK]
        ) from None
    protocol = table.protocol()
    if protocol.min_reader_version > 1:
        features = set(protocol.reader_features or ()) or {f"reader version {protocol.min_reader_version}"}
        raise SqlError(
            f"{location} needs Spark to be read rightly", [f"it uses {', '.join(sorted(features))}", _SPARK]
        )
    return table.to_pyarrow_dataset()


def _empty(table: str) -> pa.Table:
    """No rows with the contract's columns."""
    import pyarrow as pa

    declared = all_contracts()[table]
    return pa.table({column.name: pa.array([], _arrow(column.type)) for column in declared.columns})


def _arrow(type_name: str) -> pa.DataType:
    import pyarrow as pa

    simple: Mapping[str, Callable[[], pa.DataType]] = {
        "string": pa.string, "int": pa.int32, "bigint": pa.int64, "smallint": pa.int16, "double": pa.float64,
        "float": pa.float32, "boolean": pa.bool_, "binary": pa.binary, "date": pa.date32,
        "timestamp": lambda: pa.timestamp("us", "UTC"), "timestamp_ntz": lambda: pa.timestamp("us"),
    }  # fmt: skip
    if type_name in simple:
        return simple[type_name]()
    inside = type_name[type_name.index("<") + 1 : -1]
    if type_name.startswith("array<"):
        return pa.list_(_arrow(inside))
    parts = _split(inside)
    if type_name.startswith("map<"):
        return pa.map_(_arrow(parts[0]), _arrow(parts[1]))
    return pa.struct([(name, _arrow(kind)) for name, _, kind in (part.partition(":") for part in parts)])


def _split(inside: str) -> list[str]:
    """Split at commas, except those inside brackets."""
    parts, depth = [""], 0
    for letter in inside:
        depth += (letter in "<(") - (letter in ">)")
        if letter == "," and not depth:
            parts.append("")
        else:
            parts[-1] += letter
    return parts


def _rows(reader: Any) -> Iterator[Sequence[Any]]:
    import pyarrow as pa

    kinds = list(reader.schema.types)
    has_maps = any("map<" in str(kind) or pa.types.is_decimal(kind) for kind in kinds)
    for batch in reader:
        for values in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            yield [_mapped(v, k, pa) for v, k in zip(values, kinds, strict=True)] if has_maps else values


def _mapped(value: Any, kind: Any, pa: Any) -> Any:
    """Convert Arrow's maps (lists of pairs) to dictionaries, at any depth, and whole decimals (DuckDB's sums) to
    int."""
    if value is None:
        return None
    if pa.types.is_decimal(kind):
        return int(value) if kind.scale == 0 else value
    if pa.types.is_map(kind):
        return {key: _mapped(each, kind.item_type, pa) for key, each in value}
    if pa.types.is_list(kind):
        return [_mapped(each, kind.value_type, pa) for each in value]
    if pa.types.is_struct(kind):
        return {field.name: _mapped(value[field.name], field.type, pa) for field in kind}
    return value


def _mentions(statement: str, name: str) -> bool:
    layer, table = name.split(".")
    return re.search(rf'(?i)(?<![\w."])"?{layer}"?\s*\.\s*"?{table}"?(?!\w)', statement) is not None


def _safe_message(error: duckdb.Error) -> str:
    """DuckDB's message if it quotes at most the query; for errors about values, which quote data, only the class."""
    import duckdb

    if isinstance(error, (duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException)):
        return re.sub(r'\nDid you mean "[^\n]*', "", str(error)).strip()
    if isinstance(error, duckdb.PermissionException):
        return "a query reads tables only: no files, no network, no other database"
    advice = (
        "; try_cast gives null for what cannot be converted" if "Conversion" in type(error).__name__ else ""
    )
    return f"{type(error).__name__}{advice}"


_SPARK = "ask with --engine spark"
