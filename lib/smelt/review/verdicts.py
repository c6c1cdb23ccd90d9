"""Derives verdicts (silver.review_verdicts) from answers: the decision of an expert, else the consensus."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from pyspark.sql import functions as F

from smelt.identity import stable_id
from smelt.review.agreement import Rating
from smelt.review.config import ReviewConfig
from smelt.review.consensus import Ability, abilities, consensus
from smelt.review.effect import VERDICTS, pair_hash
from smelt.review.tasks import DECISIONS
from smelt.tables.contract import contract

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from smelt.tables.warehouse import Warehouse

ANSWER_COLUMNS = (
    *("task_id", "example_id", "record_id", "annotator", "is_expert", "decision", "reasons", "question"),
    *("answer", "answered_at", "base_hash", "part", "sample", "rating", "is_stale"),
)

EARLIEST = dt.datetime(1, 1, 1)


class Verdict(NamedTuple):
    """The decision about a pair; a row of silver.review_verdicts."""

    example_id: str
    record_id: str
    base_hash: str
    decision: str
    probability: float
    method: str
    reasons: tuple[str, ...]
    question: str | None
    answer: str | None
    answers: int
    is_effective: bool


def read_reviews(warehouse: Warehouse, sample: str | None = None) -> list[dict[str, Any]]:
    """Rows of silver.reviews, of all samples or of one, with the columns ANSWER_COLUMNS."""
    rows = warehouse.collect("silver.reviews", *ANSWER_COLUMNS)
    return [row for row in rows if sample in (None, row["sample"])]


def expected_answers(warehouse: Warehouse) -> dict[str, str]:
    """task_id -> right decision, for the gold items of all samples."""
    rows = warehouse.collect("ops.review_tasks", "task_id", "expected")
    return {row["task_id"]: row["expected"] for row in rows if row["expected"]}


def verdicts(
    reviews: Sequence[Mapping[str, Any]], expected: Mapping[str, str], config: ReviewConfig
) -> list[Verdict]:
    """One verdict per answered pair, without gold items, sorted by example_id.

    ``reviews`` have the columns ANSWER_COLUMNS. Answers about the same text of a pair are combined over all samples; of
    several texts of a pair the one answered last counts. An annotator who answered twice about one text counts once,
    with the newer answer.
    """
    known = abilities(_ratings(reviews), expected)
    by: dict[tuple[str, str], dict[str, Mapping[str, Any]]] = defaultdict(dict)
    for review in sorted(reviews, key=_time):
        if review["task_id"] not in expected and review["base_hash"] and review["record_id"]:
            by[(review["example_id"], review["base_hash"])][review["annotator"]] = review
    unit = {key: stable_id(*key) for key in by}
    ratings = [
        Rating(unit[key], who, answer["decision"])
        for key, answers in by.items()
        for who, answer in answers.items()
    ]
    golden = [rating for rating in _ratings(reviews) if rating.task in expected]
    agreed = consensus([*ratings, *golden], DECISIONS, expected=expected) if ratings else {}
    found: dict[str, tuple[tuple[dt.datetime, str], Verdict]] = {}
    for key, answers in by.items():
        verdict = _verdict(key, list(answers.values()), agreed[unit[key]], known, config)
        last = max(_time(answer) for answer in answers.values())
        if key[0] not in found or found[key[0]][0] < last:
            found[key[0]] = (last, verdict)
    return [found[example][1] for example in sorted(found)]


def _ratings(reviews: Sequence[Mapping[str, Any]]) -> list[Rating]:
    return [Rating(review["task_id"], review["annotator"], review["decision"]) for review in reviews]


def _time(review: Mapping[str, Any]) -> tuple[dt.datetime, str]:
    at = review["answered_at"] or EARLIEST
    return at.replace(tzinfo=None), review["task_id"]


def _verdict(
    key: tuple[str, str],
    answers: list[Mapping[str, Any]],
    agreed: Any,
    known: Mapping[str, Ability],
    config: ReviewConfig,
) -> Verdict:
    experts = [answer for answer in answers if answer["is_expert"]]
    if experts:
        final = max(experts, key=_time)
        decision, probability, method = str(final["decision"]), 1.0, "expert"
        voices = [final]
        is_sure = True
    else:
        decision, probability, method = agreed.label, round(agreed.probability, 6), agreed.method
        voices = answers
        effect = config.effect
        is_sure = len(answers) >= effect.min_answers and probability >= effect.min_probability
    rejecting = [answer for answer in voices if answer["decision"] == "reject"]
    counted = Counter(reason for answer in rejecting for reason in answer["reasons"] or ())
    reasons = (
        tuple(sorted(counted, key=lambda reason: (-counted[reason], reason))) if decision == "reject" else ()
    )
    question, answer = _correction(voices, known) if decision == "correct" else (None, None)
    return Verdict(
        example_id=key[0],
        record_id=str(answers[0]["record_id"]),
        base_hash=key[1],
        decision=decision,
        probability=probability,
        method=method,
        reasons=reasons,
        question=question,
        answer=answer,
        answers=len(answers),
        is_effective=config.effect.apply and is_sure and (decision != "correct" or bool(question or answer)),
    )


def _correction(
    voices: Sequence[Mapping[str, Any]], known: Mapping[str, Ability]
) -> tuple[str | None, str | None]:
    """The corrected texts of the annotator with the highest ability; of equals, the newest."""
    correcting = [voice for voice in voices if voice["decision"] == "correct"]
    if not correcting:
        return None, None
    best = max(
        correcting, key=lambda voice: (known[voice["annotator"]].estimate, _time(voice), voice["annotator"])
    )
    return best["question"], best["answer"]


def decide(warehouse: Warehouse, config: ReviewConfig, *, run_id: str) -> int:
    """Update silver.review_verdicts from silver.reviews; returns the number of rows written or deleted."""
    decided = {
        each.example_id: each
        for each in verdicts(read_reviews(warehouse), expected_answers(warehouse), config)
    }
    held = {
        row["example_id"]: row["content_hash"]
        for row in warehouse.collect(VERDICTS, "example_id", "content_hash")
    }
    hashes = {example: stable_id(*each) for example, each in decided.items()}
    changed = [example for example in decided if held.get(example) != hashes[example]]
    gone = sorted(held.keys() - decided.keys())
    now = dt.datetime.now(dt.UTC)
    rows = {
        example: decided[example]._asdict()
        | {"reasons": list(decided[example].reasons), "content_hash": hashes[example]}
        | {"decided_at": now, "run_id": run_id, "previous_question": None, "previous_answer": None}
        for example in changed
    }
    corrected = {example: row for example, row in rows.items() if row["decision"] == "correct"}
    others = [row for example, row in rows.items() if example not in corrected]
    if others and held:
        warehouse.merge(VERDICTS, _frame(warehouse, others))
    elif others:
        warehouse.append_rows(VERDICTS, _values(others))
    if corrected:
        warehouse.merge(VERDICTS, _with_previous(warehouse, _frame(warehouse, list(corrected.values()))))
    if gone:
        warehouse.delete_keys(
            VERDICTS, warehouse.spark.createDataFrame([(e,) for e in gone], "example_id string")
        )
    return len(changed) + len(gone)


def _values(rows: Sequence[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in contract(VERDICTS).column_names) for row in rows]


def _frame(warehouse: Warehouse, rows: Sequence[Mapping[str, Any]]) -> DataFrame:
    return warehouse.spark.createDataFrame(_values(rows), contract(VERDICTS).ddl())


def _with_previous(warehouse: Warehouse, corrections: DataFrame) -> DataFrame:
    """``corrections`` with the texts that they replace."""
    old = warehouse.read("silver.examples").select(
        "example_id",
        pair_hash("question", "answer").alias("base_hash"),
        F.col("question").alias("old_question"),
        F.col("answer").alias("old_answer"),
    )
    return (
        corrections.join(old, ["example_id", "base_hash"], "left")
        .withColumn("previous_question", F.when(F.col("question").isNotNull(), F.col("old_question")))
        .withColumn("previous_answer", F.when(F.col("answer").isNotNull(), F.col("old_answer")))
        .drop("old_question", "old_answer")
    )
