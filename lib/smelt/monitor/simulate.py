"""Simulates traffic for demonstrations and tests: requests sampled from given pairs, late feedback, a shift."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

NEW_CATEGORY = "loyalty_programme"

_ASKED = (
    "How many points do I have and when do they expire",
    "My loyalty points from the last order are missing",
    "Can I pay for an order with my bonus points",
    "Why was my gold status in the loyalty programme taken away",
    "I want to give my points to a family member, how does that work",
    "The app shows other points than the mail I got from you",
)
_ANSWERED = (
    "Please look at the page of your account, where all orders are listed.",
    "Please restart the app and sign in again. If that does not help, write to us once more.",
    "You can return an order within 30 days of delivery.",
)


class Pair(NamedTuple):
    """A question and its answer, as in a release."""

    question: str
    answer: str
    category: str | None
    language: str | None


@dataclass(frozen=True)
class Shift:
    """The simulated change between two days: a new category, shorter answers, lower accuracy."""

    begin: int
    """First day with the shift, from 0."""
    end: int
    """First day without it."""
    new_category: float = 0.0
    """Share of traffic about a category that is not in the release; its answers are mostly wrong."""
    shorter: float = 0.0
    """Share cut off the end of every answer."""
    accuracy_down: float = 0.0
    """Decrease of the accuracy of all other answers, in [0, 1]."""


@dataclass(frozen=True)
class Traffic:
    """Volume and quality of the simulated traffic."""

    days: int = 28
    per_day: int = 600
    accuracy: float = 0.86
    labelled: float = 0.5
    """Share of requests with feedback."""
    version: str = "1"
    seed: int = 7
    shift: Shift | None = None


def requests(
    pairs: Sequence[Pair], traffic: Traffic, first: dt.datetime
) -> Iterator[tuple[dict[str, Any], dict[str, Any] | None]]:
    """Each request as an OpenAI-style log line, in order of time, with its feedback hours or days later, or None."""
    generator = np.random.default_rng(traffic.seed)
    number = 0
    for day in range(traffic.days):
        begin = first + dt.timedelta(days=day)
        count = int(generator.poisson(traffic.per_day))
        seconds = np.sort(generator.uniform(0, 86_400, count))
        seconds[0], seconds[-1] = 30.0, 86_370.0
        shift = traffic.shift
        if shift is not None and not shift.begin <= day < shift.end:
            shift = None
        for second in seconds:
            number += 1
            at = begin + dt.timedelta(seconds=float(second))
            yield _request(pairs, traffic, generator, number, at, shift)


def _request(
    pairs: Sequence[Pair],
    traffic: Traffic,
    generator: np.random.Generator,
    number: int,
    at: dt.datetime,
    shift: Shift | None,
) -> tuple[dict[str, Any], dict[str, Any] | None]:
    is_new = shift is not None and generator.random() < shift.new_category
    pair = pairs[int(generator.integers(len(pairs)))]
    if is_new:
        asked = f"{_ASKED[number % len(_ASKED)]}? Order {100_000 + number * 7 % 900_000}"
        pair = Pair(asked, _ANSWERED[number % len(_ANSWERED)], NEW_CATEGORY, pair.language)
    answer = pair.answer
    if shift is not None and shift.shorter:
        answer = answer[: max(1, round(len(answer) * (1 - shift.shorter)))]
    right = 0.35 if is_new else traffic.accuracy - (shift.accuracy_down if shift else 0)
    is_right = generator.random() < right
    failed = generator.random() < 0.01
    latency = float(generator.lognormal(6.7, 0.35))
    line: dict[str, Any] = {
        "id": f"chatcmpl-{traffic.seed}-{number:08d}",
        "created": int(at.timestamp()),
        "request": {
            "model": "helpdesk",
            "user": f"customer-{number % 4_000}@mail.example",
            "messages": [{"role": "user", "content": pair.question}],
        },
        "model_version": traffic.version,
        "duration_ms": round(latency, 1),
        "metadata": {"category": pair.category, "language": pair.language},
    }  # fmt: skip
    if failed:
        line["error"] = {"type": "Timeout", "message": "upstream request timeout"}
        return line, None
    tokens_in, tokens_out = len(pair.question) // 4 + 40, len(answer) // 4 + 1
    line["response"] = {
        "choices": [{"message": {"role": "assistant", "content": answer}}],
        "usage": {"prompt_tokens": tokens_in, "completion_tokens": tokens_out},
    }
    if generator.random() >= traffic.labelled:
        return line, None
    kind = generator.random()
    later = at + dt.timedelta(hours=float(generator.exponential(5)) + 0.1)
    said: dict[str, Any] = {"id": line["id"], "at": later.isoformat()}
    if kind < 0.6:
        said["rating"] = "up" if is_right else "down"
    elif kind < 0.85:
        said["reopened"] = "no" if is_right else "yes"
    elif is_right:
        said["edited"] = answer
    else:
        said["edited"] = (
            "We are sorry for the trouble. " + pair.question[:60] + " A colleague will call you about it."
        )
    return line, said


def write(
    pairs: Sequence[Pair],
    traffic: Traffic,
    folder: Path,
    first: dt.datetime,
    until: dt.datetime | None = None,
    *,
    now: dt.datetime | None = None,
) -> tuple[int, int]:
    """Write daily files of requests and of feedback below ``folder``; returns the number of lines of each.

    ``until`` limits the days, ``now`` the feedback to what came by then; existing files are not changed.
    """
    counts = [0, 0]
    files: dict[Path, list[str]] = {}
    for line, said in requests(pairs, traffic, first):
        day = dt.datetime.fromtimestamp(line["created"], dt.UTC).date()
        files.setdefault(folder / "requests" / f"{day}.jsonl", []).append(json.dumps(line))
        if said is not None and (now is None or dt.datetime.fromisoformat(said["at"]) <= now):
            came = dt.datetime.fromisoformat(said["at"]).date()
            files.setdefault(folder / "feedback" / f"{came}.jsonl", []).append(json.dumps(said))
    for file, lines in files.items():
        if file.exists() or (until is not None and file.stem >= until.date().isoformat()):
            continue
        counts[file.parent.name == "feedback"] += len(lines)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n".join(lines) + "\n", "utf-8")
    return counts[0], counts[1]
