"""Learn a corpus from its pairs."""

from __future__ import annotations

import numpy as np
import polars as pl
import pyarrow as pa

from smelt.quality.config import CorpusConfig
from smelt.quality.corpus.model import CONTRAST, Corpus, english, hashes
from smelt.quality.corpus.stems import Bags, StemVocabulary, bags_of, meaning_of
from smelt.quality.corpus.view import centred
from smelt.quality.english.dictionary import dictionary
from smelt.quality.english.meanings import DIMENSIONS, Vectors, unit
from smelt.quality.texts import Floats, Texts
from smelt.quality.tokens import tokenize

QUESTION_STEMS, ANSWER_STEMS = 12, 40
"""Stems of each side that take part in links: the heaviest."""
LINKING_TEXTS = 3
"""Texts that a stem must be in to take part in links."""
FUNCTION_WEIGHT = 0.1
"""Weight of a function word in an answer ("yes", "from", "at" say what kind of answer it is)."""
LINKS = 1_000_000
"""Links kept: those of the most pairs."""
RIDGE = 20.0
"""Penalty of the map from questions to answers; 1 to 50 gave the same within .01 AUC."""
ENDS_WELL = r"[.!?:;…。！？)\]\"'”’»*|}>]$"
COMMON_START = 12
"""Characters that an answer must have before another one counts as its continuation."""


def fit_corpus(pairs: pa.Table, config: CorpusConfig | None = None) -> Corpus:
    """Learn ``question`` and ``answer`` of ``pairs`` (string), at most ``sample_pairs`` rows from the top.

    Fewer than ``minimum_pairs`` rows give the packaged model of English: counts over so few say nothing.
    """
    config = config or CorpusConfig()
    if pairs.num_rows < config.minimum_pairs:
        return english()
    table = pairs.select(["question", "answer"]).slice(0, config.sample_pairs)
    question, answer = (Texts(pl.Series(table.column(name).cast(pa.string()))).series for name in ("question", "answer"))
    vocabulary, (question_tokens, answer_tokens) = tokenize(question, answer)
    stems = StemVocabulary(vocabulary, vocabulary.positions_in(dictionary().words))
    questions, answers = bags_of(question_tokens, stems), bags_of(answer_tokens, stems)
    counts = len(question), len(stems)
    in_questions = np.bincount(questions.stems, minlength=len(stems)).astype(np.float64)
    in_answers = np.bincount(answers.stems, minlength=len(stems)).astype(np.float64)
    bare = Corpus(**(english().__dict__ | {"pairs": counts[0], "stems": stems.stems, "frequency": in_questions + in_answers}))
    rarity = bare.rarity(stems)
    weight = bare.idf(stems) * np.minimum(1.0, 2 * rarity)
    linking = linking_weight(rarity, in_questions + in_answers)
    links, link_counts, left, right = _links(questions, answers, linking, len(stems))
    question_meaning = unit(meaning_of(question_tokens, stems, rarity))
    answer_meaning = unit(meaning_of(answer_tokens, stems, rarity))
    question_mean, answer_mean = question_meaning.mean(axis=0), answer_meaning.mean(axis=0)
    centred_questions, centred_answers = centred(question_meaning, question_mean), centred(answer_meaning, answer_mean)
    bridge, leverage = _bridge(centred_questions, centred_answers)
    sample = np.unique(np.linspace(0, counts[0] - 1, CONTRAST).astype(np.int64))
    seen, seen_counts = np.unique(hashes(question, answer), return_counts=True)
    keys, key_counts, key_answers = _repeated(hashes(question.str.to_lowercase()), centred_answers)
    return Corpus(
        pairs=counts[0],
        stems=stems.stems,
        frequency=in_questions + in_answers,
        links=links,
        link_counts=link_counts,
        in_questions=left,
        in_answers=right,
        question_mean=question_mean,
        answer_mean=answer_mean,
        bridge=bridge,
        leverage=leverage,
        sample_questions=_columns(questions, weight, sample),
        sample_answers=_columns(answers, weight, sample),
        seen=seen,
        seen_counts=seen_counts.astype(np.float64),
        cut_short=_continued(answer),
        full_stops=float(answer.str.contains(ENDS_WELL).mean() or 0.0),
        question_keys=keys,
        question_counts=key_counts,
        question_answers=key_answers,
    )


