"""Learns a corpus' statistics from its pairs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from smelt.isolate import failure, isolated
from smelt.quality.config import CorpusConfig
from smelt.quality.corpus.endings import ends_well, is_signed
from smelt.quality.corpus.links import count_links, linking_weight
from smelt.quality.corpus.material import Material
from smelt.quality.corpus.model import CONTRAST, Corpus, english, hashes
from smelt.quality.corpus.stems import Bags, StemVocabulary, meaning_of
from smelt.quality.corpus.view import centred
from smelt.quality.corpus.weights import AMONG_FEW, PRIOR, TRIALS, fit_weights
from smelt.quality.english.word_vectors import DIMENSIONS, unit
from smelt.quality.texts import Floats, Texts
from smelt.quality.tokens import Tokens, Vectors

RIDGE = 20.0
"""Penalty of the ridge regression from questions to answers; 1 to 50 gave the same within 0.01 AUC."""
COMMON_START = 12
"""Fewest characters of an answer for another answer to count as its continuation."""


def fit_corpus(pairs: pa.Table, config: CorpusConfig | None = None) -> Corpus:
    """Learn from columns ``question`` and ``answer`` (string) of the first ``sample_pairs`` rows of ``pairs``.

    Fewer than ``minimum_pairs`` rows give the packaged model of English, since counts over so few are not significant.
    """
    config = config or CorpusConfig()
    if pairs.num_rows < config.minimum_pairs:
        return english()
    table = pairs.select(["question", "answer"]).slice(0, config.sample_pairs)
    questions, answers = (
        Texts(pl.Series(table.column(name).cast(pa.string()))) for name in ("question", "answer")
    )
    material = Material.of(questions, answers)
    trial = np.arange(len(material)) % max(2, -(-len(material) // TRIALS)) == 0
    weights = fit_weights(_learn(material.take(~trial)), material.take(trial))
    return replace(_learn(material), weights=weights, **_habits(material, answers))


FEW = 10
"""Fewest pairs that are compared with each other; fewer are judged by English only."""


def fit_few(pairs: pa.Table, config: CorpusConfig | None = None) -> Corpus:
    """:func:`fit_corpus` for files: from ``FEW`` pairs on, a file's pairs are compared with each other.

    Below ``minimum_pairs``, usual answers, linked words and endings are not used, and the weights are the packaged
    ones. Not for warehouses, where scores of the first pairs would change with every further one.
    """
    config = config or CorpusConfig()
    if not FEW <= pairs.num_rows < config.minimum_pairs:
        return fit_corpus(pairs, config)
    questions, answers = (
        Texts(pl.Series(pairs.column(name).cast(pa.string()))) for name in ("question", "answer")
    )
    return replace(_learn(Material.of(questions, answers)), weights=AMONG_FEW)


def fit_usable(
    pairs: pa.Table, config: CorpusConfig | None = None, fit: Callable[..., Corpus] = fit_corpus
) -> Corpus:
    """``fit`` without the pairs on which it fails.

    If it still fails, the packaged model of English is returned.
    """
    try:
        return fit(pairs, config)
    except BaseException as error:
        failure("scores", error)
    kept = isolated(pairs, _cut, lambda row, reason: row.slice(0, 0), stage="scores")
    try:
        return fit(pa.concat_tables(kept), config)
    except BaseException as error:
        failure("scores", error)
        return english()


def _cut(pairs: pa.Table) -> pa.Table:
    """Tokenise and stem the pairs, so that a text on which that fails raises here; returns them unchanged."""
    sides = (pl.Series(pairs.column(name).cast(pa.string())) for name in ("question", "answer"))
    Material.of(*map(Texts, sides))
    return pairs


def _learn(material: Material) -> Corpus:
    """Learn all statistics; the weights of the features are the packaged ones."""
    stems = material.stems
    questions, answers = (bags.take(code) for bags, code in zip(material.bags, material.codes, strict=True))
    frequency = np.zeros(len(stems))
    for bags in (questions, answers):
        frequency += np.bincount(bags.stems, minlength=len(stems))
    bare = replace(english(), pairs=len(material), stems=stems.stems, frequency=frequency)
    rarity = bare.rarity(stems)
    weight = bare.idf(stems) * np.minimum(1.0, 2 * rarity)
    links, link_counts, in_questions, in_answers = count_links(
        questions, answers, linking_weight(rarity, frequency), len(stems)
    )
    asked, said = (
        unit(meaning_of(tokens, stems, rarity))[code]
        for tokens, code in zip(material.tokens, material.codes, strict=True)
    )
    question_mean, answer_mean = asked.mean(axis=0), said.mean(axis=0)
    asked, said = centred(asked, question_mean), centred(said, answer_mean)
    ridge_map, leverage = _ridge_map(asked, said)
    sample = np.unique(np.linspace(0, len(material) - 1, CONTRAST).astype(np.int64))
    seen, seen_counts = np.unique(hashes(material.question, material.answer), return_counts=True)
    keys, key_counts, key_answers = _repeated(hashes(material.question.str.to_lowercase()), said)
    return replace(
        bare,
        links=links,
        link_counts=link_counts,
        in_questions=in_questions,
        in_answers=in_answers,
        question_mean=question_mean,
        answer_mean=answer_mean,
        ridge_map=ridge_map,
        leverage=leverage,
        sample_questions=_columns(questions, weight, sample),
        sample_answers=_columns(answers, weight, sample),
        seen=seen,
        seen_counts=seen_counts.astype(np.float64),
        question_keys=keys,
        question_counts=key_counts,
        question_answers=key_answers,
        weights=PRIOR,
    )


def _habits(material: Material, answers: Texts) -> dict[str, Any]:
    """How answers end."""
    code = material.codes[1]
    return {
        "cut_short": _continued(answers.distinct),
        "full_stops": float(ends_well(answers.distinct)[code].mean()),
        "signed": float(is_signed(answers.distinct)[code].mean()),
        "end_rates": _end_rates(material.tokens[1].take(code), material.stems),
    }


def _ridge_map(questions: Vectors, answers: Vectors) -> tuple[Vectors, Vectors]:
    """Ridge regression of answers on questions, and the inverse Gram matrix for leaving one out.

    Results are rounded, because the order of summation, and so the last digits, depend on threads and processor.
    """
    questions, answers = questions.astype(np.float64), answers.astype(np.float64)
    inverse = np.linalg.inv(questions.T @ questions + RIDGE * np.eye(DIMENSIONS))
    ridge_map, leverage = (np.round(matrix, 6) for matrix in (inverse @ (questions.T @ answers), inverse))
    return ridge_map.astype(np.float32), leverage.astype(np.float32)


def _columns(bags: Bags, weight: Floats, sample: np.ndarray) -> Vectors:  # type: ignore[type-arg]
    """Unit TF-IDF vectors of the sampled texts, as columns of a matrix over all stems."""
    out = np.zeros((len(weight), len(sample)), dtype=np.float32)
    chosen = np.isin(bags.rows, sample)
    out[bags.stems[chosen], np.searchsorted(sample, bags.rows[chosen])] = weight[bags.stems[chosen]]
    scaled: Vectors = out / np.maximum(np.linalg.norm(out, axis=0, keepdims=True), 1e-9)
    return scaled


def _continued(answers: pl.Series) -> np.ndarray:  # type: ignore[type-arg]
    """Hashes of answers without final punctuation that are a prefix of another answer."""
    ordered = answers.sort().to_list()
    short = [
        text
        for text, following in pairwise(ordered)
        if len(text) >= COMMON_START and following.startswith(text) and text[-1] not in ".!?…"
    ]
    return np.unique(hashes(pl.Series("c0", short, dtype=pl.String)))


def _end_rates(answers: Tokens, stems: StemVocabulary) -> Floats:
    """Share of each stem's occurrences in answers that are followed by a stop, smoothed towards the mean for rare
    stems."""
    stop = stems.vocabulary.among(".!?;:")[answers.ids]
    code = stems.code[answers.ids]
    inside = ~answers.is_last
    before_stop = np.zeros(len(stop), dtype=bool)
    before_stop[:-1] = stop[1:]
    total = np.bincount(code[inside], minlength=len(stems))
    ended = np.bincount(code[inside & before_stop], minlength=len(stems))
    mean = ended.sum() / max(total.sum(), 1)
    rates: Floats = (ended + 2 * mean) / (total + 2)
    return rates


def _repeated(keys: np.ndarray, answers: Vectors) -> tuple[np.ndarray, Floats, Vectors]:  # type: ignore[type-arg]
    """Questions asked three times or more: key, count, and the sum of their answers' vectors."""
    distinct, code, counts = np.unique(keys, return_inverse=True, return_counts=True)
    kept = counts >= 3
    position = np.cumsum(kept) - 1
    chosen = kept[code]
    sums = np.zeros((int(kept.sum()), answers.shape[1]), dtype=np.float32)
    np.add.at(sums, position[code[chosen]], answers[chosen])
    return distinct[kept], counts[kept].astype(np.float64), sums
