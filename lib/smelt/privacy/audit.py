"""The audit of scrubbing: one row per finding, from the column ``pii_findings`` of each conversation."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from smelt.identity import ID_LENGTH

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

_SEPARATOR = "\x1f"


def finding_id(record_id: str, content_hash: str, field: str, position: int, start: int) -> str:
    """The id of one finding: 32 hex digits of SHA-256, equal to that of :func:`finding_id_column`."""
    text = _SEPARATOR.join((record_id, content_hash, field, str(position), str(start)))
    return hashlib.sha256(text.encode()).hexdigest()[:ID_LENGTH]


def finding_id_column(finding: Column) -> Column:
    """:func:`finding_id` of the columns record_id and content_hash and a struct column of a finding."""
    from pyspark.sql import functions as F

    place = (finding[name].cast("string") for name in ("field", "position", "start"))
    return F.substring(
        F.sha2(F.concat_ws(_SEPARATOR, "record_id", "content_hash", *place), 256), 1, ID_LENGTH
    )


def to_findings(conversations: DataFrame) -> DataFrame:
    """Explode ``pii_findings`` of silver.conversations into the columns of silver.pii_findings, without run_id."""
    from pyspark.sql import functions as F

    found = F.col("finding")
    renamed = {
        "start_before": found["start"],
        "end_before": found["end"],
        "start_after": found["new_start"],
        "end_after": found["new_end"],
    }
    same = (
        "field",
        "position",
        "entity",
        "detector",
        "confidence",
        "value_hash",
        "key_version",
        "policy",
        "severity",
    )
    return (
        conversations.select(
            "record_id", "source", "content_hash", F.explode("pii_findings").alias("finding")
        )
        .withColumn("finding_id", finding_id_column(found))
        .select(
            "finding_id",
            "record_id",
            "source",
            "content_hash",
            *(found[name].alias(name) for name in same),
            *(column.alias(name) for name, column in renamed.items()),
        )
    )
