"""How much each sign of relevance counts in a corpus: fitted on pairs that the counts have not seen."""

from __future__ import annotations

import numpy as np

from smelt.quality.corpus.features import FEATURES, features_of
from smelt.quality.corpus.material import Material
from smelt.quality.corpus.model import Corpus
from smelt.quality.corpus.view import View
from smelt.quality.texts import Floats

PRIOR = np.array([0.5, 0.32, 0.35, 1.4, 1.2, 5.0, -0.7])
"""Weights of the features and an offset, fitted on half of the benchmark's pairs; each corpus adjusts them."""
AMONG_FEW = PRIOR * np.array([1, 1, 1, 1, 0, 0, 1])
"""Weights where pairs are too few to say which answers are usual and which words are linked: only how a pair stands
out among the others is left."""
TRUST = 500.0
"""Pull of ``PRIOR`` on the weights of a corpus, as a number of pairs.

A weak pull gains nothing where a corpus is clean, and loses where half of its pairs are bad."""
OFFSET_TRUST = 3.0
"""Pull of the packaged offset, likewise."""
TRIALS = 1500
"""Pairs that the weights are adjusted on, at most; no more than half of the corpus."""


def fit_weights(corpus: Corpus, trial: Material) -> Floats:
    """Weights that tell the pairs of ``trial`` from its questions with the answers of other questions.

    ``corpus`` was learned from other pairs, so that true and false ones are strangers to it alike.
    """
    own = np.arange(len(trial))
    wrong = (own + max(1, len(trial) // 2)) % len(trial)
    questions, answers = np.concatenate([own, own]), np.concatenate([own, wrong])
    texts = trial.question.gather(questions), trial.answer.gather(answers)
    codes = trial.codes[0][questions], trial.codes[1][answers]
    view = View(corpus, trial.stems, trial.tokens, codes, texts)
    features = features_of(view)
    columns = np.stack([features[name] for name in FEATURES] + [np.ones(len(answers))], axis=1)
    weights = logistic(columns, (answers == questions).astype(np.float64), PRIOR, TRUST)
    return np.round(weights, 6)  # the rest depends on threads and processor


def logistic(columns: Floats, labels: Floats, prior: Floats, strength: float) -> Floats:
    """Logistic regression drawn towards ``prior``, by Newton's method (Bishop 2006, section 4.3.3).

    The last column is the constant; its weight is held by ``OFFSET_TRUST`` alone. Steps are cut to one unit a
    weight, because Newton's method overshoots where the classes do not overlap.
    """
    pull = strength * np.maximum(columns.std(axis=0), 1e-2) ** 2
    pull[-1] = OFFSET_TRUST
    weights = prior.copy()
    for _ in range(25):
        chance = 1.0 / (1.0 + np.exp(-np.clip(columns @ weights, -30, 30)))
        slope = columns.T @ (chance - labels) + pull * (weights - prior)
        curve = (columns.T * (chance * (1.0 - chance))) @ columns + np.diag(pull)
        step = np.clip(np.linalg.solve(curve, slope), -1.0, 1.0)
        weights = weights - step
        if np.abs(step).max() < 1e-6:
            break
    return weights
