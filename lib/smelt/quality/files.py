"""Scores JSON lines without Spark: one object in, one object out, in the same order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice
from typing import Any

import pyarrow as pa

from smelt.isolate import isolated
from smelt.json_lines import BadLineError, json_object
from smelt.quality.config import QualityConfig
from smelt.quality.corpus.fit import fit_few, fit_usable
from smelt.quality.corpus.model import Corpus
from smelt.quality.explain import explain_pairs
from smelt.quality.score import score_pairs

BLOCK = 20_000
"""Lines read before the first result is returned: the corpus with which all lines are compared."""
PASSED_ON = ("id", "example_id")
"""Keys of the input that are copied to the result."""


def score_lines(
    lines: Iterable[bytes], config: QualityConfig, *, corpus: Corpus | None = None, explain: bool = False
) -> Iterator[dict[str, Any]]:
    """One result per line, or ``error`` and ``line`` if it cannot be scored.

    A result has ``scores``, ``composite``, ``rejections`` and ``compared_with`` (:attr:`Corpus.comparison`).

    Without ``corpus``, one is learned from the first ``BLOCK`` lines (:func:`smelt.quality.corpus.fit.fit_few`). Empty
    lines are skipped.
    """
    numbered = ((number, line) for number, line in enumerate(lines, 1) if line.strip())
    while block := list(islice(numbered, BLOCK)):
        parsed = [_parsed(number, line) for number, line in block]
        pairs = [pair for pair in parsed if "error" not in pair]
        table = _table(pairs)
        corpus = corpus or fit_usable(table, config.corpus, fit_few)
        parts = isolated(
            table, partial(_rows, config=config, corpus=corpus, explain=explain), _not_scored, stage="score"
        )
        scores = (answer for part in parts for answer in part)
        for pair, (number, _) in zip(parsed, block, strict=True):
            if "error" in pair:
                yield pair
                continue
            answer = next(scores)
            answer |= {"line": number} if "error" in answer else {}
            yield {key: pair[key] for key in PASSED_ON if key in pair} | answer


def _not_scored(row: pa.Table, reason: str) -> list[dict[str, Any]]:
    return [{"error": f"could not be scored ({reason.rpartition(':')[2]})"}]


def _rows(table: pa.Table, config: QualityConfig, corpus: Corpus, explain: bool) -> list[dict[str, Any]]:
    answers: list[dict[str, Any]] = []
    opinions = explain_pairs(table, config, corpus) if explain else None
    for number, row in enumerate(score_pairs(table, config, corpus).to_pylist()):
        rejections = row.pop("rejections")
        scores = {name: round(value, 4) for name, value in row.items()}
        answer = {"scores": scores, "composite": scores.pop("composite"), "rejections": rejections}
        answer["compared_with"] = corpus.comparison
        if opinions is not None:
            answer["rules"] = [opinion._asdict() for opinion in opinions[number]]
        answers.append(answer)
    return answers


def _parsed(number: int, line: bytes) -> dict[str, Any]:
    try:
        return _pair(number, line)
    except BadLineError as problem:
        return {"error": str(problem), "line": number}


def _pair(number: int, line: bytes) -> dict[str, Any]:
    pair = json_object(line, is_first=number == 1)
    wrong = [name for name in ("question", "answer") if not isinstance(pair.get(name), str)]
    if wrong:
        raise BadLineError(f"needs a string in: {', '.join(wrong)}")
    if "error" in pair:
        del pair["error"]
    return pair


def _table(pairs: list[dict[str, Any]]) -> pa.Table:
    """The pairs as a table; values of optional keys with a wrong type count as missing."""
    columns = {name: pa.array([pair[name] for pair in pairs], pa.string()) for name in ("question", "answer")}
    for name in ("language", "category"):
        values = [value if isinstance(value := pair.get(name), str) else None for pair in pairs]
        columns[name] = pa.array(values, pa.string())
    outcomes = [
        {str(key): str(value) for key, value in outcome.items() if value is not None}
        if isinstance(outcome := pair.get("outcome"), dict)
        else {}
        for pair in pairs
    ]
    columns["outcome"] = pa.array(
        [list(outcome.items()) for outcome in outcomes], pa.map_(pa.string(), pa.string())
    )
    return pa.table(columns)
