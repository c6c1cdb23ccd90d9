"""What every stage is given: session, configuration, warehouse and the run's id."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from smelt.config import SmeltConfig
from smelt.tables.warehouse import Warehouse

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


@dataclass(frozen=True)
class Job:
    """What a job's ``run`` is given."""

    spark: SparkSession
    config: SmeltConfig
    warehouse: Warehouse
    run_id: str
    release: str | None = None
    """Name that was asked for, where a release is to be made."""
    predecessor: str | None = None
    """Release that it follows, less the records that were erased since."""
    started_at: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.timezone.utc))
    say: Callable[[str], None] = lambda line: None
    """Told how far a stage is that waits for others, e.g. for a model's server."""


def new_run_id() -> str:
    """Sortable by time, unique: 20261124T093000-1f2e3d4c."""
    return f"{dt.datetime.now(dt.timezone.utc):%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:8]}"


def open_job(
    config: SmeltConfig,
    *,
    run_id: str | None = None,
    release: str | None = None,
    predecessor: str | None = None,
    spark: SparkSession | None = None,
    may_embed: bool = False,
) -> Job:
    """A job over the configured warehouse, in the session that fits where this runs.

    With ``may_embed`` that may be one of the embedded engine (see :mod:`smelt.pipeline.engine`).
    """
    from smelt.pipeline.engine import engine_of
    from smelt.spark.executors import check_executors
    from smelt.spark.session import get_session, runs_elsewhere

    if spark is None:
        engine = engine_of(config) if may_embed else config.spark.engine
        spark = get_session(config.spark.model_copy(update={"engine": engine}))
        if runs_elsewhere(spark):
            check_executors(spark)
    place = config.warehouse
    warehouse = Warehouse(spark, **place.model_dump())
    return Job(spark, config, warehouse, run_id or new_run_id(), release, predecessor)
