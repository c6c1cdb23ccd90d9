"""``smelt review import``: stores answers in silver.reviews and updates the verdicts. It is idempotent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, NamedTuple

from pyspark.sql import functions as F

from smelt.identity import stable_id
from smelt.pii.config import PiiConfig
from smelt.pii.files import scrubber_of
from smelt.pii.types import TextBatch
from smelt.review.answers import Answer
from smelt.review.config import ReviewConfig
from smelt.review.effect import pair_hash
from smelt.review.reconcile import Kept, Reconciled, reconcile
from smelt.review.tasks import TABLE as TASKS
from smelt.review.tasks import ReviewError, Task, annotator_name, from_row
from smelt.review.verdicts import decide
from smelt.tables.contract import contract
from smelt.tables.ledger import Entry, StageResult

if TYPE_CHECKING:
    from smelt.tables.warehouse import Warehouse

STAGE = "review_import"
REVIEWS = "silver.reviews"
TEXTS = ("question", "answer", "comment", "right_category")


class Imported(NamedTuple):
    """Result of an import: the reconciliation, the rows written, the number of changed verdicts, ledger entries."""

    reconciled: Reconciled
    written: int
    verdicts: int
    result: StageResult


def import_answers(
    warehouse: Warehouse, answers: Sequence[Answer], config: ReviewConfig, pii: PiiConfig, *, run_id: str
) -> Imported:
    """Reconcile ``answers`` with ops.review_tasks, store those that count, and update the verdicts.

    Corrections and comments are scrubbed before they are stored; an answer with personal data of the policy ``reject``
    is refused. Raises ReviewError if there is no sample or no task of the answers is known.
    """
    tasks = read_tasks(warehouse)
    samples = {tasks[a.task_id].sample for a in answers if a.task_id in tasks}
    if answers and not samples:
        raise ReviewError(
            "none of the answers is to a task of this warehouse: is it the right --conf, the right file?"
        )
    stale = stale_tasks(warehouse, samples)
    before = _answered_before(warehouse, samples)
    found = reconcile(
        answers, tasks, reasons=config.reasons, stale=stale, answered_before=before, samples=samples
    )
    clean, dropped = _scrubbed(found.kept, pii)
    found.refused.update({"personal_data": len(dropped)} if dropped else {})
    if dropped:
        found.places["personal_data"] = [kept.answer.where for kept in dropped][:5]
    written = _write(warehouse, clean, stale, config, run_id)
    changed = decide(warehouse, config, run_id=run_id)
    entries = [Entry("(answers)", "in", None, len(answers)), Entry("(answers)", "out", None, len(clean))]
    entries += [
        Entry("(answers)", "rejected", reason, count) for reason, count in sorted(found.refused.items())
    ]
    note = f"{written:,} answers new or changed, {changed:,} verdicts"
    return Imported(found._replace(kept=clean), written, changed, StageResult(tuple(entries), note))


def read_tasks(warehouse: Warehouse, sample: str | None = None) -> dict[str, Task]:
    """task_id -> task without texts, of all samples or of one; raises ReviewError if there are none."""
    rows = warehouse.collect(TASKS, *contract(TASKS).column_names)
    found = {row["task_id"]: from_row(row) for row in rows if sample in (None, row["sample"])}
    if not found:
        known = sorted({row["sample"] for row in rows})
        some = f"; known: {', '.join(known)}" if known else ": draw one with smelt review sample"
        raise ReviewError(f"there is no sample{f' {sample}' if sample else ''}{some}")
    return found


def stale_tasks(warehouse: Warehouse, samples: Collection[str]) -> set[str]:
    """task_id of the tasks of ``samples`` whose pair has changed in silver.examples or is gone since the sampling."""
    if not samples:
        return set()
    of_samples = F.col("sample").isin(*sorted(samples)) & F.col("base_hash").isNotNull()
    rows = warehouse.read(TASKS).where(of_samples).select("task_id", "example_id", "base_hash")
    examples = warehouse.read("silver.examples").select("example_id", "question", "answer")
    current = examples.join(F.broadcast(rows), "example_id").where(
        pair_hash("question", "answer") == F.col("base_hash")
    )
    asked = {row["task_id"] for row in rows.select("task_id").collect()}
    return asked - {row["task_id"] for row in current.select("task_id").collect()}


def _answered_before(warehouse: Warehouse, samples: set[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in warehouse.collect(REVIEWS, "task_id", "annotator", "sample"):
        if row["sample"] in samples:
            found.setdefault(row["task_id"], set()).add(row["annotator"])
    return found


def _scrubbed(kept: Sequence[Kept], pii: PiiConfig) -> tuple[list[Kept], list[Kept]]:
    """Answers with scrubbed free texts, and answers whose texts must not be stored."""
    holding = [
        number for number, each in enumerate(kept) if any(getattr(each.answer, name) for name in TEXTS)
    ]
    if not holding:
        return list(kept), []
    texts = [(number, name, getattr(kept[number].answer, name)) for number in holding for name in TEXTS]
    texts = [(number, name, text) for number, name, text in texts if text]
    place = {number: position for position, number in enumerate(holding)}
    batch = TextBatch(
        [text for _, _, text in texts],
        [place[number] for number, _, _ in texts],
        [""] * len(texts),
        [()] * len(holding),
    )
    result = scrubber_of(pii).scrub(batch)
    rejected = {holding[position] for position in result.rejected}
    changed = dict(enumerate(kept))
    for (number, name, _), clean in zip(texts, result.texts, strict=True):
        texts_of = {name: clean}
        answer = changed[number].answer._replace(**texts_of)  # type: ignore[arg-type]
        changed[number] = changed[number]._replace(answer=answer)
    return (
        [each for number, each in changed.items() if number not in rejected],
        [each for number, each in changed.items() if number in rejected],
    )


def _write(
    warehouse: Warehouse, kept: Sequence[Kept], stale: set[str], config: ReviewConfig, run_id: str
) -> int:
    """MERGE new and changed rows into silver.reviews; returns their number."""
    now = dt.datetime.now(dt.UTC)
    experts = {annotator_name(person) for person in config.experts.people}
    previous = _previous_hashes(warehouse)
    rows = []
    for each in kept:
        row = _row(each, each.task.task_id in stale, each.answer.annotator in experts)
        if previous.get(str(row["review_id"])) != row["content_hash"]:
            rows.append(row | {"imported_at": now, "run_id": run_id})
    if not rows:
        return 0
    declared = contract(REVIEWS)
    values = [tuple(row[name] for name in declared.column_names) for row in rows]
    if previous:
        warehouse.merge(REVIEWS, warehouse.spark.createDataFrame(values, declared.ddl()))
    else:
        warehouse.append_rows(REVIEWS, values)
    return len(rows)


def _previous_hashes(warehouse: Warehouse) -> dict[str, str]:
    return {
        row["review_id"]: row["content_hash"]
        for row in warehouse.collect(REVIEWS, "review_id", "content_hash")
    }


def _row(kept: Kept, is_stale: bool, is_expert: bool) -> dict[str, object]:
    answer, task = kept
    row: dict[str, object] = {
        "review_id": stable_id("answer", task.task_id, answer.annotator),
        "task_id": task.task_id,
        "sample": task.sample,
        "part": task.part,
        "example_id": task.example_id,
        "record_id": task.record_id,
        "annotator": answer.annotator,
        "is_expert": is_expert or task.part == "expert",
        "decision": answer.decision,
        "reasons": list(answer.reasons),
        "rating": answer.rating,
        "right_category": answer.right_category,
        "question": answer.question,
        "answer": answer.answer,
        "comment": answer.comment,
        "seconds": answer.seconds,
        "answered_at": answer.at,
        "tool": answer.tool,
        "is_stale": is_stale,
        "text_hash": task.text_hash,
        "base_hash": task.base_hash,
    }
    return row | {"content_hash": stable_id(*row.values())}
