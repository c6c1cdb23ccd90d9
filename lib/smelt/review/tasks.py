"""Review tasks: pairs for annotators, with their inclusion probability."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from smelt.errors import ConfigError, SmeltError
from smelt.identity import stable_id
from smelt.tables.contract import contract

TABLE = "ops.review_tasks"

Decision = Literal["accept", "correct", "reject"]
DECISIONS: tuple[Decision, ...] = ("accept", "correct", "reject")
"""Decisions from accept to reject; in a tie the later one is chosen."""

Part = Literal["representative", "uncertain", "gold", "expert"]
PARTS: tuple[Part, ...] = ("representative", "uncertain", "gold", "expert")

RATINGS = (1, 2, 3, 4, 5)


class ReviewError(SmeltError):
    """Raised if a sample cannot be drawn or found, or answers cannot be used."""

    exit_code = 2


@dataclass(frozen=True)
class Task:
    """A row of ops.review_tasks, with the texts for the annotator."""

    task_id: str
    sample: str
    scope: str
    part: Part
    example_id: str
    record_id: str | None
    source: str
    category: str | None
    stratum: str | None
    stratum_rows: int | None
    stratum_drawn: int | None
    inclusion_probability: float | None
    composite: float | None
    is_accepted: bool
    uncertain_because: tuple[str, ...]
    expected: str | None
    overlap: int
    assigned_to: tuple[str, ...]
    text_hash: str
    base_hash: str | None
    created_at: dt.datetime
    run_id: str
    question: str = ""
    answer: str = ""
    context: tuple[tuple[str, str], ...] = ()

    def as_row(self) -> tuple[object, ...]:
        """Values in the order of the contract, without texts, which are not stored in the table."""
        values = (getattr(self, name) for name in contract(TABLE).column_names)
        return tuple(list(value) if isinstance(value, tuple) else value for value in values)


def text_hash(question: str | None, answer: str | None) -> str:
    """32 hex digits of SHA-256 over question, U+001F and answer; as :func:`smelt.review.effect.pair_hash`."""
    joined = f"{question or ''}\x1f{answer or ''}"
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def task_id(sample: str, part: str, example_id: str) -> str:
    """Id of a task; the same pair in another sample is another task."""
    return stable_id("review", sample, part, example_id)


def from_row(row: Any) -> Task:
    """The task in a row of ops.review_tasks, without texts."""
    values = {name: row[name] for name in contract(TABLE).column_names}
    for name in ("uncertain_because", "assigned_to"):
        values[name] = tuple(values[name] or ())
    return Task(**values)


def assigned(tasks: Sequence[Task], annotators: Sequence[str], *, overlap_share: float) -> list[Task]:
    """Tasks with ``overlap`` set and, if there are named ``annotators``, with ``assigned_to`` by rotation.

    The rotation follows the order of ``tasks``; loads differ by at most one among tasks of the same overlap. A task
    outside ``overlap_share`` (by its hash) is answered once; gold items always keep their overlap.
    """
    turn = 0
    done = []
    for task in tasks:
        alone = task.part != "gold" and int(task.task_id[:8], 16) / 2**32 >= overlap_share
        people = 1 if alone else task.overlap
        names: tuple[str, ...] = ()
        if annotators:
            names = tuple(annotators[(turn + step) % len(annotators)] for step in range(people))
            turn += people
        done.append(replace(task, overlap=people, assigned_to=names))
    return done


def annotator_name(given: object) -> str | None:
    """The annotator's name for the tables; an e-mail address is replaced by a hash, ``person-...``."""
    if isinstance(given, dict):
        given = given.get("email") or given.get("username") or given.get("id")
    if given is None or isinstance(given, bool) or not str(given).strip():
        return None
    name = str(given).strip()
    return f"person-{stable_id('annotator', name.casefold())[:12]}" if "@" in name else name


def check_sample_name(name: str, known: Sequence[str]) -> None:
    """Raise ConfigError for an invalid name of a new sample, ReviewError for one in use."""
    from smelt.releases.manifest import NAME

    if not NAME.fullmatch(name):
        raise ConfigError(
            "the sample cannot have this name", ["use up to 64 of a-z, 0-9, dot, dash and underscore"]
        )
    if name in known:
        raise ReviewError(f"sample {name} exists already and never changes; choose another name")
