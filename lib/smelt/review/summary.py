"""Results of a sample, computed from the tables: agreement, outcomes, weighted rates, abilities."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from smelt.quality.arrow import READ, scoring
from smelt.quality.config import MEASURES, QualityConfig
from smelt.quality.corpus.kept import corpus_of
from smelt.quality.corpus.spark import articles_of
from smelt.review.agreement import Agreement, Rating, alpha, cohen, fleiss
from smelt.review.config import ReviewConfig
from smelt.review.consensus import Ability, Consensus, abilities, consensus
from smelt.review.effect import VERDICTS
from smelt.review.estimates import Observation, Rate, weighted_rate
from smelt.review.take_in import read_tasks
from smelt.review.tasks import DECISIONS, RATINGS, Task
from smelt.review.thresholds import Reviewed
from smelt.review.verdicts import read_reviews
from smelt.tables.contract import contract

if TYPE_CHECKING:
    from smelt.tables.warehouse import Warehouse

DIMENSIONS = ("category", "source", "part", "stratum")
LEAST_TASKS = 10
"""Least tasks with two answers for reporting the agreement of a segment."""

LEAST_ANSWERS = 5
"""Least answered pairs for reporting the rates of a segment."""


class SampleAnswers(NamedTuple):
    """The tasks of a sample by task_id, and its answers (rows of silver.reviews)."""

    tasks: dict[str, Task]
    reviews: list[dict[str, Any]]

    @property
    def expected(self) -> dict[str, str]:
        """task_id -> right decision of the gold items."""
        return {key: task.expected for key, task in self.tasks.items() if task.expected}

    def ratings(self, *, with_gold: bool = False) -> list[Rating]:
        """Decisions as ratings, without expert tasks, which are answered after the others."""
        return [
            Rating(review["task_id"], review["annotator"], review["decision"])
            for review in self.reviews
            if review["part"] != "expert" and (with_gold or review["task_id"] not in self.expected)
        ]


class Outcome(NamedTuple):
    """The consensus about a pair of the representative part."""

    task: Task
    decision: str
    probability: float


def read_sample(warehouse: Warehouse, sample: str) -> SampleAnswers:
    """Tasks and answers of a sample; raises ReviewError with the known samples."""
    return SampleAnswers(read_tasks(warehouse, sample), read_reviews(warehouse, sample))


def agreements(answers: SampleAnswers, config: ReviewConfig) -> list[tuple[str, str, Agreement]]:
    """(dimension, segment, coefficient) for the whole, for each label against the rest, and for each segment."""
    ratings = answers.ratings()
    many = config.bootstrap
    whole = [alpha(ratings, DECISIONS, resamples=many), fleiss(ratings, DECISIONS)]
    scores = [
        Rating(review["task_id"], review["annotator"], review["rating"])
        for review in answers.reviews
        if review["rating"] is not None and review["part"] not in ("expert", "gold")
    ]
    if scores:
        whole.append(alpha(scores, RATINGS, level="ordinal", resamples=many))
    found = [("all", "all", each) for each in whole]
    for label in DECISIONS:
        against = [each._replace(label=each.label == label) for each in ratings]
        found.append(("label", label, alpha(against, (False, True), resamples=many)))
    for dimension in DIMENSIONS:
        by: dict[str, list[Rating]] = defaultdict(list)
        for rating in ratings:
            value = getattr(answers.tasks[rating.task], dimension)
            if value is not None or dimension != "stratum":  # only the representative part has strata
                by[str(value or "(none)")].append(rating)
        for segment, own in sorted(by.items()):
            if len(by) > 1 and len({each.task for each in own}) >= LEAST_TASKS:
                found.append((dimension, segment, alpha(own, DECISIONS, resamples=many)))
    pairs = cohen(ratings, DECISIONS, resamples=min(many, 200))
    return found + [("annotators", f"{one} and {other}", each) for one, other, each in pairs]


def measured_abilities(answers: SampleAnswers) -> dict[str, Ability]:
    """Annotator -> ability, from the gold items of the sample."""
    return abilities(answers.ratings(with_gold=True), answers.expected)


def agreed(answers: SampleAnswers) -> dict[str, Consensus]:
    """Consensus of each task except gold items; an expert's decision has probability 1."""
    found = consensus(answers.ratings(with_gold=True), DECISIONS, expected=answers.expected)
    by_example = {
        task.example_id: key
        for key, task in answers.tasks.items()
        if task.part in ("representative", "uncertain")
    }
    for review in answers.reviews:
        key = by_example.get(review["example_id"])
        if review["is_expert"] and key is not None and review["task_id"] not in answers.expected:
            votes = found[key].votes if key in found else 0
            found[key] = Consensus(review["decision"], 1.0, votes, "vote")
    return {key: each for key, each in found.items() if key not in answers.expected}


