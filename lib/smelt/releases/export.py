"""Exports a release as JSON lines or Parquet files by split, with a dataset card and the manifest."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from smelt.privacy.erasure.certificates import erasures_by_release
from smelt.privacy.exports import note_export
from smelt.releases.attribution import COLUMNS, as_markdown, licence_file, read_attributions
from smelt.releases.card import dataset_card
from smelt.releases.manifest import Manifest, ReleaseError
from smelt.releases.rows import rows_of
from smelt.releases.shapes import EXPORTED_ID, Format, Shape, schema_of

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from smelt.tables.warehouse import Warehouse

ROWS_A_FILE = 100_000
ROWS_A_GROUP = 5_000
"""Rows per Parquet row group, held in memory at once: about 10 MB."""

SPLITS = ("train", "validation", "test")


class Exported(NamedTuple):
    """The files written, relative to the folder, and the number of rows by split."""

    folder: Path
    files: list[str]
    rows: dict[str, int]


def export(
    warehouse: Warehouse,
    manifest: Manifest,
    out: Path,
    *,
    file_format: Format = "jsonl",
    shape: Shape = "messages",
    rows_a_file: int = ROWS_A_FILE,
    with_forgotten: bool = False,
    place: str | None = None,
) -> Exported:
    """Write ``out``/data/SPLIT-00000-of-00001.jsonl (or .parquet), README.md and manifest.json.

    Rows are sorted by the exported example_id (EXPORTED_ID); the same release gives the same bytes. The files are
    written to a temporary folder next to ``out`` and then moved, so that a killed run leaves no partial export. Before
    that, ops.exports records ``place``, the final location of the files, by default ``out``. Raises ReleaseError if
    ``out`` is not empty, if the number of rows differs from the manifest, or if the release has rows of customers who
    were erased since, unless ``with_forgotten``.
    """
    forgotten = 0 if with_forgotten else erasures_by_release(warehouse).get(manifest.release, 0)
    if forgotten:
        raise ReleaseError(
            f"release {manifest.release} holds rows of {forgotten:,} forgotten customers; make one without them:"
            f" smelt release --from {manifest.release} (or export it all the same: --with-forgotten)"
        )
    if out.exists() and any(out.iterdir()):
        raise ReleaseError(f"{out} is not empty; name a new folder")
    attributions = read_attributions(warehouse, manifest.release)
    command = f"smelt export, {shape} as {file_format}"
    note_export(warehouse, manifest.release, place or out, command=command, rows=manifest.rows)
    unfinished = out.parent / f".{out.name}.{os.getpid()}.part"
    (unfinished / "data").mkdir(parents=True)
    try:
        files: list[str] = []
        rows: dict[str, int] = {}
        for split in SPLITS:
            expected = manifest.counts.get(split, 0)
            if not expected:
                continue
            selected = _rows(warehouse, manifest, split, shape)
            names = _file_names(split, expected, rows_a_file, file_format)
            rows[split] = _write(selected, unfinished / "data", names, rows_a_file, shape)
            files += [f"data/{name}" for name in names]
            if rows[split] != expected:
                raise ReleaseError(
                    f"release {manifest.release} has {rows[split]:,} rows in {split}, its manifest says {expected:,}"
                )
        credits = as_markdown(attributions)
        card = dataset_card(manifest, rows, file_format=file_format, shape=shape, attributions=attributions)
        for each in attributions:
            if each["licence_text"]:
                file = unfinished / licence_file(each)
                file.parent.mkdir(exist_ok=True)
                file.write_text(str(each["licence_text"]), encoding="utf-8")
                files.append(licence_file(each))
        if credits:
            (unfinished / "ATTRIBUTION.md").write_text(credits, encoding="utf-8")
            files.append("ATTRIBUTION.md")
        (unfinished / "README.md").write_text(card, encoding="utf-8")
        told = [{name: each[name] for name in COLUMNS} for each in attributions]
        (unfinished / "manifest.json").write_bytes(
            orjson.dumps(
                manifest.as_dict() | ({"attributions": told} if told else {}),
                option=orjson.OPT_INDENT_2,
            )
        )
        if out.exists():
            out.rmdir()
        unfinished.rename(out)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return Exported(out, [*files, "README.md", "manifest.json"], rows)


def _rows(warehouse: Warehouse, manifest: Manifest, split: str, shape: Shape) -> DataFrame:
    """One column ``line`` with each row as JSON, which is collected faster than rows of structs."""
    from pyspark.sql import functions as F

    columns = schema_of(shape).names
    rows = rows_of(warehouse, manifest).where(F.col("split") == split)
    keyed = rows.withColumn("example_id", F.expr(EXPORTED_ID))
    ordered = keyed.select(*columns).orderBy("example_id")
    return ordered.select(F.to_json(F.struct(*columns)).alias("line"))


def _file_names(split: str, rows: int, rows_a_file: int, file_format: Format) -> list[str]:
    count = -(-rows // rows_a_file)
    return [f"{split}-{number:05d}-of-{count:05d}.{file_format}" for number in range(count)]


def _write(rows: DataFrame, folder: Path, names: list[str], rows_a_file: int, shape: Shape) -> int:
    lines = (row["line"] for row in rows.toLocalIterator(prefetchPartitions=True))
    written = 0
    for name in names:
        content = islice(lines, rows_a_file)
        if name.endswith(".parquet"):
            written += _write_parquet(folder / name, content, schema_of(shape))
        else:
            written += _write_json_lines(folder / name, content)
    return written + sum(1 for _ in lines)


def _write_json_lines(path: Path, lines: Iterator[str]) -> int:
    written = 0
    with path.open("w", encoding="utf-8", newline="\n", buffering=1 << 20) as file:
        for line in lines:
            file.write(line)
            file.write("\n")
            written += 1
    return written


def _write_parquet(path: Path, lines: Iterator[str], schema: pa.Schema) -> int:
    written = 0
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        while group := [orjson.loads(line) for line in islice(lines, ROWS_A_GROUP)]:
            writer.write_table(pa.Table.from_pylist(group, schema))
            written += len(group)
    return written
