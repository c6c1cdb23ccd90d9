"""Completeness: the answer is more than a courtesy or a promise of one."""

from __future__ import annotations

from functools import cache

import numpy as np

from smelt.quality.lexicons import hints, phrases, words
from smelt.quality.pairs import Pairs
from smelt.quality.rules import Verdict, rule
from smelt.quality.texts import Flags


@cache
def _first_looked_for(section: str) -> list[str]:
    return hints(words("completeness", section))


@rule("answer_only_greeting", measure="answer_completeness", looks_at="answer")
def answer_only_greeting(pairs: Pairs) -> Verdict:
    """The answer greets, thanks or offers help, and answers nothing."""
    text = pairs.answer
    polite = text.contains(
        rf"(?is)^\W*(?:{phrases('completeness', 'courtesies')[4:]}[\W\d]*(?:\w+\W+){{0,2}}?)+$"
    )
    return np.where(polite, 0.2, 1.0), {"only_courtesies": polite}


ASKS_FOR_CONTACT = (
    r"(?i)\b(?:when|will|how (?:long|soon)|how much longer)\b[^.?!]*"
    r"\b(?:call|contact|hear|get back|reply|respond|answer|e-?mail|write|reach)\w*\b"
)
"""Questions to which a promise is the answer: "when will they call me?"."""


def _is_no_answer(pairs: Pairs) -> Flags:
    """Whether a promise is not what the question asks for."""
    return ~pairs.question.contains(ASKS_FOR_CONTACT)


@rule("answer_only_promise", measure="answer_completeness", looks_at="answer", is_certain=_is_no_answer)
def answer_only_promise(pairs: Pairs) -> Verdict:
    """The answer only promises an answer: "I'll get back to you", "we will look into it and ...".

    Other sentences raise the score: "One moment please. The fee was charged twice."
    """
    promise, refusal = (
        pairs.answer.contains(phrases("completeness", section), _first_looked_for(section))
        for section in ("promises", "refusals")
    )
    found = np.nonzero(promise | refusal)[0]
    if not len(found):
        return np.ones(len(pairs)), {
            "promise": promise,
            "refusal": refusal,
            "other_words": np.zeros(len(pairs)),
        }
    pattern = "|".join(phrases("completeness", section)[4:] for section in ("promises", "refusals"))
    others = pairs.answer.series.gather(found).str.replace_all(
        rf"(?i)[^.!?\n]*(?:{pattern})[^.!?\n]*[.!?\n]*", " "
    )
    rest = np.zeros(len(pairs))
    rest[found] = others.str.count_matches(r"\p{L}+").to_numpy()
    left = np.clip((rest - 4) / 12, 0.0, 1.0)
    score = np.where(promise, 0.25 + 0.75 * left, np.where(refusal, 0.5 + 0.5 * left, 1.0))
    return score, {"promise": promise, "refusal": refusal, "other_words": rest}
