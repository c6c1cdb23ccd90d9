"""The job: session, configuration, warehouse and run id, which every stage is given."""

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
    """The argument of a stage's ``run``."""

    spark: SparkSession
    config: SmeltConfig
    warehouse: Warehouse
    run_id: str
    release: str | None = None
    """Requested name of the release to make."""
    predecessor: str | None = None
    """Earlier release to repeat without the records that were erased since."""
    started_at: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC))
    say: Callable[[str], None] = lambda line: None
    """Called with progress messages by stages that wait long, e.g. for a model server."""


def new_run_id() -> str:
    """A new unique run id that sorts by time: 20261124T093000-1f2e3d4c."""
    return f"{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:8]}"


def open_job(
    config: SmeltConfig,
    *,
    run_id: str | None = None,
    release: str | None = None,
    predecessor: str | None = None,
    spark: SparkSession | None = None,
    may_embed: bool = False,
) -> Job:
    """A job on the configured warehouse, with a session from :func:`smelt.spark.session.get_session` unless given.

    With ``may_embed``, the session may be that of the embedded engine (see :mod:`smelt.pipeline.engine`).
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
