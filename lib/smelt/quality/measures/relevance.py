"""Relevance: how much better this answer fits this question than other answers and questions would."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from smelt.quality.corpus.signs import SIGNS, signs_of
from smelt.quality.encoder import encoder_cosine
from smelt.quality.measures.clarity import content_words
from smelt.quality.pairs import Pairs
from smelt.quality.rules import Verdict, rule

ENGLISH_SIGNS: Mapping[str, float] = {"shared_words": 11.0, "meaning": 2.8}
"""Weights where there is no corpus, fitted by logistic regression on half of the benchmark's pairs."""
ENGLISH_OFFSET = -0.9
UNJUDGED = 0.1
"""The least score where the question has no words that an answer could fail to fit ("I see, and what can I do")."""
ENCODER_WEIGHT, ENCODER_MIDDLE = 8.0, 0.3
"""Steepness and middle of the encoder's cosine; all-MiniLM-L6-v2 gives .55 to pairs and .15 to strangers."""


@rule("answer_off_topic", measure="relevance")
def answer_off_topic(pairs: Pairs) -> Verdict:
    """The answer does not fit the question, compared with other answers and other questions.

    The score is the chance that the pair is one of the corpus and not two halves of different pairs, as a
    logistic model of the signs of :mod:`smelt.quality.corpus.signs` sees it.
    """
    signs = signs_of(pairs.view)
    if pairs.corpus.pairs:
        weights, offset = (
            dict(zip(SIGNS, pairs.corpus.weights, strict=False)),
            float(pairs.corpus.weights[-1]),
        )
    else:
        weights, offset = dict(ENGLISH_SIGNS), ENGLISH_OFFSET
    total = sum((weight * signs[name] for name, weight in weights.items()), np.full(len(pairs), offset))
    if pairs.config.semantic.model:
        signs["encoder"] = encoder_cosine(pairs, pairs.config.semantic.model)
        total += ENCODER_WEIGHT * (signs["encoder"] - ENCODER_MIDDLE)
    chance = 1.0 / (1.0 + np.exp(-np.clip(total, -30, 30)))
    says_nothing = pairs.by_text("question", content_words) == 0
    return np.where(says_nothing, UNJUDGED + (1.0 - UNJUDGED) * chance, chance), signs
