"""ops.access_log: who saw or erased personal data by hand. The entry is written before anything is shown.

A record is named by keyed hash, so that the log says nothing of a person once the key is gone or the record erased.
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
    """The user as Spark knows it: the Databricks user, or that of the operating system."""
    return str(spark.sql("SELECT current_user() AS name").collect()[0]["name"])


def tagged(text: str | None, config: PiiConfig) -> str | None:
    """A text as it may be stored or shown: every finding becomes a plain tag, whatever the policies say."""
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
    """Append one entry; ``reason`` must be scrubbed already, ``record_key`` is that of erasure.hashes."""
    at = dt.datetime.now(dt.timezone.utc)
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
    # Every attempt is an entry of its own, also the second one of the same person for the same record.
    warehouse.append(TABLE, df)
