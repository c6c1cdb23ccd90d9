"""The rows that a report shows: rejected and released examples, and the largest clusters of duplicates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from pyspark.sql import DataFrame, Row
from pyspark.sql import functions as F
from pyspark.sql.window import Window

from smelt.dataset_quality.counting.frames import judged_examples
from smelt.privacy.gate import ResidualScanner
from smelt.releases.manifest import Manifest
from smelt.releases.rows import rows_of
from smelt.report.config import ReportConfig
from smelt.report.data import Cluster, RejectedExample, ReleasedExample
from smelt.review.effect import VERDICTS, effective_verdicts, with_review_rejections
from smelt.tables.warehouse import Warehouse

CLUSTERS = 8
CANDIDATES = 5
"""Rejected examples scanned for each one shown, since some may hold personal data."""
NOT_SHOWN = "(not shown: it may hold personal data)"
SAMPLES = 6


def rejected_examples(
    warehouse: Warehouse, reasons: Sequence[str], config: ReportConfig, scanner: ResidualScanner
) -> list[RejectedExample]:
    """A few scrubbed examples of each reason; those without another reason first, then by a hash.

    They have not passed the privacy gate, so examples in which its scan finds anything are skipped.
    """
    if not reasons or not config.examples_per_reason:
        return []
    read = warehouse.read
    examples = read("silver.examples")
    nobody = examples.select("example_id").limit(0)
    reviewed = with_review_rejections(examples, effective_verdicts(read(VERDICTS), examples))
    judged = judged_examples(
        reviewed, read("silver.scores"), read("silver.duplicates"), read("silver.signatures"), nobody
    )
    order = Window.partitionBy("reason").orderBy(F.size("rejections"), F.xxhash64("example_id"), "example_id")
    rows = (
        judged.select(
            "example_id",
            "source",
            "question",
            "answer",
            "rejections",
            F.explode("rejections").alias("reason"),
        )
        .where(F.col("reason").isin(*reasons))
        .withColumn("place", F.row_number().over(order))
        .where(F.col("place") <= CANDIDATES * config.examples_per_reason)
        .orderBy("reason", "place")
        .collect()
    )
    clean = without_findings(rows, lambda row: (row["question"], row["answer"]), scanner)
    place = Counter[str]()
    chosen = []
    for row in clean:
        place[row["reason"]] += 1
        if place[row["reason"]] <= config.examples_per_reason:
            chosen.append(row)
    return [
        RejectedExample(
            reason=row["reason"],
            source=row["source"],
            question=shortened(row["question"], config.example_characters),
            answer=shortened(row["answer"], config.example_characters),
            all_reasons=tuple(row["rejections"]),
        )
        for row in chosen
    ]


def released_examples(
    warehouse: Warehouse, manifest: Manifest, config: ReportConfig
) -> list[ReleasedExample]:
    """A few examples of the release, the first by a hash of their identity."""
    rows = (
        rows_of(warehouse, manifest)
        .orderBy(F.xxhash64("example_id"), "example_id")
        .select(
            "source",
            "category",
            "split",
            F.col("instruction").alias("question"),
            F.col("output").alias("answer"),
        )
        .limit(SAMPLES)
        .collect()
    )
    return [
        ReleasedExample(
            source=row["source"],
            category=row["category"],
            split=row["split"],
            question=shortened(row["question"], config.example_characters),
            answer=shortened(row["answer"], config.example_characters),
        )
        for row in rows
    ]


def largest_clusters(warehouse: Warehouse, config: ReportConfig, scanner: ResidualScanner) -> list[Cluster]:
    """The largest clusters of duplicates, with the question of the first example that is kept.

    A question in which the privacy gate's scan finds anything is replaced by NOT_SHOWN.
    """
    members: DataFrame = warehouse.read("silver.duplicates")
    sizes = (
        members.groupBy("cluster_id")
        .agg(
            F.count("*").alias("size"),
            F.min(F.when(F.col("is_kept"), F.col("example_id"))).alias("example_id"),
        )
        .orderBy(F.desc("size"), "cluster_id")
        .limit(CLUSTERS)
    )
    kept = members.where("is_kept").select("example_id", "kind")
    rows = (
        sizes.join(kept, "example_id")
        .join(warehouse.read("silver.examples").select("example_id", "question"), "example_id")
        .orderBy(F.desc("size"), "cluster_id")
        .collect()
    )
    clean = {row["cluster_id"] for row in without_findings(rows, lambda row: (row["question"],), scanner)}
    return [
        Cluster(
            kind=row["kind"],
            size=row["size"],
            question=shortened(row["question"], 160) if row["cluster_id"] in clean else NOT_SHOWN,
        )
        for row in rows
    ]


def without_findings(
    rows: Sequence[Row], texts: Callable[[Row], Iterable[str | None]], scanner: ResidualScanner
) -> list[Row]:
    """The rows in whose ``texts`` the privacy gate's scan finds nothing."""
    found = {
        finding.row for finding in scanner.by_row([[text for text in texts(row) if text] for row in rows])
    }
    return [row for number, row in enumerate(rows) if number not in found]


def shortened(text: str | None, limit: int) -> str:
    """A text cut to about ``limit`` characters at a word boundary."""
    text = (text or "").strip()
    if len(text) <= limit:
        return text
    return f"{text[:limit].rsplit(' ', 1)[0]} …"
