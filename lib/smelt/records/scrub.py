"""Scrubs personal data from the texts of records, before anything is written."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable

import pyarrow as pa
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from smelt.pii.arrow import FINDING_DDL, scrubbing
from smelt.pii.config import PiiConfig
from smelt.pii.keys import ScrubKey
from smelt.records.config import NUMERIC, TIMES, RecordSource
from smelt.tables.workers import mapped

PLAIN = frozenset({"boolean", *NUMERIC, *TIMES})
"""Types without text: a parsed number or date keeps nothing of its original spelling."""


def scrubbed(df: DataFrame, source: RecordSource, config: PiiConfig, key: ScrubKey) -> DataFrame:
    """Add ``texts`` map<string,string>: scrubbed text columns and pseudonyms as declared, without withheld columns.

    Adds ``pii_count`` and ``pii_rejections``. The record's own identities (``known``) are searched for too.
    """
    texts = {n: c for n, c in source.columns.items() if c.type not in PLAIN and c.pii in ("scrub", "none")}
    free = [name for name, column in texts.items() if column.pii == "scrub"]
    names = [name for name, column in source.columns.items() if column.pii == "pseudonym"]
    carried = [c for c in df.columns if not c.startswith("v_") or c[2:] not in {*free, *names}]
    marked = df.select(
        *(c for c in carried if c not in ("known", "turns")),
        "known",
        pairs(free).alias("outcome"),
        pairs(names).alias("_people"),
    )
    fields = [f"`{f.name}` {f.dataType.simpleString()}" for f in marked.schema.fields if f.name != "known"]
    schema = ", ".join(
        [*fields, "pii_count int", "pii_rejections array<string>", f"pii_findings array<{FINDING_DDL}>"]
    )
    named = named_by(key.derive("pseudonym"))
    clean = mapped(marked, scrubbing(config, key, stage="records", then=named), schema)
    plain = pairs([name for name, column in texts.items() if column.pii == "none"])
    return clean.withColumn("texts", F.map_concat(plain, F.col("outcome"), F.col("_people"))).drop(
        "outcome", "_people", "pii_findings"
    )


def pairs(names: list[str]) -> Column:
    """A map from column name to text, without nulls."""
    if not names:
        return F.create_map().cast("map<string,string>")
    found = F.create_map(*(x for name in names for x in (F.lit(name), F.col(f"v_{name}").cast("string"))))
    return F.map_filter(found, lambda _, v: v.isNotNull())


def named_by(secret: bytes) -> Callable[[pa.RecordBatch], pa.RecordBatch]:
    """A function over batches that replaces the values of ``_people`` by keyed pseudonyms."""

    def name(batch: pa.RecordBatch) -> pa.RecordBatch:
        at = batch.schema.names.index("_people")
        rows = [
            [(name, digest(secret, name, value)) for name, value in row or ()]
            for row in batch.column(at).to_pylist()
        ]
        return batch.set_column(at, "_people", pa.array(rows, pa.map_(pa.string(), pa.string())))

    return name


def digest(secret: bytes, name: str, value: str) -> str:
    """32 hex digits of HMAC-SHA256; equal values of a column get equal digests."""
    message = f"record:{name}\x1f{value.strip().casefold()}".encode()
    return hmac.new(secret, message, hashlib.sha256).hexdigest()[:32]
