"""Features of relevance, i.e. whether an answer belongs to its question, computed for whole batches.

``shared_words``: TF-IDF cosine (Salton and Buckley 1988). ``among_answers``, ``among_questions``: its z-score among
other answers to the question, and other questions to the answer. ``meaning``: cosine of mean word vectors, centred on
the corpus as in Arora et al. 2017. ``usual_answer``: ridge regression from questions to answers in that space.
``linked_words``: pointwise mutual information of question and answer words over the corpus' pairs, after Berger et al.
2000, "Bridging the lexical chasm". A pair that is itself in the corpus is excluded from every count.
"""

from __future__ import annotations

import numpy as np

from smelt.quality.corpus.links import cross, linking_bags, linking_weight
from smelt.quality.corpus.stems import Bags
from smelt.quality.corpus.view import View
from smelt.quality.texts import Floats
from smelt.quality.tokens import Vectors, sum_rows

FEATURES = ("shared_words", "among_answers", "among_questions", "meaning", "usual_answer", "linked_words")
"""Names of the features, in the order of a corpus' weights."""


def features_of(view: View) -> dict[str, Floats]:
    """The features of each pair, by name."""
    features = {"shared_words": _cosine(view), "meaning": _dot(view.question_meaning, view.answer_meaning)}
    if view.corpus.pairs:
        own = features["shared_words"]
        features["among_answers"] = _stands_out(view, own, 0, view.corpus.sample_answers)
        features["among_questions"] = _stands_out(view, own, 1, view.corpus.sample_questions)
        features["usual_answer"] = _usual_answer(view)
        features["linked_words"] = _linked_words(view)
    return features


def _norms(view: View, bags: Bags) -> Floats:
    result: Floats = np.maximum(np.sqrt(bags.add(view.weight[bags.stems] ** 2)), 1e-9)
    return result


def _cosine(view: View) -> Floats:
    """TF-IDF cosine of question and answer."""
    width = len(view.vocabulary)
    left, right = view.question, view.answer
    keys = left.rows * width + left.stems
    shared = np.isin(keys, right.rows * width + right.stems, assume_unique=True)
    product = Bags(left.rows[shared], left.stems[shared], left.size)
    total = product.add(view.weight[product.stems] ** 2)
    return total / (_norms(view, left) * _norms(view, right))


def _similarities(view: View, bags: Bags, sample: Vectors) -> Floats:
    """TF-IDF cosine of each text (rows) with each text of the corpus' sample (columns)."""
    known = view.positions[bags.stems] >= 0
    table = sample[np.maximum(view.positions, 0)] * view.weight.astype(np.float32)[:, None]
    rows, stems = bags.rows[known], bags.stems[known]
    # Sum in the order of the corpus' stems, since the batch numbers its stems by appearance.
    order = np.lexsort((view.positions[stems], rows))
    rows, stems = rows[order], stems[order]
    products = sum_rows(table, stems, np.searchsorted(rows, np.arange(bags.size + 1)))
    similarities: Floats = products / _norms(view, bags)[:, None]
    return similarities


def _stands_out(view: View, own: Floats, side: int, sample: Vectors) -> Floats:
    """z-score of ``own`` among the similarities with ``sample``, clipped to [-3, 12]."""
    others = _similarities(view, view.distinct[side], sample)
    mean, spread = others.mean(axis=1)[view.codes[side]], others.std(axis=1)[view.codes[side]]
    result: Floats = np.clip((own - mean) / (spread + 0.02), -3.0, 12.0)
    return result


def _dot(left: np.ndarray, right: np.ndarray) -> Floats:  # type: ignore[type-arg]
    result: Floats = np.einsum("ij,ij->i", left, right).astype(np.float64)
    return result


def _usual_answer(view: View) -> Floats:
    """Cosine of the answer with the answer that the corpus' ridge regression predicts for the question."""
    # In double precision, the effect of the batch's other rows on a matrix product is negligible.
    question, answer = view.question_meaning.astype(np.float64), view.answer_meaning
    expected = question @ view.corpus.ridge_map.astype(np.float64)
    leverage = _dot(question @ view.corpus.leverage.astype(np.float64), question) * (view.own_count > 0)
    leverage = np.minimum(leverage, 0.9)[:, None]
    expected = (expected - leverage * answer) / (1.0 - leverage)
    result: Floats = _dot(expected, answer) / np.maximum(np.linalg.norm(expected, axis=1), 1e-9)
    return result


def _linked_words(view: View) -> Floats:
    """Mean pointwise mutual information of the question's and the answer's words over the corpus' pairs."""
    corpus, width = view.corpus, max(len(view.corpus.stems), 1)
    first_of, pair = view.distinct_pairs
    position = view.positions.astype(np.int64)
    frequency = np.where(position >= 0, corpus.frequency[np.maximum(position, 0)], 0.0)
    linking = linking_weight(view.rarity, frequency)
    left, right = linking_bags(*view.distinct, linking)
    left, right = left.take(view.codes[0][first_of]), right.take(view.codes[1][first_of])
    first, second = cross(left, right)
    own = view.own_count[first_of]
    asked, said = position[left.stems], position[right.stems]
    in_questions = np.maximum(corpus.in_questions[asked] - own[left.rows], 0.0)
    in_answers = np.maximum(corpus.in_answers[said] - own[right.rows], 0.0)
    together = corpus.links_found.get((asked * width)[first] + said[second], 0.0)
    together = np.maximum(together - own[left.rows][first], 0.0)
    expected = in_questions[first] * in_answers[second] / corpus.pairs
    weight = view.rarity[left.stems][first] * linking[right.stems][second]
    rows = left.rows[first]
    size = len(first_of)
    total = np.bincount(rows, weight * np.log((together + 1.0) / (expected + 1.0)), minlength=size)
    mean: Floats = total / np.maximum(np.bincount(rows, weight, minlength=size), 1e-9)
    return mean[pair]
