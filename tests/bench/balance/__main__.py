"""``python -m tests.bench.balance``: 200,000 train rows brought to joint targets; seconds after Spark's start."""

from __future__ import annotations

import argparse
import os
import tempfile
import time

from pyspark.sql import functions as F

from smelt.releases.balance import shortfall
from smelt.releases.cells import balanced
from smelt.releases.config import BalanceConfig
from smelt.spark.config import SparkConfig
from smelt.spark.session import get_session


def main(rows: int, folder: str) -> None:
    """Print seconds, rows kept and the largest miss."""
    spark = get_session(SparkConfig(master="local[2]", driver_memory="3g"))
    number = F.col("id")
    key = F.md5(number.cast("string"))
    skewed = F.floor(F.pow(F.rand(7), F.lit(2.0)) * 40)
    curated = spark.range(rows).select(
        key.alias("example_id"),
        key.alias("record_id"),
        F.concat(F.lit("desk"), number % 3).alias("source"),
        F.concat(F.lit("category "), skewed).alias("category"),
        F.rand(3).alias("composite"),
        F.lit("How do I change the address of my order, please?").alias("question"),
        F.expr("repeat('Open the order and choose change. ', cast(1 + pow(rand(5), 2) * 20 as int))").alias(
            "answer"
        ),
        F.array().cast("array<struct<role:string,text:string>>").alias("context"),
    )
    curated.repartition(4).write.parquet(f"{folder}/curated")  # a release reads files too
    curated = spark.read.parquet(f"{folder}/curated")
    assigned = curated.select("example_id", F.lit("train").alias("split"))
    config = BalanceConfig(
        targets={
            "category": "equal",
            "complexity": {"simple": 0.4, "medium": 0.3, "hard": 0.3},
            "length": {"short": 0.4},
        },
        keep_at_least=0,
    )
    curated.count()
    clock = time.monotonic()
    found = balanced(curated, assigned, assigned.limit(0), config, salt="bench")
    kept = found.placed.where("is_kept").count()
    seconds = time.monotonic() - clock
    worst = max(abs(each.share - each.target) for each in found.plan.targets)
    missed = shortfall(found.plan.targets, config.tolerance) or "nothing"
    cells = len(found.plan.keep)
    print(f"load {os.getloadavg()[0]:.1f}")
    print(
        f"{rows:,} rows, {cells:,} cells: {seconds:.1f} s, {kept:,} kept, furthest off {worst:.4f}; missed: {missed}"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    with tempfile.TemporaryDirectory() as temporary:
        main(parser.parse_args().rows, temporary)
