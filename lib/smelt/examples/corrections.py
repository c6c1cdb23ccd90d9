"""Makes examples from a production model's answers that users corrected; rejected until a reviewer accepts them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from smelt.examples.config import CleaningConfig
from smelt.examples.templates import templating
from smelt.identity import pseudonym
from smelt.pii.keys import ScrubKey

POSITION = -2
"""Position of the pair of a request and its corrected answer."""

NOT_REVIEWED = "not_reviewed"
"""Reason of rejection of a corrected answer whose current text no reviewer has accepted."""

KIND = "chats"


def corrected(predictions: DataFrame, feedback: DataFrame) -> DataFrame:
    """One row per answer that users edited so much that it counts as wrong (silver.feedback, kind ``edited``).

    Columns as of :func:`smelt.examples.templates.templated`, without ``conversation_id``; ``record_id`` is the
    request's. Empty corrections are left out.
    """
    said = feedback.where("kind = 'edited' AND NOT is_right AND length(trim(text)) > 0").select(
        "record_id", F.col("text").alias("answer"), F.col("content_hash").alias("said"), "ingested_at"
    )
    nothing = F.lit(None)
    return (
        predictions.select(
            *("record_id", "source", "customer_key", "question", "category", "language"),
            F.col("at").alias("asked_at"),
            F.col("content_hash").alias("asked"),
        )
        .join(said, "record_id")
        .withColumn("content_hash", F.substring(F.sha2(F.concat_ws("|", "asked", "said"), 256), 1, 32))
        .drop("asked", "said")
        .withColumn("kind", F.lit(KIND))
        .withColumn("priority", nothing.cast("string"))
        .withColumn("outcome", nothing.cast("map<string,string>"))
        .withColumn("rejections", F.array().cast("array<string>"))
    )


def correcting(
    cleaning: CleaningConfig, key: ScrubKey
) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """For ``mapInArrow``: columns of :func:`corrected` -> one example per row, columns of silver.examples without
    run_id."""

    convert = templating(cleaning, POSITION)

    def work(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        secret = key.derive("pseudonym")
        return convert(_with_conversation(batch, secret) for batch in batches)

    return work


def _with_conversation(batch: pa.RecordBatch, secret: bytes) -> pa.RecordBatch:
    """Add ``conversation_id``: each request is a conversation, identified by a keyed pseudonym."""
    own = [pseudonym(secret, "conversation", record) for record in batch.column("record_id").to_pylist()]
    return batch.append_column("conversation_id", pa.array(own, pa.string()))
