"""A fingerprint tells content apart and nothing else."""

from __future__ import annotations

import hashlib

from pyspark.sql import functions as F

from smelt.releases.fingerprint import add_words, digest_of, digest_of_row, sums, together

SCHEMA = "split string, example_id string, messages array<struct<role:string,content:string>>"
ROWS = [
    ("train", "1", [("user", "q"), ("assistant", "a")]),
    ("train", "2", [("user", "q"), ("assistant", "ü")]),
    ("test", "3", [("system", "s"), ("user", "q"), ("assistant", "a")]),
]


def digest(rows):
    return digest_of(add_words(rows).agg(F.count("*").alias("rows"), *sums()).collect()[0])


def test_order_and_partitions_do_not_matter(spark):
    one = spark.createDataFrame(ROWS, SCHEMA)
    other = spark.createDataFrame(ROWS[::-1], SCHEMA).repartition(3, "example_id")
    assert digest(one).hex() == digest(other).hex()
    assert digest(one).rows == 3


def test_every_value_matters(spark):
    changes = [
        ("validation", "1", [("user", "q"), ("assistant", "a")]),
        ("train", "9", [("user", "q"), ("assistant", "a")]),
        ("train", "1", [("user", "qa"), ("assistant", "")]),
        ("train", "1", [("user", "q"), ("user", "a")]),
    ]
    found = {digest(spark.createDataFrame([row, *ROWS[1:]], SCHEMA)).hex() for row in [ROWS[0], *changes]}
    assert len(found) == 5


def test_a_row_twice_is_another_content(spark):
    assert (
        digest(spark.createDataFrame(ROWS, SCHEMA)).hex()
        != digest(spark.createDataFrame([*ROWS, ROWS[0]], SCHEMA)).hex()
    )


def test_parts_add_up_to_the_whole(spark):
    parts = [digest(spark.createDataFrame([row], SCHEMA)) for row in ROWS]
    assert together(parts) == digest(spark.createDataFrame(ROWS, SCHEMA))


def by_hand(rows):
    """The definition without Spark."""

    def sha(text):
        return hashlib.sha256(text.encode()).hexdigest()

    sums = [0, 0, 0, 0]
    for split, example, messages in rows:
        spoken = "".join(sha(role) + sha(content) for role, content in messages)
        row = sha(sha(split) + sha(example) + spoken)
        for word in range(4):
            sums[word] = (sums[word] + int(row[16 * word : 16 * word + 16], 16)) % 2**64
    return sha(":".join(str(number) for number in (len(rows), *sums)))[:32]


def test_it_is_what_its_definition_says(spark):
    assert digest(spark.createDataFrame(ROWS, SCHEMA)).hex() == by_hand(ROWS)


def test_rows_have_the_same_digest_without_spark(spark):
    alone = [
        digest_of_row(split, name, [{"role": role, "content": content} for role, content in messages])
        for split, name, messages in ROWS
    ]
    assert together(alone) == digest(spark.createDataFrame(ROWS, SCHEMA))
