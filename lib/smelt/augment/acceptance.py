"""Checks of a child before it is scored: its lengths, the facts of its parent, and that its question is new."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from rapidfuzz.distance import Indel, LCSseq

from smelt.augment.config import AugmentConfig
from smelt.augment.rules import PROTECTED

NEGATIVE = re.compile(r"\b(?:not|no|never|none|cannot|without|nor)\b|n['’]t\b", re.IGNORECASE)
WORDS = re.compile(r"\w+(?:['’]\w+)?")


def facts_of(text: str) -> Counter[str]:
    """Facts that a child must share with its parent, with counts: numbers, codes, names, placeholders, negations."""
    found = Counter(match.group() for match in PROTECTED.finditer(text) if not _is_pronoun(match.group()))
    negations = len(NEGATIVE.findall(text))
    return found + Counter({"(negation)": negations} if negations else {})


def _is_pronoun(word: str) -> bool:
    return word in ("I", "I'm", "I've")


def similarity(one: str, other: str) -> float:
    """Similarity of two texts as word sequences: 1 less the normalised Indel distance, in [0, 1]."""
    return float(Indel.normalized_similarity(_words(one), _words(other)))


def grounded(answer: str, section: str) -> float:
    """Share of the answer's words that are in the longest common subsequence with those of ``section``, in [0, 1]."""
    words = _words(answer)
    return float(LCSseq.similarity(words, _words(section))) / len(words) if words else 0.0


def _words(text: str) -> list[str]:
    return [word.casefold() for word in WORDS.findall(text)]


def rejections_of(
    question: str, answer: str, parent: str, siblings: Sequence[str], config: AugmentConfig
) -> list[str]:
    """Every reason to reject a child; ``siblings`` are the questions of the children accepted before it."""
    problems = {
        "question_too_short": len(question) < config.question.minimum,
        "question_too_long": len(question) > config.question.maximum,
        "answer_too_short": len(answer) < config.answer.minimum,
        "answer_too_long": len(answer) > config.answer.maximum,
        "facts_changed": facts_of(question) != facts_of(parent),
        "near_parent": similarity(question, parent) >= config.most_similar,
        "near_sibling": any(similarity(question, each) >= config.most_similar for each in siblings),
    }
    return [name for name, holds in problems.items() if holds]
