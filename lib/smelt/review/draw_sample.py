"""``smelt review sample``: draws the tasks, and stores them in ops.review_tasks after their files were written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson
from pyspark.sql import functions as F

from smelt.quality.config import QualityConfig
from smelt.review import population as populations
from smelt.review.config import ReviewConfig
from smelt.review.effect import pair_hash
from smelt.review.gold_items import GoldItem, read_gold
from smelt.review.sampling import draw
from smelt.review.tasks import TABLE, ReviewError, Task, assigned, check_sample_name, task_id, text_hash
from smelt.review.uncertainty import with_doubts
from smelt.tables.ledger import Entry, StageResult

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from smelt.tables.warehouse import Warehouse

STAGE = "review_sample"


class Sample(NamedTuple):
    """A drawn sample and its ledger entries: pairs in the population and pairs drawn, by source."""

    tasks: list[Task]
    result: StageResult


def sample_names(warehouse: Warehouse) -> list[str]:
    """Names of all samples, oldest first."""
    made: dict[str, dt.datetime] = {}
    for row in warehouse.collect(TABLE, "sample", "created_at"):
        made[row["sample"]] = min(row["created_at"], made.get(row["sample"], row["created_at"]))
    return sorted(made, key=lambda name: (made[name], name))


def draw_sample(
    warehouse: Warehouse,
    scope: str,
    name: str,
    config: ReviewConfig,
    quality: QualityConfig,
    *,
    run_id: str,
    count: int | None = None,
) -> Sample:
    """Draw the tasks of a new sample, with texts, in the order for annotators; nothing is written.

    For the scope ``corrections`` all pairs not yet in a sample are drawn, or ``count`` of them. Raises ReviewError for
    a name in use and an empty population, ReleaseError for an unknown release, ConfigError for invalid gold items.
    """
    check_sample_name(name, sample_names(warehouse))
    gold = read_gold(config.gold.path)
    found = populations.population(warehouse, scope, hashed=scope == populations.CORRECTIONS)
    if scope == populations.CORRECTIONS:
        config = config.model_copy(update={"rate": 1.0})
        found = found.join(_asked(warehouse, scope), ["example_id", "base_hash"], "left_anti")
    by_source = {row["source"]: row["count"] for row in found.groupBy("source").count().collect()}
    rows = with_doubts(found, _findings(warehouse), config)
    chosen = draw(rows, config, quality, pairs=sum(by_source.values()), count=count)
    made = dt.datetime.now(dt.UTC)
    with warehouse.scratch(chosen, "drawn") as drawn:
        texts = populations.population(warehouse, scope, drawn.select("example_id")).join(
            drawn.drop("composite", "is_accepted"), "example_id"
        )
        tasks = [_task(row, name, scope, config, made, run_id) for row in _records(texts)]
    if not tasks:
        raise ReviewError(f"there is nothing (new) to draw from in {scope}: run smelt run first")
    known = {task.example_id for task in tasks}
    items = [*gold, *(_of_experts(warehouse) if config.gold.from_experts else [])]
    tasks += [
        _gold_task(item, name, scope, config, made, run_id)
        for item in _chosen(items, config, len(tasks))
        if item.example_id not in known
    ]
    # Sorted by hash, so that the position of a task does not reveal its part.
    tasks.sort(key=lambda task: task.task_id)
    tasks = assigned(tasks, config.annotators, overlap_share=config.overlap_share)
    return Sample(tasks, StageResult(tuple(_entries(by_source, tasks)), _note(name, tasks)))


def keep(warehouse: Warehouse, tasks: Sequence[Task], *, run_id: str) -> None:
    """Append the tasks to ops.review_tasks, which makes the sample known."""
    warehouse.append_rows(TABLE, [task.as_row() for task in tasks], run_id=run_id)


def _asked(warehouse: Warehouse, scope: str) -> DataFrame:
    """example_id and base_hash of the pairs in earlier samples of ``scope``."""
    tasks = warehouse.read(TABLE).where(F.col("scope") == scope)
    return tasks.select("example_id", "base_hash").distinct()


def _findings(warehouse: Warehouse) -> DataFrame:
    return warehouse.read("silver.pii_findings").select("record_id", "confidence")


def _records(rows: DataFrame) -> Iterator[dict[str, Any]]:
    """Collect rows as JSON, which is faster than rows of structs."""
    columns = [
        *("example_id", "record_id", "source", "category", "composite", "question", "answer", "context"),
        *("text_hash", "base_hash", "rejections", "part", "stratum", "stratum_rows", "stratum_drawn"),
        *("inclusion_probability", "uncertain_because"),
    ]
    line = F.to_json(F.struct(*columns), {"ignoreNullFields": "false"}).alias("line")
    nothing = dict.fromkeys(columns)  # the DuckDB engine omits null fields
    lines = rows.select(line).toLocalIterator(prefetchPartitions=True)
    return (nothing | orjson.loads(row["line"]) for row in lines)


def _task(
    row: dict[str, Any], sample: str, scope: str, config: ReviewConfig, made: dt.datetime, run_id: str
) -> Task:
    return Task(
        task_id=task_id(sample, "pair", row["example_id"]),
        sample=sample,
        scope=scope,
        part=row["part"],
        example_id=row["example_id"],
        record_id=row["record_id"],
        source=row["source"],
        category=row["category"],
        stratum=row["stratum"],
        stratum_rows=row["stratum_rows"],
        stratum_drawn=row["stratum_drawn"],
        inclusion_probability=row["inclusion_probability"],
        composite=row["composite"],
        is_accepted=not row["rejections"],
        uncertain_because=tuple(row["uncertain_because"]),
        expected=None,
        overlap=config.overlap,
        assigned_to=(),
        text_hash=row["text_hash"],
        base_hash=row["base_hash"],
        created_at=made,
        run_id=run_id,
        question=row["question"],
        answer=row["answer"],
        context=tuple((turn["role"], turn["text"]) for turn in row["context"] or ()),
    )


def _gold_task(
    item: GoldItem, sample: str, scope: str, config: ReviewConfig, made: dt.datetime, run_id: str
) -> Task:
    return Task(
        task_id=task_id(sample, "pair", item.example_id),
        sample=sample,
        scope=scope,
        part="gold",
        example_id=item.example_id,
        record_id=item.record_id,
        source=item.source,
        category=item.category,
        stratum=None,
        stratum_rows=None,
        stratum_drawn=None,
        inclusion_probability=None,
        composite=None,
        is_accepted=True,
        uncertain_because=(),
        expected=item.expected,
        # Named annotators all get every gold item.
        overlap=len(config.annotators) or config.overlap,
        assigned_to=(),
        text_hash=text_hash(item.question, item.answer),
        base_hash=item.base_hash,
        created_at=made,
        run_id=run_id,
        question=item.question,
        answer=item.answer,
    )


def _chosen(items: Sequence[GoldItem], config: ReviewConfig, drawn: int) -> list[GoldItem]:
    """The share ``review.gold.share`` of gold items, chosen by a salted hash."""
    from smelt.identity import stable_id

    wanted = round(drawn * config.gold.share)
    return sorted(items, key=lambda item: stable_id(config.seed, item.example_id))[:wanted]


def _of_experts(warehouse: Warehouse) -> list[GoldItem]:
    """Gold items from pairs that an expert decided and whose text has not changed since."""
    if not warehouse.exists("silver.review_verdicts"):
        return []
    examples = warehouse.read("silver.examples").select(
        "example_id", "question", "answer", "category", "source",
        pair_hash("question", "answer").alias("base_hash"),
    )  # fmt: skip
    verdicts = (
        warehouse.read("silver.review_verdicts")
        .where("method = 'expert'")
        .select("example_id", "record_id", "base_hash", "decision")
    )
    return [
        GoldItem(
            row["example_id"], row["question"], row["answer"], row["decision"], row["category"],
            row["record_id"], row["base_hash"], row["source"],
        )
        for row in verdicts.join(examples, ["example_id", "base_hash"]).collect()
    ]  # fmt: skip


def _entries(by_source: Mapping[str, int], tasks: Sequence[Task]) -> Iterator[Entry]:
    drawn: dict[str, int] = {}
    for task in tasks:
        if task.part in ("representative", "uncertain"):
            drawn[task.source] = drawn.get(task.source, 0) + 1
    for source, total in by_source.items():
        yield Entry(source, "in", None, total)
        yield Entry(source, "out", None, drawn.get(source, 0))
        yield Entry(source, "rejected", "not_drawn", total - drawn.get(source, 0))


def _note(name: str, tasks: Sequence[Task]) -> str:
    parts = {
        part: sum(1 for task in tasks if task.part == part)
        for part in ("representative", "uncertain", "gold")
    }
    return f"sample {name}: " + ", ".join(f"{part} {many:,}" for part, many in parts.items())
