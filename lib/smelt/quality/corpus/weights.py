"""Weights of the relevance features for a corpus, fitted on pairs that were not counted."""

from __future__ import annotations

import numpy as np

from smelt.quality.corpus.features import FEATURES, features_of
from smelt.quality.corpus.material import Material
from smelt.quality.corpus.model import Corpus
from smelt.quality.corpus.view import View
from smelt.quality.texts import Floats

PRIOR = np.array([0.5, 0.32, 0.35, 1.4, 1.2, 5.0, -0.7])
"""Default weights of the features and an offset, fitted on half of the benchmark's pairs; each corpus adjusts them."""
AMONG_FEW = PRIOR * np.array([1, 1, 1, 1, 0, 0, 1])
"""Weights for few pairs, from which usual answers and linked words cannot be learned."""
TRUST = 500.0
"""Strength of ``PRIOR`` when fitting the weights of a corpus, as a number of pairs.

A weaker prior gains nothing with a clean corpus, and loses if half of its pairs are bad."""
OFFSET_TRUST = 3.0
"""Strength of the prior's offset, likewise."""
TRIALS = 1500
"""Most pairs on which the weights are fitted; at most half of the corpus."""


def fit_weights(corpus: Corpus, trial: Material) -> Floats:
    """Fit weights that distinguish the pairs of ``trial`` from its questions with other questions' answers.

    ``corpus`` must have been learned from other pairs, so that true and false pairs are equally new to it.
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
    return np.round(weights, 6)  # further digits depend on threads and processor


def logistic(columns: Floats, labels: Floats, prior: Floats, strength: float) -> Floats:
    """Logistic regression regularised towards ``prior``, by Newton's method (Bishop 2006, section 4.3.3).

    The last column is the constant, regularised by ``OFFSET_TRUST``. Steps are limited to 1 per weight, because
    Newton's method overshoots for separable classes.
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
