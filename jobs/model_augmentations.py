"""silver.augmentations by a language model: writes pairs until enough are accepted or a limit is reached.

Only text in which the privacy gate's scan finds nothing is sent. A request is identified by its hash and sent only
once. The model's text is scrubbed before it is stored.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any

from pyspark.sql import functions as F

from smelt.augment.arrow import DDL, READ
from smelt.augment.model.batch import LOST, BatchClient, BatchOpenError, Result, that_fit
from smelt.augment.model.children import problems_of, written_children
from smelt.augment.model.client import ChatClient, ModelError
from smelt.augment.model.config import ModelConfig
from smelt.augment.model.prompt import WrittenPair
from smelt.augment.model.request_log import REQUESTS, RequestLog
from smelt.augment.model.writing import Accept, Asked, Request, Spent, requests_for, settled, write_pairs
from smelt.config import SmeltConfig
from smelt.errors import ConfigError
from smelt.identity import fingerprint, stable_id
from smelt.jobs import load_stage
from smelt.jobs.augmentations import Judge, balance_of_children, judged, judging
from smelt.pii.files import scrubber_of
from smelt.pii.types import TextBatch
from smelt.pipeline.job import Job
from smelt.pipeline.script import run_as_script
from smelt.privacy.gate import ResidualScanner
from smelt.tables.contract import contract
from smelt.tables.ledger import StageResult

STAGE = "model_augmentations"
ANSWERS = "silver.model_answers"
CHILDREN = "silver.augmentations"
READS = ("gold.curated_examples", "silver.examples", "silver.scores")
WRITES = (CHILDREN, ANSWERS, REQUESTS)
ROUND = 50
"""Requests after which answers are stored, the most that a killed run loses."""
NOT_FOUND = 404


def external_inputs(config: SmeltConfig) -> None:
    """None: the stage is run on request, and always runs."""


def run(job: Job) -> StageResult:
    """Request pairs in rounds; pairs rejected after a round are replaced in the next. Raises ConfigError."""
    config = job.config.augment
    if config.model.url is None:
        raise ConfigError("no model is configured", ["set augment.model.url and augment.model.name"])
    _drop_stale(job)
    judge = judging(job)
    client, spent, scanner = ChatClient(config.model), Spent(), ResidualScanner(job.config.pii)
    batches = BatchClient(config.model, client, say=job.say) if config.model.batch else None
    log = RequestLog(job.warehouse, config.model, run_id=job.run_id)
    kept = {
        row["request_hash"]: row["content"]
        for row in job.warehouse.collect(ANSWERS, "request_hash", "content")
    }
    taken_up = _take_up(job, log, batches, kept, spent) if batches else ""
    waiting = requests_for(
        _parents(job), config.model, kept=kept, may_leave=lambda text: not scanner.scan([(text,)])
    )

    def accept(parent: Mapping[str, Any], pair: WrittenPair) -> bool:
        return not problems_of(pair, parent, (), config)

    made: list[dict[str, Any]] = []
    waited_for = ""
    while spent.limit_reached(config.model) is None:
        drawn = list(islice(waiting, config.model.max_requests if batches else ROUND))
        before = spent.accepted
        try:
            if batches:
                asked = _asked_in_a_batch(job, log, batches, drawn, accept, spent)
            else:
                asked = _asked_at_once(job, log, client, drawn, accept, spent)
        except BatchOpenError:
            waited_for = "a batch is open: the next run takes it up"
            break
        waiting = chain(drawn[len(asked) :], waiting)
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
        spent.accepted = before + _write(job, rows, judge)  # fewer may pass the checks that need tables
        made += rows
        job.say(_progress(spent, config.model))
    ended = waited_for or spent.limit_reached(config.model) or "no parent is left"
    return _result(job, made, spent, ended, taken_up, judge.note)


def _asked_at_once(
    job: Job, log: RequestLog, client: ChatClient, requests: Sequence[Request], accept: Accept, spent: Spent
) -> list[Asked]:
    """Results of ``requests`` until a limit is reached; each is recorded in ops.model_requests before it is sent."""
    sent = [request for request in requests if request.settled is None]
    log.note_sent(sent, None)
    asked = list(write_pairs(requests, job.config.augment.model, client, accept=accept, spent=spent))
    log.note_outcomes(sent, None, {each.request_hash: each for each in asked})
    return asked


def _asked_in_a_batch(
    job: Job, log: RequestLog, batches: BatchClient, requests: Sequence[Request], accept: Accept, spent: Spent
) -> list[Asked]:
    """Results of as many of ``requests`` as fit into one batch."""
    chosen = that_fit(requests, job.config.augment.model, spent)
    sent = [request for request in chosen if request.settled is None]
    results: dict[str, Result] = {}
    batch = None
    if sent:
        log.note_sent(sent, None)
        batch = batches.start(sent, read=log.batches(are_open=False))
        log.note_sent(sent, batch)
        spent.requests += len(sent)
        results = batches.results(batch)
    asked = [
        settled(
            request,
            None if request.settled else results.get(request.request_hash, LOST),
            accept=accept,
            spent=spent,
        )
        for request in chosen
    ]
    if batch:
        log.note_outcomes(sent, batch, {each.request_hash: each for each in asked})
    return asked


def _take_up(job: Job, log: RequestLog, batches: BatchClient, kept: dict[str, str], spent: Spent) -> str:
    """Store the answers of batches that an earlier run did not wait for; returns a note on their number."""
    found = log.batches(are_open=True)
    for batch in found:
        rows = log.of_batch(batch)
        try:
            results = batches.results(batch)
        except ModelError as error:
            if error.code != NOT_FOUND:
                raise
            results = {}
        asked = [
            settled(
                Request(row, row["request_hash"], {}, None),
                results.get(row["request_hash"], LOST),
                accept=lambda parent, pair: False,
                spent=spent,
            )
            for row in rows
        ]
        _keep_answers(job, _scrubbed(asked, job), kept)
        log.note_outcomes(
            [Request(row, row["request_hash"], {}, None) for row in rows],
            batch,
            {each.request_hash: each for each in asked},
        )
    return f"{len(found):,} batches of earlier runs taken up; " if found else ""


def _parents(job: Job) -> Iterator[dict[str, Any]]:
    """Accepted pairs without children made by this model with these settings, in the order of a salted hash."""
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
    return iter([row.asDict() for row in wanted.select(*READ, "kind").collect()])


def _scrubbed(asked: Sequence[Asked], job: Job) -> list[Asked]:
    """Scrub the model's texts, which may contain invented names or addresses."""
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
    now = dt.datetime.now(dt.UTC)
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


