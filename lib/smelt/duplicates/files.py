"""Deduplicates a JSON lines or Parquet file in one process, without Spark."""

from __future__ import annotations

import contextlib
import gzip
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from smelt.duplicates.boilerplate import frequent_lines, line_hashes, set_aside
from smelt.duplicates.config import DuplicatesConfig
from smelt.duplicates.engine import find_duplicates
from smelt.duplicates.texts import whole_texts
from smelt.errors import ProblemsError
from smelt.isolate import PREFIX, failure, isolated_items
from smelt.json_lines import BadLineError, json_object

SHOWN = 5
"""Problems of one kind that are listed; further ones are only counted."""


class UnusableFileError(ProblemsError):
    """Raised when a file cannot be read as rows with an id and a text; names line numbers, never content."""


class Rows(NamedTuple):
    """``ids`` (all integers or all strings) and ``texts`` (null if missing) of a file."""

    ids: pl.Series
    texts: pl.Series


def read_rows(file: Path, id_column: str, text_column: str) -> Rows:
    """Read a .parquet file, or JSON lines for any other name (.gz is decompressed). Raises UnusableFileError."""
    if not file.is_file():
        raise UnusableFileError(f"{file} cannot be read", ["no such file"])
    rows = _parquet if file.suffix == ".parquet" else _json_lines
    return _checked(file, *rows(file, id_column, text_column))


def duplicates_of(rows: Rows, config: DuplicatesConfig, *, every_row: bool) -> pl.DataFrame:
    """(id, cluster_id, kind, similarity, kept_id) of every row that has a duplicate, in the file's order.

    With ``every_row``, also rows of kind ``unique``, or ``empty`` if no word is left to compare. The row with the
    smallest id of its cluster is kept; unique and empty rows are kept. A text that fails is not compared; its kind is
    ``failed:dedup:TYPE``.
    """
    try:
        result = _compared(rows, config)
    except BaseException as error:
        failure("dedup", error)
        failed = _failing_alone(rows, config)
        if not failed:
            raise
        texts = rows.texts.scatter(list(failed), [None] * len(failed))
        result = _compared(Rows(rows.ids, texts), config)
        kinds = result["kind"].cast(pl.String).scatter(list(failed), list(failed.values()))
        result = result.with_columns(kinds)
    return result if every_row else noteworthy(result)


def noteworthy(found: pl.DataFrame) -> pl.DataFrame:
    """The rows that have a duplicate, and those that could not be compared."""
    return found.filter(
        pl.col("cluster_id").is_not_null() | pl.col("kind").cast(pl.String).str.starts_with(PREFIX)
    )


def _failing_alone(rows: Rows, config: DuplicatesConfig) -> dict[int, str]:
    """Row -> reason, of the texts that fail, found by bisection."""

    def tried(some: Sequence[int]) -> dict[int, str]:
        chosen = list(some)
        _compared(Rows(rows.ids[chosen], rows.texts[chosen]), config)
        return {}

    parts = isolated_items(range(len(rows.ids)), tried, lambda row, reason: {row: reason}, stage="dedup")
    return {row: reason for part in parts for row, reason in part.items()}


def _compared(rows: Rows, config: DuplicatesConfig) -> pl.DataFrame:
    """Every row, in the file's order."""
    texts, rule = rows.texts, config.boilerplate
    if rule.enabled:
        lines = line_hashes(texts, config.placeholder, rule.min_words)
        known = frequent_lines(lines, min_conversations=rule.min_conversations, min_share=rule.min_share)
        texts = set_aside(texts, known, config.placeholder, rule.min_words).texts
    by_id = rows.ids.arg_sort()
    preference = np.empty(len(by_id), dtype=np.int64)
    preference[by_id.to_numpy()] = np.arange(len(by_id))
    found = find_duplicates(whole_texts(texts, config), preference, config.near)
    return found.select(
        id=rows.ids,
        cluster_id="cluster_id",
        kind="kind",
        similarity=pl.col("similarity").round(6),
        kept_id=rows.ids.gather(found["kept_row"].fill_null(found["row"])),
    )


def write_rows(found: pl.DataFrame, file: Path) -> None:
    """Write Parquet or JSON lines, by the file's suffix, atomically. Raises UnusableFileError."""
    part = file.with_name(f".{file.name}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.suffix == ".parquet":
            found.write_parquet(part)
        else:
            found.write_ndjson(part)
        part.replace(file)
    except OSError as error:
        raise UnusableFileError(f"{file} cannot be written", [error.strerror or "unknown reason"]) from None
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def _json_lines(file: Path, id_column: str, text_column: str) -> tuple[list[Any], list[Any], list[str]]:
    ids: list[Any] = []
    texts: list[Any] = []
    broken: list[int] = []
    for number, line in enumerate(_lines(file), start=1):
        if not line.strip():
            continue
        try:
            row = json_object(line, is_first=number == 1)
        except BadLineError:
            broken.append(number)
            continue
        ids.append(row.get(id_column))
        texts.append(row.get(text_column))
    return ids, texts, [_listed("no JSON object in line", broken)] if broken else []


def _lines(file: Path) -> Iterator[bytes]:
    try:
        with gzip.open(file) if file.suffix == ".gz" else file.open("rb") as opened:
            yield from opened
    except (OSError, EOFError) as error:
        raise UnusableFileError(f"{file} cannot be read", [str(error) or "cut off"]) from None


def _parquet(file: Path, id_column: str, text_column: str) -> tuple[list[Any], list[Any], list[str]]:
    try:
        names = pl.read_parquet_schema(file)
        missing = [f"no column {name}; there are: {', '.join(names)}"
                   for name in dict.fromkeys((id_column, text_column)) if name not in names]  # fmt: skip
        if missing:
            raise UnusableFileError(f"{file} cannot be used", missing)
        table = pl.read_parquet(file, columns=list(dict.fromkeys((id_column, text_column))))
    except (pl.exceptions.ComputeError, OSError):
        raise UnusableFileError(f"{file} cannot be read", ["it is no Parquet file"]) from None
    return table[id_column].to_list(), table[text_column].to_list(), []


def _checked(file: Path, ids: list[Any], texts: list[Any], problems: list[str]) -> Rows:
    """Check that ids are unique and of one type; raises UnusableFileError with every problem of the file."""
    if ids and all(given is None for given in ids):
        problems.append("no row has an id: name the column with --id-column")
    elif absent := [number for number, given in enumerate(ids, start=1) if given is None]:
        problems.append(_listed("no id in row", absent))
    if texts and all(given is None for given in texts):
        problems.append("no row has a text: name the column with --text-column")
    other = [
        number
        for number, given in enumerate(texts, start=1)
        if given is not None and not isinstance(given, str)
    ]
    if other:
        problems.append(_listed("the text is no string in row", other))
    if not problems:
        first: dict[str, int] = {}
        numbered = enumerate(map(str, ids), start=1)
        if again := [number for number, given in numbered if first.setdefault(given, number) != number]:
            problems.append(_listed("an id that stood before in row", again))
    if problems:
        raise UnusableFileError(f"{file} cannot be used", problems)
    numbers = all(type(given) is int and abs(given) < 1 << 63 for given in ids)
    return Rows(
        pl.Series(
            "id", ids if numbers else [str(given) for given in ids], pl.Int64 if numbers else pl.String
        ),
        pl.Series("text", texts, pl.String),
    )


def _listed(what: str, numbers: list[int]) -> str:
    more = f" and {len(numbers) - SHOWN:,} more" if len(numbers) > SHOWN else ""
    return f"{what} {', '.join(map(str, numbers[:SHOWN]))}{more}"
