"""Chooses the engine where ``spark.engine`` is auto: the embedded one for small work on this machine's disk.

Both give the same rows. The embedded engine starts at once and answers in milliseconds where Spark needs a second per
query; Spark is used for large data, for other stores, and for features that only it has.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from smelt.config import SmeltConfig
from smelt.intake.links import files_below
from smelt.memory import available_memory
from smelt.regexes import problems_of
from smelt.tables import embedded, local_delta, workers
from smelt.tables.contract import all_contracts
from smelt.tables.filesystem import local_path
from smelt.tables.location import TablePlaces

MOST_NEW_BYTES = 512 * 1024 * 1024
"""Total size of new files up to which the embedded engine is used, memory allowing."""
MEMORY, MEMORY_PER_NEW_BYTE = 2 * 1024**3, 5
"""Bytes that must be free for a run of the embedded engine, and those for each byte of new files. Measured: 1.7 GB with
39 MB, 2.7 GB with 388 MB; Spark takes 3.9 GB with 39 MB and 4.5 GB with 117 MB."""
MUCH_NEW_BYTES = 4 * 1024 * 1024
"""Total size of new files from which worker processes will surely be needed: about 3,000 tickets."""
OF_WORKERS = (
    "pyspark.cloudpickle",
    "smelt.conversations.arrow",
    "smelt.examples.arrow",
    "smelt.quality.arrow",
)
"""Modules that worker processes import while the first stages run."""
MOST_TABLE_BYTES = 2 * 1024 * 1024 * 1024


def engine_of(config: SmeltConfig) -> str:
    """``sail`` or ``spark``, for a run of stages from files to a release."""
    if config.spark.engine != "auto":
        return config.spark.engine
    return "spark" if next(_reasons(config), None) else "sail"


def start_workers(config: SmeltConfig) -> None:
    """Start the embedded engine's worker processes if there is so much new that they will be needed."""
    root = None if config.warehouse.catalog else local_path(config.warehouse.root)
    if root is None:
        return
    if sum(size for _, size in _new_files(config, os.path.abspath(root))) > MUCH_NEW_BYTES:
        workers.start_ahead(OF_WORKERS)


def _reasons(config: SmeltConfig) -> Iterator[str]:
    """Reasons why the embedded engine cannot or should not do the work, cheapest checks first."""
    spark = config.spark
    if not embedded.is_installed():
        yield "it is not installed"
    if any(
        os.environ.get(name)
        for name in ("DATABRICKS_RUNTIME_VERSION", "PYSPARK_GATEWAY_PORT", "SPARK_REMOTE")
    ):
        yield "the session is given"
    if spark.remote or not spark.master.startswith("local") or spark.extra_packages or spark.settings:
        yield "Spark's own settings are asked for"
    if (
        config.pii.detectors.spark_nlp.enabled
        or config.pii.vault.enabled
        or config.duplicates.semantic.enabled
    ):
        yield "a detector, the vault or a model needs Spark"
    if problems_of(
        p for styles in config.dataset_quality.consistency.formats.values() for p in styles.values()
    ):
        yield "an expression of dataset_quality is for Java alone"
    if config.duplicates.decontamination.sets:
        yield "evaluation sets are read by Spark"
    root = None if config.warehouse.catalog else local_path(config.warehouse.root)
    if root is None:
        yield "the tables are not on this machine's disk"
        return
    if any(local_path(config.intake.location(source.path)) is None for source in config.intake.sources):
        yield "files are not on this machine's disk"
        return
    yield from _of_tables(TablePlaces(root=os.path.abspath(root)))
    new = _new_files(config, os.path.abspath(root))
    much = sum(size for _, size in new)
    if much > MOST_NEW_BYTES:
        yield "there is much new"
    if much > MUCH_NEW_BYTES and 0 < available_memory() < MEMORY + MEMORY_PER_NEW_BYTE * much:
        yield "there is little memory"
    if any(size > config.intake.max_file_bytes for is_parquet, size in new if is_parquet):
        yield "a Parquet file is read in parts"


def _of_tables(places: TablePlaces) -> Iterator[str]:
    size = 0
    for table, declared in all_contracts().items():
        location = places.location(table)
        if not local_delta.is_table(location):
            continue
        found = local_delta.snapshot(location)
        if found is None or not local_delta.is_writable(found):
            yield f"{table} has features of Delta that only Spark writes"
            return
        if local_delta.lacks(found, declared):
            yield f"{table} is of an earlier version of smelt"
            return
        size += sum(os.path.getsize(file) for file in found.files)
    if size > MOST_TABLE_BYTES:
        yield "the tables are large"


def _new_files(config: SmeltConfig, root: str) -> list[tuple[bool, int]]:
    """Files of local sources modified since those in ops.files were ingested.

    Per file: whether it is Parquet, and its size in bytes.
    """
    last = 0.0
    found = local_delta.snapshot(f"{root}/ops/files") if local_delta.is_table(f"{root}/ops/files") else None
    if found is not None:
        moments = [row["ingested_at"] for row in local_delta.read_rows(found, ["ingested_at"])]
        last = max(moments).timestamp() if moments else 0.0
    new = []
    for source in config.intake.sources:
        place = local_path(config.intake.location(source.path)) or ""
        place = place if os.path.lexists(place) else config.intake.landing
        if os.path.lexists(place):
            facts = [os.stat(file) for file in files_below(place, place).files]
            new += [(source.format == "parquet", each.st_size) for each in facts if each.st_mtime > last]
    return new
