"""Scores a batch of pairs: the pure function shared by the job and the command."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from smelt.errors import ConfigError
from smelt.quality.cache import Cache
from smelt.quality.catalogue import registry_of
from smelt.quality.config import MEASURES, QualityConfig
from smelt.quality.corpus.knowledge import Knowledge
from smelt.quality.corpus.model import Corpus
from smelt.quality.pairs import Pairs, Side
from smelt.quality.rules import Registry, Rule
from smelt.quality.texts import Floats

DECIMALS = 6
"""Decimals of scores; further digits depend on the batch and the processor."""
CHUNK = 8192
"""Rows processed at once: enough for numpy to be fast, few enough for memory."""


def measures_of(config: QualityConfig, registry: Registry) -> list[str]:
    """Names of the measures in column order: smelt's own, then those of plugins.

    ``registry``: the rules of ``config`` (:func:`smelt.quality.catalogue.registry_of`). Raises ConfigError if
    ``pass_marks`` or ``weights`` name a measure without a rule.
    """
    added = [rule.measure for rule in registry.chosen(config.disabled) if rule.measure not in MEASURES]
    names = list(dict.fromkeys([*MEASURES, *added]))
    unknown = sorted({*config.pass_marks, *config.weights} - set(names))
    if unknown:
        problems = [f"quality.pass_marks or quality.weights: {name}" for name in unknown]
        raise ConfigError("the configuration names measures that no rule feeds", problems)
    return names


def score_pairs(
    table: pa.Table,
    config: QualityConfig | None = None,
    corpus: Corpus | None = None,
    knowledge: Knowledge | None = None,
    cache: Cache | None = None,
    registry: Registry | None = None,
) -> pa.Table:
    """Score each pair of ``table``.

    In: ``question`` and ``answer`` (string); read where present: ``language``, ``category`` (string),
    ``outcome`` (map or struct of strings). Out, one row per pair in the same order: a double in [0, 1]
    for each measure, ``composite`` (double in [0, 1]) and ``rejections`` (list of names of rules that
    reject the pair, see :meth:`smelt.quality.rules.Rule.rejects`; empty when it is accepted).

    Pairs are compared with ``corpus`` (:func:`smelt.quality.corpus.fit.fit_corpus`; default: the packaged model of
    English) and ``knowledge``. ``cache`` keeps scores of texts between calls with the same configuration, corpus and
    knowledge. ``registry`` defaults to the configuration's. A pair's scores do not depend on the other rows.
    """
    config = config or QualityConfig()
    registry = registry or registry_of(config)
    names = measures_of(config, registry)
    rules = registry.chosen(config.disabled)
    starts = range(0, max(table.num_rows, 1), CHUNK)
    parts = (Pairs(table.slice(start, CHUNK), config, corpus, knowledge) for start in starts)
    cache = cache or Cache()
    return pa.concat_tables([_score_chunk(pairs, names, rules, config, cache) for pairs in parts])


def _score_chunk(
    pairs: Pairs, names: list[str], rules: list[Rule], config: QualityConfig, cache: Cache
) -> pa.Table:
    verdicts = {rule.name: rule.assess(pairs)[0] for rule in rules if rule.looks_at == "pair"}
    sides: tuple[Side, ...] = ("question", "answer")
    for side in sides:
        verdicts |= cache.verdicts(side, [rule for rule in rules if rule.looks_at == side], pairs)
    scores: dict[str, Floats] = {name: np.ones(len(pairs)) for name in names}
    for rule in rules:
        scores[rule.measure] = np.minimum(scores[rule.measure], verdicts[rule.name])
    scores = {name: np.round(values, DECIMALS) for name, values in scores.items()}
    columns = {name: pa.array(values, pa.float64()) for name, values in scores.items()}
    columns["composite"] = pa.array(composite(scores, config), pa.float64())
    columns["rejections"] = _rejections(rules, verdicts, config, pairs)
    return pa.table(columns)


def composite(scores: Mapping[str, Floats], config: QualityConfig) -> Floats:
    """One score in [0, 1] per pair: the weighted mean of its measures, lowered by the weakest one.

    ``mean * (1 + weakest) / 2``, where ``weakest`` is the lowest ratio of a measure to its pass mark, at most 1, so
    that a pair that is perfect except for an insult does not score above a mediocre one.
    """
    weights = np.array([config.weight(name) for name in scores])
    values = np.stack(list(scores.values()))
    marks = np.array([max(config.pass_mark(name), 1e-9) for name in scores])
    mean = weights @ values / max(float(weights.sum()), 1e-9)
    weakest = np.minimum(values / marks[:, None], 1.0).min(axis=0)
    result: Floats = np.round(np.clip(mean * (1 + weakest) / 2, 0.0, 1.0), DECIMALS)
    return result


def _rejections(
    rules: list[Rule], verdicts: Mapping[str, Floats], config: QualityConfig, pairs: Pairs
) -> pa.Array:
    """Names of failed rules of each pair, in the order of registration."""
    if not rules:
        return pa.array([[]] * len(pairs), pa.list_(pa.string()))
    failed = np.stack(
        [rule.rejects(pairs, verdicts[rule.name], config.pass_mark(rule.measure)) for rule in rules], axis=1
    )
    _, columns = np.nonzero(failed)
    offsets = np.concatenate([[0], np.cumsum(failed.sum(axis=1))])
    names = pa.array([rule.name for rule in rules], pa.string())
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), names.take(pa.array(columns)))
