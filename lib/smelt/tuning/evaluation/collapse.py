"""Detects collapsed models: repetition, lack of diversity, lengths, and answers without an end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from smelt.tuning.answers.generate import Answer
from smelt.tuning.evaluation.scores import bleu, tokens

REPEATED = 3
"""Occurrences of one four-word n-gram that make an answer repetitive (Holtzman et al. 2020 show such loops)."""

LIMITS = {
    "repetition_share": 0.3,
    "unstopped_share": 0.5,
    "distinct_ratio": 0.2,
    "length_low": 0.2,
    "length_high": 5.0,
}
"""Limits beyond which answers count as collapsed; wide enough for untuned and terse models."""

_SELF_BLEU_TEXTS = 40


def repeats(text: str) -> bool:
    """Whether a sequence of four words occurs at least REPEATED times; of four characters in texts without words."""
    words: list[str] = tokens(text) or list(text.strip())
    grams = Counter(tuple(words[at : at + 4]) for at in range(len(words) - 3))
    return bool(grams) and max(grams.values()) >= REPEATED


def self_bleu(texts: Sequence[str]) -> float:
    """Mean BLEU of each of the first forty texts against the next one; 1 if all are equal (after Zhu et al. 2018)."""
    some = list(texts[:_SELF_BLEU_TEXTS])
    if len(some) < 2:
        return float("nan")
    pairs = zip(some, [*some[1:], some[0]], strict=True)
    return sum(bleu(one, two) for one, two in pairs) / len(some)


def collapse(answers: Sequence[Answer], references: Sequence[str]) -> dict[str, Any]:
    """Measures of collapse, and ``collapsed`` with reasons; answers as uniform as the references do not count."""
    said = [answer.text for answer in answers]
    count = max(len(said), 1)
    own = sum(len(tokens(text)) for text in said) / count
    wanted = sum(len(tokens(text)) for text in references) / count
    distinct = len(set(said)) / count
    distinct_references = max(len(set(references)), 1) / count
    found: dict[str, Any] = {
        "repetition_share": sum(map(repeats, said)) / count,
        "repetition_share_of_references": sum(map(repeats, references)) / count,
        "empty_share": sum(not text for text in said) / count,
        "unstopped_share": sum(not answer.stopped for answer in answers) / count,
        "distinct_share": distinct,
        "distinct_ratio": distinct / distinct_references,
        "length_ratio": own / wanted if wanted else float("nan"),
        "self_bleu": self_bleu(said),
        "self_bleu_of_references": self_bleu(references),
    }
    reasons = []
    if found["repetition_share"] - found["repetition_share_of_references"] > LIMITS["repetition_share"]:
        reasons.append("answers repeat themselves")
    if found["unstopped_share"] > LIMITS["unstopped_share"]:
        reasons.append("most answers do not stop")
    if found["distinct_ratio"] < LIMITS["distinct_ratio"]:
        reasons.append("different questions get the same answer")
    if not LIMITS["length_low"] <= found["length_ratio"] <= LIMITS["length_high"]:
        reasons.append("answers are far shorter or longer than the references")
    return found | {"collapsed": bool(reasons), "reasons": reasons}