def linking_weight(rarity: Floats, frequency: Floats) -> Floats:
    """Weight of each stem in links: words that are too rare to have met anything take no part."""
    return np.where(frequency >= LINKING_TEXTS, rarity + FUNCTION_WEIGHT, 0.0)


def _links(questions: Bags, answers: Bags, linking: Floats, width: int) -> tuple[np.ndarray, Floats, Floats, Floats]:  # type: ignore[type-arg]
    """Keys and counts of stems that meet in two pairs or more, the most frequent ``LINKS`` of them.

    With them the number of questions and of answers in which each stem takes part in links at all.
    """
    keys, _, _ = cross(questions, answers, linking, width)
    links, counts = np.unique(keys, return_counts=True)
    kept = counts >= 2
    if kept.sum() > LINKS:
        kept = counts >= np.sort(counts)[-LINKS]
    left, right = linking_bags(questions, answers, linking)
    sides = (np.bincount(bags.stems, minlength=width).astype(np.float64) for bags in (left, right))
    return links[kept], counts[kept].astype(np.float64), *sides


def linking_bags(questions: Bags, answers: Bags, linking: Floats) -> tuple[Bags, Bags]:
    """The stems of each text that take part in links."""
    left, right = questions.heaviest(linking, QUESTION_STEMS), answers.heaviest(linking, ANSWER_STEMS)
    left_kept, right_kept = linking[left.stems] > FUNCTION_WEIGHT, linking[right.stems] > 0
    return (
        Bags(left.rows[left_kept], left.stems[left_kept], left.size),
        Bags(right.rows[right_kept], right.stems[right_kept], right.size),
    )


def cross(questions: Bags, answers: Bags, linking: Floats, width: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:  # type: ignore[type-arg]
    """Every question stem with every answer stem of the same pair, among :func:`linking_bags`.

    Returns key (question stem * ``width`` + answer stem), the pair, and the answer stem.
    """
    left, right = linking_bags(questions, answers, linking)
    right_counts = np.diff(right.offsets)
    repeats = right_counts[left.rows]
    first = np.repeat(np.arange(len(left.rows)), repeats)
    starts = np.repeat(right.offsets[left.rows], repeats)
    within = np.arange(len(first)) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    second = starts + within
    return left.stems[first] * width + right.stems[second], left.rows[first], right.stems[second]


def _bridge(questions: Vectors, answers: Vectors) -> tuple[Vectors, Vectors]:
    """Ridge regression of answers on questions, and the inverse Gram matrix for leaving one out."""
    inverse = np.linalg.inv(questions.T @ questions + RIDGE * np.eye(DIMENSIONS))
    return (inverse @ (questions.T @ answers)).astype(np.float32), inverse.astype(np.float32)


def _columns(bags: Bags, weight: Floats, sample: np.ndarray) -> Vectors:  # type: ignore[type-arg]
    """Unit TF-IDF vectors of the sampled texts, as columns over all stems."""
    out = np.zeros((len(weight), len(sample)), dtype=np.float32)
    chosen = np.isin(bags.rows, sample)
    out[bags.stems[chosen], np.searchsorted(sample, bags.rows[chosen])] = weight[bags.stems[chosen]]
    scaled: Vectors = out / np.maximum(np.linalg.norm(out, axis=0, keepdims=True), 1e-9)
    return scaled


def _continued(answers: pl.Series) -> np.ndarray:  # type: ignore[type-arg]
    """Hashes of answers that stop without a full stop where another answer goes on."""
    ordered = answers.unique().sort().to_list()
    short = [
        text
        for text, following in zip(ordered, ordered[1:], strict=False)
        if len(text) >= COMMON_START and following.startswith(text) and text[-1] not in ".!?…"
    ]
    return np.unique(hashes(pl.Series("c0", short, dtype=pl.String)))


def _repeated(keys: np.ndarray, answers: Vectors) -> tuple[np.ndarray, Floats, Vectors]:  # type: ignore[type-arg]
    """Questions asked three times or more: key, count, and the sum of their answers' vectors."""
    distinct, code, counts = np.unique(keys, return_inverse=True, return_counts=True)
    kept = counts >= 3
    position = np.cumsum(kept) - 1
    chosen = kept[code]
    sums = np.zeros((int(kept.sum()), answers.shape[1]), dtype=np.float32)
    np.add.at(sums, position[code[chosen]], answers[chosen])
    return distinct[kept], counts[kept].astype(np.float64), sums
