"""Pulls a PostgreSQL table through ADBC (https://arrow.apache.org/adbc), which returns Arrow and needs no Java.

All parallel reads of a pull see one snapshot of the database (SET TRANSACTION SNAPSHOT). A pull takes rows changed
since the newest pulled one minus the overlap, rows without a time, and rows with a key not pulled before, however late
they were committed. Rows that were deleted from the table are counted and listed.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from smelt.errors import ConfigError, EnvironmentProblem, MissingExtra
from smelt.intake.databases.config import DatabaseConfig
from smelt.intake.databases.pulled import Pulled, plain_schema, pulled

DELETED = "deleted.txt"
"""File in the pull's folder: keys of rows deleted from the table, one per line; rewritten by each pull."""

_PLAIN = frozenset(
    {
        *(
            "smallint",
            "integer",
            "bigint",
            "real",
            "double precision",
            "boolean",
            "text",
            "character varying",
        ),
        *("timestamp with time zone", "timestamp without time zone", "date"),
    }
)
"""Types (names of information_schema) that are pulled unchanged; all others are cast to text."""


class Pull(NamedTuple):
    """The result of a pull."""

    name: str
    rows: int
    """Rows written."""
    late: int
    """Of these, rows with an old time and a key that no earlier pull had seen."""
    deleted: int
    """Rows pulled earlier that the table no longer holds."""
    files: tuple[str, ...]


def pull(config: DatabaseConfig, landing: str) -> Pull:
    """Copy changed rows into the landing folder.

    Files get their final names when all are complete; a killed pull leaves none. Raises ConfigError if the table or a
    column does not exist, EnvironmentProblem if the server cannot be reached.
    """
    url = os.environ.get(config.url)
    if not url:
        raise ConfigError(
            f"intake.databases {config.name}: no URL", [f"set the environment variable {config.url}"]
        )
    folder = Path(landing) / config.folder
    folder.mkdir(parents=True, exist_ok=True)
    before = pulled(folder, config.key, config.updated_at)
    with _connected(url, config.name) as connection, connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        select = _select(cursor, config)
        snapshot = _scalar(cursor, "SELECT pg_export_snapshot()")
        there = _keys(cursor, config)
        unseen = there - before.keys if before.newest is not None else set()
        parts = _read(url, config, select, snapshot, _since(before, config), sorted(unseen))
    names = _write(folder, config, parts)
    gone = sorted(before.keys - there)
    _list_deleted(folder, gone)
    rows = sum(part.num_rows for part in parts)
    late = parts[-1].num_rows if unseen else 0
    return Pull(config.name, rows, late, len(gone), tuple(names))


def _since(before: Pulled, config: DatabaseConfig) -> str | None:
    return None if before.newest is None else (before.newest - config.overlap).isoformat()


def _select(cursor: Any, config: DatabaseConfig) -> str:
    """``SELECT ... FROM table``; raises ConfigError naming every column that is missing."""
    schema, _, table = config.table.rpartition(".")
    cursor.execute(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = $1"
        " AND table_schema = coalesce(nullif($2, ''), current_schema()) ORDER BY ordinal_position",
        (table, schema),
    )
    columns = dict(cursor.fetchall())
    missing = [name for name in (config.key, config.updated_at) if name not in columns]
    if missing:
        known = ", ".join(columns) or "none: there is no such table, or it may not be read"
        raise ConfigError(
            f"intake.databases {config.name}: {config.table} is not as configured",
            [f"column {name} is missing" for name in missing] + [f"its columns: {known}"],
        )
    if not columns[config.updated_at].startswith(("timestamp", "date")):
        raise ConfigError(
            f"intake.databases {config.name}: {config.updated_at} is {columns[config.updated_at]}",
            ["name a timestamp"],
        )
    chosen = [
        _quoted(name) if kind in _PLAIN else f"{_quoted(name)}::text AS {_quoted(name)}"
        for name, kind in columns.items()
    ]
    return f"SELECT {', '.join(chosen)} FROM {_table(config)}"


