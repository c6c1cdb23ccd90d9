"""Signs that an answer belongs to its question, each computed for a whole batch at once.

Shared words: TF-IDF cosine (Salton and Buckley 1988), and how far it stands out among other answers to this
question and other questions to this answer. Meaning: cosine of mean word vectors, centred on the corpus as
in Arora et al. 2017. Usual answer: ridge regression from questions to answers in that space. Linked words:
pointwise mutual information of question and answer words over the corpus' pairs, the idea of Berger et al.
2000, "Bridging the lexical chasm". A pair that is in the corpus itself is taken out of every count first.
"""

from __future__ import annotations

import numpy as np

from smelt.quality.corpus.links import cross, linking_weight
from smelt.quality.corpus.model import counted
from smelt.quality.corpus.stems import Bags
from smelt.quality.corpus.view import View
from smelt.quality.texts import Floats

SIGNS = ("shared_words", "among_answers", "among_questions", "meaning", "usual_answer", "linked_words")
"""Names of the signs, in the order of a corpus' weights."""


def signs_of(view: View) -> dict[str, Floats]:
    """The signs of each pair, by name."""
    signs = {"shared_words": _cosine(view), "meaning": _dot(view.question_meaning, view.answer_meaning)}
    if view.corpus.pairs:
        own = signs["shared_words"]
        signs["among_answers"] = _stands_out(
            own, _similarities(view, view.question, view.corpus.sample_answers)
        )
        signs["among_questions"] = _stands_out(
            own, _similarities(view, view.answer, view.corpus.sample_questions)
        )
        signs["usual_answer"] = _usual_answer(view)
        signs["linked_words"] = _linked_words(view)
    return signs


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


def _similarities(view: View, bags: Bags, sample: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
    """TF-IDF cosine of each text with each text of the corpus' sample."""
    position = view.positions[bags.stems]
    known = position >= 0
    rows, stems = bags.rows[known], bags.stems[known]
    out = np.zeros((bags.size, sample.shape[1]), dtype=np.float32)
    if len(rows):
        products = sample[position[known]] * view.weight[stems].astype(np.float32)[:, None]
        starts = np.nonzero(np.concatenate([[True], np.diff(rows) > 0]))[0]
        out[rows[starts]] = np.add.reduceat(products, starts, axis=0)
    return out / _norms(view, bags)[:, None]


def _stands_out(own: Floats, others: np.ndarray) -> Floats:  # type: ignore[type-arg]
    """Distance of ``own`` from the mean of ``others`` in their standard deviations, at most 12."""
    result: Floats = np.clip((own - others.mean(axis=1)) / (others.std(axis=1) + 0.02), -3.0, 12.0)
    return result


def _dot(left: np.ndarray, right: np.ndarray) -> Floats:  # type: ignore[type-arg]
    result: Floats = np.einsum("ij,ij->i", left, right).astype(np.float64)
    return result


def _usual_answer(view: View) -> Floats:
    """Cosine of the answer with the answer that the corpus leads one to expect."""
    question, answer = view.question_meaning, view.answer_meaning
    expected = question @ view.corpus.bridge
    leverage = np.einsum("ij,jk,ik->i", question, view.corpus.leverage, question) * (view.own_count > 0)
    leverage = np.minimum(leverage, 0.9)[:, None]
    expected = (expected - leverage * answer) / (1.0 - leverage)
    result: Floats = _dot(expected, answer) / np.maximum(np.linalg.norm(expected, axis=1), 1e-9)
    return result


def _linked_words(view: View) -> Floats:
    """Mean pointwise mutual information of the question's and the answer's words over the corpus' pairs."""
    corpus, width = view.corpus, max(len(view.corpus.stems), 1)
    position = view.positions.astype(np.int64)
    frequency = np.where(position >= 0, corpus.frequency[np.maximum(position, 0)], 0.0)
    linking = linking_weight(view.rarity, frequency)
    batch_width = len(view.vocabulary)
    keys, rows, second = cross(view.question, view.answer, linking, batch_width)
    first = keys // batch_width
    left, right, own = position[first], position[second], view.own_count[rows]
    together = counted(left * width + right, corpus.links, corpus.link_counts)
    together = np.maximum(together - own, 0.0)
    expected = (
        np.maximum(corpus.in_questions[left] - own, 0.0)
        * np.maximum(corpus.in_answers[right] - own, 0.0)
        / corpus.pairs
    )
    weight = view.rarity[first] * linking[second]
    size = len(view.question_meaning)
    total = np.bincount(rows, weight * np.log((together + 1.0) / (expected + 1.0)), minlength=size)
    result: Floats = total / np.maximum(np.bincount(rows, weight, minlength=size), 1e-9)
    return result
