"""Explains the scores of a pair: every rule with its measure, score, pass mark and inputs."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from smelt.quality.catalogue import registry_of
from smelt.quality.config import QualityConfig
from smelt.quality.corpus.knowledge import Knowledge
from smelt.quality.corpus.model import Corpus
from smelt.quality.pairs import Pairs
from smelt.quality.score import measures_of


class Opinion(NamedTuple):
    """The result of one rule for one pair."""

    rule: str
    measure: str
    score: float
    pass_mark: float
    inputs: dict[str, float | bool]
    summary: str
    is_passed: bool
    """Whether the rule does not reject the pair: its score reaches the pass mark, or the rule is not certain."""


def explain_pairs(
    table: pa.Table,
    config: QualityConfig | None = None,
    corpus: Corpus | None = None,
    knowledge: Knowledge | None = None,
) -> list[list[Opinion]]:
    """The opinions of all rules on each pair of ``table``, in the order of the measures' columns."""
    config = config or QualityConfig()
    registry = registry_of(config)
    order = {name: place for place, name in enumerate(measures_of(config, registry))}
    rules = sorted(registry.chosen(config.disabled), key=lambda rule: order[rule.measure])
    pairs = Pairs(table, config, corpus, knowledge)
    found: list[list[Opinion]] = [[] for _ in range(len(pairs))]
    for rule in rules:
        scores, inputs = rule.assess(pairs)
        mark = config.pass_mark(rule.measure)
        rejected = rule.rejects(pairs, scores, mark)
        for row, opinions in enumerate(found):
            looked_at = {name: _plain(values[row]) for name, values in inputs.items()}
            score = round(float(scores[row]), 4)
            passed = not rejected[row]
            opinions.append(Opinion(rule.name, rule.measure, score, mark, looked_at, rule.summary, passed))
    return found


def _plain(value: Any) -> float | bool:
    """Convert to a bool or a rounded number that JSON can represent."""
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    number = round(float(value), 3)
    return int(number) if number.is_integer() else number
