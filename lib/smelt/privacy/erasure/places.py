"""Every table that can hold a person's data, and how it is deleted there.

==========================  ===========================================================================
all layers                  rows by ``record_id``, or by ``example_id`` through silver.examples
bronze.arrivals             emptied: what a killed run staged is staged again by the next
bronze.quarantine           searched for the customer's identifiers (:mod:`smelt.privacy.erasure.lines`)
silver.duplicates           whole clusters, as other members name the example that is kept for them;
                            signatures of these members too, so that the next run compares them anew
bronze.quarantined_logs     searched likewise
gold.monitoring             figures of windows: measured anew by the next ``smelt monitor run``, without the person
silver.corpora              emptied: the next run learns the corpus anew, without the person
silver.embeddings           by the text hashes of the erased signatures
gold.training_splits        immutable: named in the certificate; ``smelt release --drop`` deletes a release
ops.access_log              stays: who looked at which record must remain answerable; names it by keyed hash
ops.erasures                names customer, records and lines by keyed hash
ops.exports                 stays: certificates name from it the copies outside
other ops tables            counts and hashes of paths
scratch                     removed by whoever holds the lease
files and Delta logs        removed and shortened by ``forget --vacuum``
==========================  ===========================================================================

``tests/unit/privacy/erasure/test_places.py`` fails for a table that is in none of these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from smelt.tables.contract import Contract, all_contracts

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from smelt.tables.warehouse import Warehouse

RELEASED = ("gold.training_splits", "gold.releases")
"""Immutable: their rows are named, not deleted."""

QUARANTINE = "bronze.quarantine"
QUARANTINED_LOGS = "bronze.quarantined_logs"
ARRIVALS = "bronze.arrivals"
EMBEDDINGS = "silver.embeddings"
CORPORA = "silver.corpora"
ACCESS_LOG = "ops.access_log"

COUNTS = (
    *("gold.quality_reports", "gold.balance", "gold.attributions"),
    *("gold.monitoring", "gold.alerts", "gold.retraining_plans", "gold.cost_estimates"),
)
"""Measures and counts of whole releases and windows, and terms of sources; none of a single person."""

BEARS_RECORDS = ("bronze", "silver", "gold")


def is_by_record(contract: Contract) -> bool:
    """Whether the table's rows are deleted by record or example."""
    return contract.table not in (*RELEASED, ARRIVALS, ACCESS_LOG) and bool(
        {"record_id", "example_id"} & set(contract.column_names)
    )


def erasable_tables(warehouse: Warehouse) -> dict[str, str]:
    """Existing tables with rows of records, last of the flow first, and the column that names the record.

    Tables that know examples only are reached through silver.examples.
    """
    return {
        contract.table: "record_id" if "record_id" in contract.column_names else "example_id"
        for contract in reversed(list(all_contracts().values()))
        if is_by_record(contract) and warehouse.exists(contract.table)
    }


def vacuumed_tables(warehouse: Warehouse) -> list[str]:
    """Every existing table that ever held rows of records; releases too, of which some may have been dropped."""
    others = (QUARANTINE, QUARANTINED_LOGS, ARRIVALS, EMBEDDINGS, CORPORA, *RELEASED)
    return [*erasable_tables(warehouse), *(table for table in others if warehouse.exists(table))]


def keys_of(warehouse: Warehouse, records: DataFrame, table: str, column: str) -> DataFrame:
    """``records`` with the key that ``table`` is deleted by."""
    if column == "record_id":
        return records
    return warehouse.read("silver.examples").select("record_id", "example_id").join(records, "record_id")


def delete_records(warehouse: Warehouse, records: DataFrame) -> None:
    """Delete everything made from ``records`` (record_id); bronze, from which records are found, last."""
    ids = records.select("record_id").distinct()
    if warehouse.exists(CORPORA):
        warehouse.clear(CORPORA)
    _delete_embeddings(warehouse, ids)
    _delete_clusters(warehouse, ids)
    tables = erasable_tables(warehouse)
    for table, column in sorted(
        tables.items(), key=lambda entry: entry[1]
    ):  # tables deleted by example_id come before silver.examples, which maps it to record_id
        warehouse.delete_keys(table, keys_of(warehouse, ids, table, column).select(column))


def _delete_embeddings(warehouse: Warehouse, ids: DataFrame) -> None:
    if not (warehouse.exists(EMBEDDINGS) and warehouse.exists("silver.signatures")):
        return
    signatures = warehouse.read("silver.signatures").join(ids, "record_id", "left_semi")
    hashes = signatures.where("text_hash IS NOT NULL").select("text_hash").distinct()
    if not warehouse.read(EMBEDDINGS).join(hashes, "text_hash", "left_semi").isEmpty():
        warehouse.delete_keys(EMBEDDINGS, hashes)


def _delete_clusters(warehouse: Warehouse, ids: DataFrame) -> None:
    """Delete whole clusters: remaining members would refer to a deleted example, and stay excluded in its favour."""
    if not warehouse.exists("silver.duplicates"):
        return
    duplicates = warehouse.read("silver.duplicates").select("example_id", "record_id", "cluster_id")
    clusters = duplicates.join(ids, "record_id", "left_semi").select("cluster_id").distinct()
    members = [
        row["example_id"]
        for row in duplicates.join(clusters, "cluster_id", "left_semi").select("example_id").collect()
    ]
    if members:
        keys = warehouse.spark.createDataFrame([(each,) for each in members], "example_id string")
        warehouse.delete_keys(
            "silver.signatures", keys
        )  # signatures first: an example without one is compared anew
        warehouse.delete_keys("silver.duplicates", keys)
