"""Whose records are meant: from a customer's identifier to the record_id of all that is theirs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import TYPE_CHECKING

from smelt.identity import pseudonym
from smelt.pii.keys import KeyRing
from smelt.privacy.erasure.hashes import canonical

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from smelt.tables.warehouse import Warehouse

BRONZE = ("bronze.tickets", "bronze.chats", "bronze.transcripts", "bronze.articles")
IDENTIFIERS = ("customer_id", "customer_email")
MIN_SEARCHED_CHARS = 4
"""A shorter identifier would be found in everybody's quarantined lines."""


def find_records(warehouse: Warehouse, customers: Sequence[str], ring: KeyRing) -> dict[str, set[str]]:
    """The record_id of each customer, by the identifier as given.

    Looked for as customer_id and customer_email in bronze, and as pseudonym under every key version in
    silver, where the raw record may be gone already. Identifiers travel as rows, never as literals of a
    query, so that no plan or event log holds them.
    """
    from pyspark.sql import functions as F

    given = {canonical(customer): customer for customer in customers}
    wanted = warehouse.spark.createDataFrame([(each,) for each in given], "canonical string")
    parts: list[DataFrame] = [
        warehouse.read(table)
        .select("record_id", F.lower(F.trim(column)).alias("canonical"))
        .join(F.broadcast(wanted), "canonical", "left_semi")
        for table in BRONZE
        if warehouse.exists(table)
        for column in IDENTIFIERS
    ]
    if warehouse.exists("silver.conversations"):
        keyed = [
            (pseudonym(key.derive("pseudonym"), "customer", customer), each)
            for key in ring.keys
            for each, customer in given.items()
        ]
        keys = warehouse.spark.createDataFrame(keyed, "customer_key string, canonical string")
        conversations = warehouse.read("silver.conversations").select("record_id", "customer_key")
        parts.append(conversations.join(F.broadcast(keys), "customer_key").select("record_id", "canonical"))
    found: dict[str, set[str]] = {customer: set() for customer in customers}
    if parts:
        for row in reduce(lambda a, b: a.unionByName(b), parts).distinct().collect():
            found[given[row["canonical"]]].add(row["record_id"])
    return found


def quarantined_of(warehouse: Warehouse, customers: Sequence[str], records: DataFrame) -> DataFrame:
    """quarantine_id of raw lines that hold a customer's identifier or e-mail address as a whole word.

    A quarantined line belongs to no record, so it is searched. ``records`` has record_id.
    """
    from pyspark.sql import functions as F

    emails = [
        warehouse.read(table)
        .join(records, "record_id", "left_semi")
        .select(F.lower("customer_email").alias("word"))
        for table in BRONZE
        if warehouse.exists(table)
    ]
    given = warehouse.spark.createDataFrame([(canonical(customer),) for customer in customers], "word string")
    words = (
        reduce(lambda a, b: a.unionByName(b), [given, *emails])
        .where(F.length("word") >= MIN_SEARCHED_CHARS)
        .distinct()
    )
    lines = warehouse.read("bronze.quarantine").select("quarantine_id", F.lower("raw").alias("line"))
    at = F.expr("instr(line, word)")
    before = F.expr("substring(line, instr(line, word) - 1, 1)")
    after = F.expr("substring(line, instr(line, word) + length(word), 1)")
    bounded = (at > 0) & ((at == 1) | ~before.rlike("[a-z0-9]")) & ~after.rlike("[a-z0-9]")
    return lines.join(F.broadcast(words), bounded, "left_semi").select("quarantine_id")
