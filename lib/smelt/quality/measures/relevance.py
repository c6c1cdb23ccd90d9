"""Relevance: how much better this answer fits this question than other answers and questions would."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from smelt.quality.corpus.features import FEATURES, features_of
from smelt.quality.encoder import encoder_cosine
from smelt.quality.lexicons import alternation, words
from smelt.quality.measures.clarity import REPLY, content_words, is_asking
from smelt.quality.pairs import Pairs
from smelt.quality.rules import Verdict, rule
from smelt.quality.texts import Flags

ENGLISH_WEIGHTS: Mapping[str, float] = {"shared_words": 11.0, "meaning": 2.8}
"""Weights of the features without a corpus, fitted by logistic regression on half of the benchmark's pairs."""
ENGLISH_OFFSET = -0.9
UNJUDGED = 0.1
"""Lowest score if the question has no content words ("I see, and what can I do")."""
ENCODER_WEIGHT, ENCODER_MIDDLE = 8.0, 0.3
"""Slope and midpoint of the logistic function of the encoder's cosine; all-MiniLM-L6-v2 gives about 0.55 for pairs and
0.15 for unrelated texts."""

SAYS_MUCH, SAYS_SOMETHING = 12, 4
"""Fewest words of a judged answer: to a satisfied customer, and to a question."""
ASKED_ABOUT = 2
"""Fewest content words of a judged question."""
UNRELATED: Mapping[str, float] = {
    "shared_words": 0.02,
    "meaning": 0.25,
    "usual_answer": -0.1,
    "linked_words": -0.5,
}
"""All these features must be below their values; a single one may be low by chance or a rare word ("wifi", "kidsa")."""
CONTENT = r"(?i)\b(?:thanks|thank you|thx)\b|^\W*(?:perfect|great|brilliant|excellent|wonderful|awesome|fantastic)\b"
NO_QUESTION = r"(?i)^\W*any\b[^?]*$|\bcan(?:['’]t|not| not) wait\b"
"""Looks like a question or request but is not one: "any part of town", "I can't wait for Friday"."""
ANSWERS_ANYTHING = (
    r"(?i)\?\W*$|^\W*(?:yes|yeah|yep|no|nope|sure|of course|certainly|absolutely|ok|okay)\b|"
    r"\b(?:sorry|unfortunately|apolog\w+|unable|cannot|can['’]t|could(?: not|n['’]t)|not (?:sure|understand|able)|"
    r"(?:only able|can only))\b|"
    r"\b(?:please|could you|can you|may i|i(?:['’]ll)? need)\b[^.!?]*"
    r"\b(?:provide|tell|give|specify|enter|choose|share|confirm|date|name|number|time|address|details?)\b"
)
"""Answers that fit any question: they agree, refuse, or ask back."""
CONFIRMS = (
    r"(?i)\bsuccessful(?:ly)?\b|\byour\s+(?:\w+\s+){1,4}?"
    r"(?:(?:has|have)\s+(?:now\s+)?been\b|(?:is|are|was|were)\s+(?:now\s+)?(?:\w+ed|sent|made|set|done|complete)\b)"
)
"""Confirms to a satisfied customer that everything is done: "your report has been submitted"."""


def is_certain(pairs: Pairs) -> Flags:
    """Whether an unlikely pair is evidently unrelated: a question or thanks, and a statement about something else.

    Any answer may fit a dialogue turn such as "Monday" or "the north side", whose question came before.
    """
    features = features_of(pairs.view)
    apart = np.all(
        [features.get(name, np.zeros(len(pairs))) < mark for name, mark in UNRELATED.items()], axis=0
    )
    requests = pairs.question.contains(alternation(words("clarity", "request_forms")))
    asks = (
        (is_asking(pairs) | requests)
        & ~pairs.question.contains(REPLY)
        & ~pairs.question.contains(NO_QUESTION)
    )
    about = pairs.by_text("question", content_words) >= ASKED_ABOUT
    said = pairs.answer.count(r"\p{L}+")
    content = (
        pairs.question.contains(CONTENT) & ~is_asking(pairs) & ~requests & ~pairs.answer.contains(CONFIRMS)
    )
    to_question = asks & about & (said >= SAYS_SOMETHING)
    evident: Flags = apart & (to_question | (content & (said >= SAYS_MUCH)))
    return evident & ~pairs.answer.contains(ANSWERS_ANYTHING)


@rule("answer_off_topic", measure="relevance", is_certain=is_certain)
def answer_off_topic(pairs: Pairs) -> Verdict:
    """The answer does not fit the question, compared with other answers and other questions.

    The score is the probability that the pair is genuine and not two halves of different pairs, by a logistic model of
    the features of :mod:`smelt.quality.corpus.features`.
    """
    features = features_of(pairs.view)
    if pairs.corpus.pairs:
        weights, offset = (
            dict(zip(FEATURES, pairs.corpus.weights, strict=False)),
            float(pairs.corpus.weights[-1]),
        )
    else:
        weights, offset = dict(ENGLISH_WEIGHTS), ENGLISH_OFFSET
    total = sum((weight * features[name] for name, weight in weights.items()), np.full(len(pairs), offset))
    if pairs.config.semantic.model:
        features["encoder"] = encoder_cosine(pairs, pairs.config.semantic.model)
        total += ENCODER_WEIGHT * (features["encoder"] - ENCODER_MIDDLE)
    chance = 1.0 / (1.0 + np.exp(-np.clip(total, -30, 30)))
    says_nothing = pairs.by_text("question", content_words) == 0
    return np.where(says_nothing, UNJUDGED + (1.0 - UNJUDGED) * chance, chance), features