def _write(job: Job, rows: Sequence[Mapping[str, Any]], judge: Judge) -> int:
    """Check the rows against the tables, write them, and return the number of accepted ones."""
    if not rows:
        return 0
    names = [part.split()[0] for part in DDL.split(", ")]
    frame = job.warehouse.spark.createDataFrame([tuple(row[name] for name in names) for row in rows], DDL)
    with job.warehouse.scratch(judged(frame, job, judge), "written_pairs") as found:
        whole = found.withColumn("settings", F.lit(_settings(job))).withColumn("run_id", F.lit(job.run_id))
        job.warehouse.merge(CHILDREN, whole.select(*contract(CHILDREN).column_names))
        return found.where(F.size("rejections") == 0).count()


def _drop_stale(job: Job) -> None:
    """Delete children made by a model whose parent is gone or changed."""
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


def _progress(spent: Spent, config: ModelConfig) -> str:
    """Progress and cost so far, in one line."""
    cost = f", cost {spent.cost(config):.4f}" if config.price_in or config.price_out else ""
    return (
        f"{spent.accepted:,} of {config.target:,} pairs accepted, {spent.requests:,} requests,"
        f" {spent.tokens_in + spent.tokens_out:,} tokens{cost}"
    )


def _result(
    job: Job, made: Sequence[Mapping[str, Any]], spent: Spent, ended: str, taken_up: str, checked: str
) -> StageResult:
    config = job.config.augment.model
    rows = job.warehouse.read(CHILDREN).where(
        (F.col("run_id") == job.run_id) & F.col("origin").startswith("model:")
    )
    outcomes = ", ".join(f"{name} {count:,}" for name, count in sorted(spent.outcomes.items()))
    cost = f", cost {spent.cost(config):.4f}" if config.price_in or config.price_out else ""
    note = (
        f"{taken_up}{spent.requests:,} requests ({outcomes or 'none'}),"
        f" {spent.tokens_in + spent.tokens_out:,} tokens{cost};"
        f" {spent.accepted:,} of {len(made):,} pairs accepted; ended by: {ended}{checked}"
    )
    return StageResult(balance_of_children(rows), note)


if __name__ == "__main__":
    run_as_script(load_stage(STAGE))