def _keys(cursor: Any, config: DatabaseConfig) -> set[str]:
    cursor.execute(f"SELECT {_quoted(config.key)}::text AS k FROM {_table(config)}")
    return set(cursor.fetch_arrow_table()["k"].to_pylist())


def _read(
    url: str, config: DatabaseConfig, select: str, snapshot: str, since: str | None, unseen: Sequence[str]
) -> list[pa.Table]:
    """The changed rows, one table per partition, then older rows with ``unseen`` keys."""
    changed = (
        "TRUE"
        if since is None
        else f"({_quoted(config.updated_at)} >= $1::timestamptz OR {_quoted(config.updated_at)} IS NULL)"
    )
    share = f"abs(hashtext({_quoted(config.key)}::text)::bigint) % {config.partitions}"
    known = () if since is None else (since,)
    queries: list[tuple[str, tuple[Any, ...]]] = [
        (f"{select} WHERE {changed} AND {share} = {part}", known) for part in range(config.partitions)
    ]
    if unseen:
        array = (
            "{" + ",".join('"' + key.replace("\\", "\\\\").replace('"', '\\"') + '"' for key in unseen) + "}"
        )
        queries.append(
            (
                f"{select} WHERE {_quoted(config.key)}::text = ANY($2::text[]) AND NOT {changed}",
                (since, array),
            )
        )

    def run(query: tuple[str, tuple[Any, ...]]) -> pa.Table:
        with _connected(url, config.name) as connection, connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute(f"SET TRANSACTION SNAPSHOT '{snapshot}'")
            cursor.execute(query[0], query[1] or None)
            table: pa.Table = cursor.fetch_arrow_table()
            return table.cast(plain_schema(table.schema))

    with ThreadPoolExecutor(max_workers=config.partitions) as pool:
        return list(pool.map(run, queries))


def _write(folder: Path, config: DatabaseConfig, parts: Sequence[pa.Table]) -> list[str]:
    moment = f"{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S%f}"
    waiting: list[tuple[Path, Path]] = []
    try:
        for number, part in enumerate(parts):
            if part.num_rows:
                final = folder / f"{config.name}-{moment}-{number:03d}.parquet"
                unfinished = folder / f".{final.name}.part"
                waiting.append((unfinished, final))
                pq.write_table(part, unfinished, compression="zstd")
        for unfinished, final in waiting:
            unfinished.rename(final)
    finally:
        for unfinished, _ in waiting:
            unfinished.unlink(missing_ok=True)
    return [final.name for _, final in waiting]


def _list_deleted(folder: Path, gone: Sequence[str]) -> None:
    unfinished = folder / f".{DELETED}.part"
    unfinished.write_text("".join(f"{key}\n" for key in gone), "utf-8")
    unfinished.rename(folder / DELETED)


@contextlib.contextmanager
def _connected(url: str, name: str) -> Iterator[Any]:
    try:
        from adbc_driver_postgresql import dbapi
    except ImportError:
        raise MissingExtra("adbc-driver-postgresql", "postgres") from None
    try:
        connection = dbapi.connect(url)
    except dbapi.Error as error:  # libpq's message names host, user and database, never the password
        said = str(error).splitlines()[0].replace(url, "URL")
        raise EnvironmentProblem(f"intake.databases {name}: no connection", [said]) from None
    try:
        yield connection
    except dbapi.Error as error:
        raise EnvironmentProblem(
            f"intake.databases {name}: the database refused a query",
            [getattr(error, "sqlstate", None) or type(error).__name__],
        ) from None
    finally:
        connection.close()


def _scalar(cursor: Any, query: str) -> str:
    cursor.execute(query)
    return str(cursor.fetchone()[0])


def _table(config: DatabaseConfig) -> str:
    return ".".join(_quoted(part) for part in config.table.split("."))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
