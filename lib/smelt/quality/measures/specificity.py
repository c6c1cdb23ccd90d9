"""Specificity of the question: how much information it holds."""

from __future__ import annotations

import numpy as np

from smelt.quality.measures.clarity import content_words, is_asking
from smelt.quality.pairs import Pairs
from smelt.quality.rules import Verdict, rule
from smelt.quality.texts import Flags

CODE = (
    r"\b(?:0x[0-9A-Fa-f]+|[A-Z]{1,5}[-_]?\d{2,}[\w-]*|[A-Z][a-z]+[A-Z]\w+|\d+(?:\.\d+)+|[45]\d\d\b)|"
    r"\b[Ee]rror\s+(?:code\s+)?[\w-]*\d|[\w.+-]+\.(?:exe|dll|log|pdf|docx?|xlsx?|pst|zip)\b"
)
QUOTED = r"[\"“][^\"”]{3,80}[\"”]"
ASKED = 0.25
"""Lowest score of a question that names one thing."""
ENOUGH = 2.2
"""Summed rarity of a fully specific question: about three words of medium rarity."""


REQUEST = (
    r"(?i)^\W*(?:(?:hi|hello|hey|please|and|so|well|ok|okay)\W+)*"
    r"(?:i(?:['’]d| would)?\s+(?:like|want|need|love|wish)|"
    r"i\s*(?:can(?:['’]t|not| not| no)|could(?:n['’]t| not)|am unable|have lost)|"
    r"(?:show|tell|give|get|find|send)\s+me|(?:search|look|looking)\s+for|(?:find|book|order|cancel|check|change)|"
    r"(?:problems?|trouble|issues?|help|question)\s+(?:with|about|on))\b"
)
"""Begins with a request."""
FEW_WORDS = 4


def is_certain(pairs: Pairs) -> Flags:
    """Whether a question of little information is no request either; "Search for a flight" can be answered."""
    words = pairs.question.count(r"\p{L}+")
    requests = pairs.question.contains(REQUEST) & (words >= FEW_WORDS) & (content_words(pairs) >= 1)
    return ~requests


@rule("question_vague", measure="question_specificity", looks_at="question", is_certain=is_certain)
def question_vague(pairs: Pairs) -> Verdict:
    """The question holds little information: few rare words, no number, product, code or quotation.

    The information of a word is its inverse document frequency in the corpus and in English (Sparck
    Jones 1972); words that only greet or ask carry none.
    """
    view, bags = pairs.view, pairs.view.question
    rarity = bags.add(np.maximum(view.rarity[bags.stems] - 0.15, 0.0))
    tokens = pairs.tokens("question")
    numbers = tokens.add(pairs.vocabulary.is_number[tokens.ids])
    names = tokens.add(
        (tokens.is_title | tokens.is_upper) & ~tokens.is_first & pairs.vocabulary.is_word[tokens.ids]
    )
    codes = (pairs.question.count(CODE) + pairs.question.count(QUOTED)).astype(np.float64)
    information = (
        rarity + 0.5 * np.minimum(numbers, 2) + 0.2 * np.minimum(names, 3) + 0.8 * np.minimum(codes, 2)
    )
    score = 1.0 - np.exp(-information * 1.4 / ENOUGH)
    asks = is_asking(pairs) & (content_words(pairs) >= 1)  # "Is there parking?" can be answered
    return np.where(asks, ASKED + (1.0 - ASKED) * score, score), {
        "rarity": rarity, "numbers": numbers, "names": names, "codes": codes,
    }  # fmt: skip
