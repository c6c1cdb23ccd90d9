"""Gold items: pairs with a known right decision, from a file or from decisions of experts."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import orjson

from smelt.errors import ConfigError
from smelt.identity import stable_id
from smelt.review.tasks import DECISIONS


class GoldItem(NamedTuple):
    """A pair and its right decision; ``record_id`` and ``base_hash`` are None if it comes from a file."""

    example_id: str
    question: str
    answer: str
    expected: str
    category: str | None = None
    record_id: str | None = None
    base_hash: str | None = None
    source: str = "(gold)"


def read_gold(path: str | None) -> list[GoldItem]:
    """Read gold items from JSON lines {question, answer, expected, id?, category?}.

    Raises ConfigError with all problems.
    """
    if path is None:
        return []
    try:
        lines = Path(path).read_bytes().splitlines()
    except OSError as error:
        raise ConfigError("the gold items cannot be read", [f"{path}: {error.strerror}"]) from None
    problems: list[str] = []
    items: dict[str, GoldItem] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        problem = _problem(line)
        if problem:
            problems.append(f"{path}: line {number}: {problem}")
            continue
        given = orjson.loads(line)
        key = stable_id("gold", given.get("id") or f"{given['question']}\x1f{given['answer']}")
        if key in items:
            problems.append(f"{path}: line {number}: the same item stands there before")
        items[key] = GoldItem(
            key, given["question"], given["answer"], given["expected"], given.get("category")
        )
    if problems:
        raise ConfigError("the gold items cannot be used", problems)
    return list(items.values())


def _problem(line: bytes) -> str | None:
    try:
        given = orjson.loads(line)
    except orjson.JSONDecodeError:
        return "not JSON"
    if not isinstance(given, dict):
        return "not a JSON object"
    missing = [
        name
        for name in ("question", "answer")
        if not isinstance(given.get(name), str) or not given[name].strip()
    ]
    if missing:
        return f"{' and '.join(missing)} must be text"
    if given.get("expected") not in DECISIONS:
        return f"expected must be one of {', '.join(DECISIONS)}"
    if not isinstance(given.get("category"), str | None):
        return "category must be text"
    return None
