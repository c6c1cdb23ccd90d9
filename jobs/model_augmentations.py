"""silver.augmentations by a language model: pairs for accepted pairs until enough are accepted or a limit is reached.

Only text that the scan of releases finds nothing in is sent; a request is known by its hash, and an answer is asked for
once. The model's text is scrubbed before it is kept.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pyspark.sql import functions as F

from smelt.augment.arrow import DDL, READ
from smelt.augment.model.children import problems_of, written_children
from smelt.augment.model.client import ChatClient
from smelt.augment.model.prompt import WrittenPair
from smelt.augment.model.writing import Asked, Spent, write_pairs
from smelt.config import SmeltConfig
from smelt.errors import ConfigError
from smelt.identity import fingerprint, stable_id
from smelt.jobs import load_stage
from smelt.jobs.augmentations import judged
from smelt.pii.files import scrubber_of
from smelt.pii.types import TextBatch
from smelt.pipeline.job import Job
from smelt.pipeline.script import run_as_script
from smelt.privacy.gate import ResidualScanner
from smelt.tables.contract import contract
from smelt.tables.ledger import Entry, StageResult

STAGE = "model_augmentations"
ANSWERS = "silver.model_answers"
CHILDREN = "silver.augmentations"
READS = ("gold.curated_examples", "silver.examples", "silver.scores")
WRITES = (CHILDREN, ANSWERS)


def external_inputs(config: SmeltConfig) -> None:
    """It is run by hand, and always looks for itself."""


def run(job: Job) -> StageResult:
    """Ask for pairs in rounds: what the gates reject after a round is asked for in the next."""
    config = job.config.augment
    if config.model.url is None:
        raise ConfigError("no model is configured", ["set augment.model.url and augment.model.name"])
    warehouse = job.warehouse
    _drop_stale(job)
    client, spent, scanner = ChatClient(config.model), Spent(), ResidualScanner(job.config.pii)
    waiting = _parents(job)
    kept = {
        row["request_hash"]: row["content"] for row in warehouse.collect(ANSWERS, "request_hash", "content")
    }
    made: list[dict[str, Any]] = []
    while spent.limit_reached(config.model) is None:
        before = spent.accepted
        asked = list(
            write_pairs(
                waiting, config.model, client, kept=kept,
                may_leave=lambda text: not scanner.scan([(text,)]),
                accept=lambda parent, pair: not problems_of(pair, parent, (), config),
                spent=spent,
            )
        )  # fmt: skip
        if not asked:
            break
        clean = _scrubbed(asked, job)
        _keep_answers(job, clean, kept)
        rows = [
            row
            for each in clean
            for row in written_children(
                each.parent, each.pairs, config, holds_personal_data=lambda texts: bool(scanner.scan([texts]))
            )
        ]
        spent.accepted = before + _write(job, rows)  # the gates that need tables leave fewer
        made += rows
    return _result(job, made, spent)


def _parents(job: Job) -> Iterator[dict[str, Any]]:
    """Accepted pairs without children of this model and these settings, in the order of a salted hash."""
    config = job.config.augment
    rows = job.warehouse.read("gold.curated_examples")
    if config.categories:
        rows = rows.where(F.col("category").isin(*config.categories))
    done = job.warehouse.read(CHILDREN).where(F.col("settings") == _settings(job)).select(
        F.col("parent_id").alias("example_id")
    )  # fmt: skip
    draw = F.sha2(F.concat_ws("|", F.lit(config.seed), "example_id"), 256)
    wanted = (
        rows.join(done.distinct(), "example_id", "left_anti").orderBy(draw).limit(config.model.max_requests)
    )
    return iter([row.asDict() for row in wanted.select(*READ).collect()])


def _scrubbed(asked: Sequence[Asked], job: Job) -> list[Asked]:
    """What was asked, with the model's text scrubbed: a model may invent a name or an address."""
    scrubber = scrubber_of(job.config.pii)

    def clean(texts: Sequence[str]) -> list[str]:
        count = len(texts)
        return list(
            scrubber.scrub(TextBatch(list(texts), list(range(count)), [""] * count, [()] * count)).texts
        )

    found = []
    for each in asked:
        sides = clean([side for pair in each.pairs for side in pair])
        pairs = tuple(WrittenPair(*sides[place : place + 2]) for place in range(0, len(sides), 2))
        content = clean([each.content])[0] if each.content else None
        found.append(each._replace(pairs=pairs, content=content))
    return found


