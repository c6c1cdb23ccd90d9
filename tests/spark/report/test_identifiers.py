from __future__ import annotations

import hashlib

import pytest

from smelt.config import load_config
from smelt.report.record import IdentifierError, story
from smelt.tables.contract import contract


def quarantined(spark, warehouse, *identifiers):
    declared = contract("silver.examples")
    rows = [
        dict.fromkeys(declared.column_names)
        | {"example_id": each, "record_id": each[::-1], "conversation_id": "c"}
        for each in identifiers
    ]
    df = spark.createDataFrame([tuple(row.values()) for row in rows], declared.ddl())
    df.write.format("delta").save(warehouse.location("silver.examples"))


def test_first_digits_must_be_enough_and_tell_one_from_others(spark, warehouse):
    one, other = "0123456789abcdef" * 2, "0123456701234567" * 2
    quarantined(spark, warehouse, one, other)
    config = load_config()

    def told(identifier):
        return [step.table for step in story(warehouse, identifier, config.quality, config.pii)]

    assert told(one) == told(one[:12]) == told(one[:12].upper()) == ["silver.examples"]
    in_a_file = hashlib.sha256(f"exported|c|{one}".encode()).hexdigest()[:32]
    assert told(in_a_file) == told(in_a_file[:12]) == ["silver.examples"]
    assert told("f" * 8) == []
    with pytest.raises(IdentifierError, match="more than one") as several:
        told(one[:8])
    assert one in several.value.problems
    for bad in ("012", "0123456", "", "%", "0123456g", one + "0"):
        with pytest.raises(IdentifierError, match="no identifier"):
            told(bad)
