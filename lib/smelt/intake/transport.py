"""Reads files in Spark tasks: JSON lines by line, so that large files are split; other formats file by file."""

from __future__ import annotations

import codecs
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from math import ceil
from typing import TYPE_CHECKING, NamedTuple

from smelt.intake.columns import PARSED_DDL
from smelt.intake.content import PACKED
from smelt.intake.landing import LandingFile, Reading, binary_files, literal_paths
from smelt.intake.local_files import lines_of_files, whole_files
from smelt.intake.long_lines import has_long_line
from smelt.intake.parse_batches import BATCH_ROWS, PLACE, parse_files, parse_lines, parse_records
from smelt.intake.parsing import Limits
from smelt.tables.embedded import is_embedded
from smelt.tables.filesystem import StoredFile, is_connect, literal, local_path
from smelt.tables.union import union

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

SMALL_FILE = 32 * 1024
"""Bytes. Larger files get an Arrow batch of their own, so that a batch of small ones stays below 32 MB."""

_FEW_FILES = 2_000
_DOCUMENT_BYTES = 64 * 1024 * 1024
"""Bytes up to which a file named .json is read whole."""
_HELD_LINE = 1 << 26
"""Most bytes of a line that Spark may hold; a file with a longer line is read whole, with bounded memory."""
_LOOKING = 8
"""Files examined in parallel, since a store takes time to answer."""
_FILES_A_TASK = 1_000


class Wave(NamedTuple):
    """Rows to be written together; ``batch_rows`` is the number of rows per Arrow batch of their input."""

    rows: DataFrame
    batch_rows: int


def waves(
    spark: SparkSession,
    wanted: Sequence[tuple[Reading, Sequence[LandingFile]]],
    limits: Limits,
    task_bytes: int,
    damaged: Collection[str] = (),
) -> list[Wave]:
    """Rows of all files of all sources, in at most two waves: lines and small files; large files.

    Files in ``damaged`` (see :func:`damaged_files`) give one bad entry each. If there are no lines and few small files,
    all files form one wave with one file per batch.
    """
    many: list[DataFrame] = []
    single: list[DataFrame] = []
    any_lines = any(_is_split(reading, file) for reading, files in wanted for file in files)
    count = sum(len(files) for _, files in wanted)
    small_file = SMALL_FILE if any_lines or count > _FEW_FILES else 0
    for reading, files in wanted:
        split = [file for file in files if _is_split(reading, file)]
        long = _with_long_lines(spark, split)
        lines = [file for file in split if file not in long]
        whole = [file for file in files if file not in lines]
        small = [file for file in whole if file.size <= small_file]
        large = [file for file in whole if small_file < file.size <= limits.max_file_bytes]
        refused = [file for file in whole if file.size > limits.max_file_bytes]
        unreadable: list[LandingFile] = []
        if refused and _is_row_wise(reading) and not is_embedded(spark):
            for file in refused:
                frame = None if file.path in damaged else _parquet(spark, reading, file, limits)
                if frame is None:
                    unreadable.append(file)
                else:
                    many.append(frame)
            refused = []
        if lines:
            many.append(_lines(spark, reading, lines, limits, task_bytes))
        if small:
            many.append(_whole(spark, reading, small, limits, task_bytes))
        if large:
            single.append(_whole(spark, reading, large, limits, task_bytes))
        if refused:
            single.append(_refused(spark, reading, refused, limits, None))
        if unreadable:
            single.append(_refused(spark, reading, unreadable, limits, b""))
    return [Wave(union(frames), rows) for frames, rows in ((many, BATCH_ROWS), (single, 1)) if frames]


def damaged_files(
    spark: SparkSession, wanted: Sequence[tuple[Reading, Sequence[LandingFile]]], limits: Limits
) -> set[str]:
    """Paths of the large Parquet files that Spark cannot read completely; called after reading has failed."""
    found = set()
    for reading, files in wanted:
        for file in files if _is_row_wise(reading) else ():
            if file.size > limits.max_file_bytes:
                try:
                    spark.read.parquet(literal(file.path)).write.format("noop").mode("overwrite").save()
                except Exception:
                    found.add(file.path)
    return found