def _keep_answers(job: Job, asked: Sequence[Asked], kept: dict[str, str]) -> None:
    now = dt.datetime.now(dt.timezone.utc)
    new = [each for each in asked if each.content and each.outcome == "answered"]
    rows = [
        (
            each.request_hash, each.parent["record_id"], each.parent["example_id"], job.config.augment.model.name,
            each.content, each.tokens_in, each.tokens_out, now, job.run_id,
        )
        for each in new
    ]  # fmt: skip
    if rows:
        frame = job.warehouse.spark.createDataFrame(rows, contract(ANSWERS).ddl())
        job.warehouse.merge(ANSWERS, frame)
    kept.update({each.request_hash: str(each.content) for each in new})


def _write(job: Job, rows: Sequence[Mapping[str, Any]]) -> int:
    """Hold the rows against the gates that need the tables, keep them, and say how many were accepted."""
    if not rows:
        return 0
    names = [part.split()[0] for part in DDL.split(", ")]
    frame = job.warehouse.spark.createDataFrame([tuple(row[name] for name in names) for row in rows], DDL)
    with job.warehouse.scratch(judged(frame, job), "written_pairs") as found:
        whole = found.withColumn("settings", F.lit(_settings(job))).withColumn("run_id", F.lit(job.run_id))
        job.warehouse.merge(CHILDREN, whole.select(*contract(CHILDREN).column_names))
        return found.where(F.size("rejections") == 0).count()


def _drop_stale(job: Job) -> None:
    """Children of a model whose parent is gone or changed."""
    wanted = job.warehouse.read("gold.curated_examples").select(
        F.col("example_id").alias("parent_id"), F.col("content_hash").alias("parent_hash")
    )
    have = job.warehouse.read(CHILDREN).where(F.col("origin").startswith("model:"))
    gone = have.join(wanted, ["parent_id", "parent_hash"], "left_anti").select("example_id")
    if not gone.isEmpty():
        with job.warehouse.scratch(gone, "gone_children") as keys:
            job.warehouse.delete_keys(CHILDREN, keys)


def _settings(job: Job) -> str:
    config = job.config
    return stable_id("model", fingerprint(config.augment, config.quality.deciding(), config.pii.deciding()))


def _result(job: Job, made: Sequence[Mapping[str, Any]], spent: Spent) -> StageResult:
    config = job.config.augment.model
    counted = (
        job.warehouse.read(CHILDREN)
        .where((F.col("run_id") == job.run_id) & F.col("origin").startswith("model:"))
        .groupBy("source", F.get("rejections", F.lit(0)).alias("reason"))
        .count()
        .collect()
    )
    entries = [
        Entry(row["source"], "rejected" if row["reason"] else "out", row["reason"], row["count"])
        for row in counted
    ]
    totals: dict[str, int] = {}
    for row in counted:
        totals[row["source"]] = totals.get(row["source"], 0) + row["count"]
    entries += [Entry(source, "in", None, count) for source, count in totals.items()]
    outcomes = ", ".join(f"{name} {count:,}" for name, count in sorted(spent.outcomes.items()))
    cost = f", cost {spent.cost(config):.4f}" if config.price_in or config.price_out else ""
    ended = spent.limit_reached(config) or "no parent is left"
    note = (
        f"{spent.requests:,} requests ({outcomes or 'none'}), {spent.tokens_in + spent.tokens_out:,} tokens{cost};"
        f" {spent.accepted:,} of {len(made):,} pairs accepted; ended by: {ended}"
    )
    return StageResult(tuple(entries), note)


if __name__ == "__main__":
    run_as_script(load_stage(STAGE))