def outcomes(answers: SampleAnswers) -> list[Outcome]:
    """The outcomes of the representative part, from which rates of the population can be estimated."""
    return [
        Outcome(answers.tasks[key], each.label, each.probability)
        for key, each in agreed(answers).items()
        if answers.tasks[key].part == "representative"
    ]


def observation_of(task: Task) -> Observation:
    """The task's stratum and its size."""
    return Observation(str(task.stratum), int(task.stratum_rows or 1))


def rates(found: Sequence[Outcome]) -> list[tuple[str, str, str, Rate]]:
    """(dimension, segment, decision, weighted share) for the whole, each category and each source."""
    observations = [observation_of(each.task) for each in found]
    rows: list[tuple[str, str, str, Rate]] = []
    segments: list[tuple[str, str, list[bool] | None]] = [("all", "all", None)]
    for dimension in ("category", "source"):
        values = [str(getattr(each.task, dimension) or "(none)") for each in found]
        counted = Counter(values)
        told = [value for value in sorted(counted) if counted[value] >= LEAST_ANSWERS and len(counted) > 1]
        segments += [(dimension, value, [each == value for each in values]) for value in told]
    for dimension, segment, within in segments:
        for decision in DECISIONS:
            hits = [each.decision == decision for each in found]
            rows.append((dimension, segment, decision, weighted_rate(observations, hits, within)))
    return rows


def reviewed_pairs(warehouse: Warehouse, found: Sequence[Outcome], quality: QualityConfig) -> list[Reviewed]:
    """Outcomes with current scores, for :mod:`smelt.review.thresholds`; pairs without scores are left out.

    The table has the scores of the new text for pairs corrected since; these are scored here with the text that
    annotators saw.
    """
    if not found:
        return []
    wanted = warehouse.spark.createDataFrame([(each.task.example_id,) for each in found], "example_id string")
    columns = ("example_id", "rejections", "composite", *MEASURES)
    today = warehouse.read("silver.scores").select(*columns).join(wanted, "example_id", "left_semi")
    scores: dict[str, Any] = {row["example_id"]: row for row in today.collect()}
    corrected = (
        warehouse.read(VERDICTS)
        .where("is_effective AND decision = 'correct'")
        .join(wanted, "example_id", "left_semi")
        .select("example_id")
    )
    if not corrected.isEmpty():
        examples = warehouse.read("silver.examples")
        corpus = corpus_of(warehouse, examples, quality.corpus)
        function = scoring(quality, corpus.to_bytes(), articles_of(examples, quality.corpus))
        as_seen = examples.join(corrected, "example_id", "left_semi").select(*READ)
        rows = as_seen.mapInArrow(function, contract("silver.scores").ddl(without=["run_id"]))
        scores |= {row["example_id"]: row for row in rows.select(*columns).collect()}
    return [
        Reviewed(
            observation_of(each.task),
            each.decision != "accept",
            {name: scores[each.task.example_id][name] for name in MEASURES},
            tuple(scores[each.task.example_id]["rejections"]),
        )
        for each in found
        if each.task.example_id in scores
    ]
