"""ops.access_log: who viewed or erased personal data by hand. The entry is written before anything is shown.

A record is identified by a keyed hash, so the log holds no personal data once the key or the record is gone.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Literal

from smelt.identity import stable_id
from smelt.pii.config import PiiConfig
from smelt.pii.scrubber import Scrubber
from smelt.pii.types import TextBatch
from smelt.tables.contract import contract

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from smelt.tables.warehouse import Warehouse

TABLE = "ops.access_log"

Action = Literal["reveal", "forget", "sql"]
Outcome = Literal["granted", "nothing", "denied"]


def who(spark: SparkSession) -> str:
    """The user name by Spark's current_user(): the Databricks user, or that of the operating system."""
    return str(spark.sql("SELECT current_user() AS name").collect()[0]["name"])


def tagged(text: str | None, config: PiiConfig) -> str | None:
    """Scrub a text for storage or display: every finding becomes a plain tag, whatever the configured policies."""
    if not text:
        return None
    tags = config.model_copy(
        update={
            "entities": {
                name: rule.model_copy(update={"policy": "tag"}) for name, rule in config.entities.items()
            },
            "custom": {name: own.model_copy(update={"policy": "tag"}) for name, own in config.custom.items()},
        }
    )
    return Scrubber(tags, None).scrub(TextBatch.of([text])).texts[0]


def note_access(
    warehouse: Warehouse,
    *,
    action: Action,
    outcome: Outcome,
    actor: str,
    run_id: str,
    record_key: str | None = None,
    reason: str | None = None,
    key_version: str | None = None,
    values_shown: int = 0,
) -> None:
    """Append one entry; ``reason`` must already be scrubbed, ``record_key`` be made by erasure.hashes."""
    at = dt.datetime.now(dt.UTC)
    row = {
        "access_id": stable_id("access", run_id, action, record_key or ""),
        "at": at,
        "actor": actor,
        "action": action,
        "record_id": None,
        "record_key": record_key,
        "reason": reason,
        "key_version": key_version,
        "values_shown": values_shown,
        "outcome": outcome,
        "run_id": run_id,
    }
    declared = contract(TABLE)
    df = warehouse.spark.createDataFrame([tuple(row[name] for name in declared.column_names)], declared.ddl())
    # Without a run_id: every attempt is an entry, also a second one of the same user for the same record.
    warehouse.append(TABLE, df)
