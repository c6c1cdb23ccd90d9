"""gold.quality_reports: measures of each release, compared with the previous one, and judged by the gates."""

from __future__ import annotations

from dataclasses import dataclass

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from smelt.config import SmeltConfig
from smelt.dataset_quality.config import DatasetQualityConfig
from smelt.dataset_quality.counting import long, passes
from smelt.dataset_quality.counting.frames import judged_examples
from smelt.dataset_quality.counting.sample import sampled
from smelt.dataset_quality.gates import verdict
from smelt.dataset_quality.judge import judge_release
from smelt.dataset_quality.measures import Measure
from smelt.dataset_quality.stored import past_reports, report_rows
from smelt.jobs import load_stage
from smelt.pipeline.job import Job
from smelt.pipeline.script import run_as_script
from smelt.releases.manifest import read_manifests
from smelt.releases.rows import finished_rows
from smelt.review.effect import VERDICTS, effective_verdicts, with_review_rejections
from smelt.tables.contract import contract
from smelt.tables.ledger import StageResult
from smelt.tables.union import union

STAGE = "quality_reports"
READS = (
    "gold.releases",
    "gold.training_splits",
    "silver.examples",
    "silver.scores",
    "silver.duplicates",
    "silver.signatures",
    VERDICTS,
    "silver.pii_findings",
    "silver.conversations",
)
WRITES = ("gold.quality_reports",)


def external_inputs(config: SmeltConfig) -> None:
    """None: releases are named by the caller."""


@dataclass(frozen=True)
class Inputs:
    """Inputs for measuring a release; ``judged`` is the result of ``judged_examples``."""

    judged: DataFrame
    duplicates: DataFrame
    findings: DataFrame
    articles: DataFrame


def build(inputs: Inputs, config: DatasetQualityConfig) -> DataFrame:
    """All counts of a release in one long frame (``counting.long.SCHEMA``)."""
    released = inputs.judged.where("is_released")
    frames = [
        passes.segments(inputs.judged, config),
        passes.fields(released, config),
        passes.histograms(inputs.judged),
        passes.contradictions(released, config),
        passes.styles(released, config),
        passes.dominance(released, config),
        passes.rejections(inputs.judged),
        passes.duplicates(inputs.duplicates),
        passes.privacy(inputs.findings),
        sampled(released, inputs.articles, config),
    ]
    return union(frames)


def run(job: Job) -> StageResult:
    """Measure every finished release that has no report yet, the oldest first."""
    reported = {
        row[0] for row in job.warehouse.read("gold.quality_reports").select("release").distinct().collect()
    }
    notes = []
    for manifest in read_manifests(job.warehouse):
        if manifest.release not in reported:
            measures = measure(job, manifest.release)
            notes.append(f"{manifest.release}: {len(measures)} measures, {verdict(measures)}")
    return StageResult(note="; ".join(notes) or "every release has its report")


def measure(job: Job, release: str) -> list[Measure]:
    """Measure one release, write (or replace) its report, and return the judged measures."""
    read = job.warehouse.read
    config = job.config.dataset_quality
    conversations = read("silver.conversations")
    examples = read("silver.examples")
    released = finished_rows(job.warehouse).where(F.col("release") == release).select("example_id")
    judged = judged_examples(
        with_review_rejections(examples, effective_verdicts(read(VERDICTS), examples)).drop("review_hash"),
        read("silver.scores"),
        read("silver.duplicates"),
        read("silver.signatures"),
        released,
    )
    with job.warehouse.scratch(judged, "quality_examples") as rows:
        inputs = Inputs(
            judged=rows,
            duplicates=read("silver.duplicates"),
            findings=read("silver.pii_findings"),
            articles=conversations.where("kind = 'articles'").select(
                "record_id", article_text().alias("text")
            ),
        )
        counts = long.collected(build(inputs, config))
    measures = judge_release(counts, past_reports(read("gold.quality_reports"), release), config)
    report = job.spark.createDataFrame(
        list(report_rows(measures, release, job.run_id)), contract("gold.quality_reports").ddl()
    )
    job.warehouse.create("gold.quality_reports")
    quoted = release.replace("'", "''")
    job.warehouse.replace_where("gold.quality_reports", report, f"release = '{quoted}'")
    return measures


def article_text() -> Column:
    """Title and text of a knowledge-base article in silver.conversations."""
    texts = F.transform("turns", lambda turn: turn["text"])
    return F.concat_ws("\n", F.col("title"), F.array_join(texts, "\n"))


if __name__ == "__main__":
    run_as_script(load_stage(STAGE))