def _with_long_lines(spark: SparkSession, files: Sequence[LandingFile]) -> set[LandingFile]:
    """Files with a line too long for Spark to hold; they are read whole, with bounded memory.

    Over Spark Connect, files of other stores cannot be examined from here, and none is returned.
    """
    large = [file for file in files if file.size > _HELD_LINE]

    def is_long(file: LandingFile) -> bool:
        local = local_path(file.path)
        if local is not None:
            return has_long_line(lambda: open(local, "rb"), _HELD_LINE)
        return not is_connect(spark) and has_long_line(lambda: StoredFile(spark, file.path), _HELD_LINE)

    with ThreadPoolExecutor(_LOOKING) as pool:
        return {file for file, found in zip(large, pool.map(is_long, large), strict=True) if found}


def _is_split(reading: Reading, file: LandingFile) -> bool:
    source = reading.source
    if source.format != "json_lines" or file.path.endswith(PACKED):
        return False
    if file.path.lower().endswith(".json") and file.size <= _DOCUMENT_BYTES:
        return False  # lines, or one document from an API: only the whole file tells which
    grouped = source.turns is not None and source.turns.group_by is not None
    return not grouped and not codecs.lookup(source.encoding).name.startswith(("utf-16", "utf-32"))


def _lines(
    spark: SparkSession, reading: Reading, files: Sequence[LandingFile], limits: Limits, task_bytes: int
) -> DataFrame:
    from pyspark.sql import functions as F

    if is_embedded(spark):
        most = limits.max_record_bytes
        parse = parse_lines(reading, limits)
        return lines_of_files(spark, files, parse, task_bytes=task_bytes, line_bytes=most)
    reader = spark.read.option("recursiveFileLookup", "true")
    if len(files) == len(reading.listed) and not reading.has_links:
        reader = reader.option("pathGlobFilter", reading.source.glob) if reading.source.glob else reader
        frame = reader.text(reading.location)
    else:
        frame = reader.text(literal_paths(files))
    return (
        frame.select(
            F.col("value").cast("binary").alias("line"),
            F.col("_metadata.file_path").alias("path"),
            F.col("_metadata.file_block_start").alias("start"),
        )
        .transform(_in_few_tasks, files, task_bytes)
        .mapInArrow(parse_lines(reading, limits), PARSED_DDL)
    )


def _whole(
    spark: SparkSession, reading: Reading, files: Sequence[LandingFile], limits: Limits, task_bytes: int
) -> DataFrame:
    from pyspark.sql import functions as F

    if is_embedded(spark):
        return whole_files(spark, files, parse_files(reading, limits))
    everything = len(files) == len(reading.listed) and not reading.has_links
    frame = binary_files(spark, reading.source).load(reading.location if everything else literal_paths(files))
    return (
        frame.select("path", F.col("content"))
        .transform(_in_few_tasks, files, task_bytes)
        .mapInArrow(parse_files(reading, limits), PARSED_DDL)
    )


def _is_row_wise(reading: Reading) -> bool:
    turns = reading.source.turns
    return reading.source.format == "parquet" and not (turns is not None and turns.group_by is not None)


def _parquet(spark: SparkSession, reading: Reading, file: LandingFile, limits: Limits) -> DataFrame | None:
    """Rows of a Parquet file too large to be read whole, split by Spark; None if its footer cannot be read.

    Damaged pages raise only when they are read: see :func:`damaged_files`.
    """
    from pyspark.sql import functions as F

    try:
        frame = spark.read.parquet(literal(file.path))
        columns = frame.columns
    except Exception as error:  # Spark 3.5 and 4 raise different errors for a file that is not Parquet
        if "parquet" not in str(error).lower() and "UNABLE_TO_INFER_SCHEMA" not in str(error):
            raise
        return None
    place = F.struct(F.col("_metadata.file_path").alias("path"), F.col("_metadata.row_index").alias("row"))
    return frame.select(
        place.alias(PLACE), *(F.col(f"`{name.replace('`', '``')}`") for name in columns)
    ).mapInArrow(parse_records(reading, limits), PARSED_DDL)


def _refused(
    spark: SparkSession, reading: Reading, files: Sequence[LandingFile], limits: Limits, content: bytes | None
) -> DataFrame:
    """One bad entry per file: too large to be read whole (``content`` None), or the result of reading ``content``."""
    rows = [(file.path, content) for file in files]
    paths = spark.createDataFrame(rows, "path string, content binary")
    return paths.coalesce(1).mapInArrow(parse_files(reading, limits), PARSED_DDL)


def _in_few_tasks(frame: DataFrame, files: Sequence[LandingFile], task_bytes: int) -> DataFrame:
    """Coalesce so that one task reads many small files; splits of large files are kept."""
    total = sum(file.size for file in files)
    return frame.coalesce(max(2, ceil(total / task_bytes), ceil(len(files) / _FILES_A_TASK)))
