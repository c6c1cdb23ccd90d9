"""Language: question and answer are in an accepted language."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from smelt.quality.measures.foreign import is_foreign
from smelt.quality.pairs import Pairs, Side
from smelt.quality.rules import Verdict, rule
from smelt.quality.texts import Flags, Floats

SURE_SHARE = 0.65
"""Share of dictionary words from which a text is English without running the identifier."""
SHORT = 12
"""Texts of fewer words, such as titles with product names, are English if half of their words are."""
PLAIN_WORDS = 2
"""Fewest words that are neither capitalised nor unknown; a text with fewer is a list of names, without language."""
SURELY_OTHER = 0.02
"""Below this score the identifier is sure that a text of a dozen words is in no accepted language."""
FUNCTION_WORDS = 250
"""Number of commonest dictionary words that distinguish English from names and loan words."""


@cache
def _identifier() -> Any:
    """py3langid's identifier with probabilities (Lui and Baldwin 2012; about 11,000 texts/s)."""
    from py3langid import langid

    return langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)


@cache
def _identify(text: str) -> dict[str, float]:
    return {str(language): float(share) for language, share in _identifier().rank(text)[:8]}


def share_of_english(pairs: Pairs, side: Side) -> Floats:
    """Share of the words of each text that are in the English dictionary; 1 where there are no words.

    An unknown capitalised word inside a text counts half, since it is likely a name.
    """
    tokens, vocabulary = pairs.tokens(side), pairs.vocabulary
    known = pairs.known
    common = (known >= 0) & (known < FUNCTION_WORDS)
    code = np.asarray(
        vocabulary.words.str.contains(r"[._]\S|^x{2,}$"), dtype=np.bool_
    )  # file names, masked values
    is_word = (vocabulary.is_word & ~code)[tokens.ids]
    weight = np.where(known[tokens.ids] < 0, np.where(tokens.is_title | tokens.is_upper, 0.4, 1.0), 1.0)
    weight = np.where(common[tokens.ids], 1.5, weight) * is_word
    total = tokens.add(weight)
    english = tokens.add(weight * (known[tokens.ids] >= 0))
    return np.where(total > 0, english / np.maximum(total, 1e-9), 1.0)


def share_of(pairs: Pairs, side: Side, accepted: frozenset[str]) -> Floats:
    """Confidence in [0, 1] that each text is in one of the languages ``accepted``.

    Texts with many dictionary words are English; only others are identified, and for short ones the two estimates are
    averaged, because identifiers are unreliable for few letters.
    """
    english = share_of_english(pairs, side)
    scores = np.ones(len(pairs))
    texts = pairs.texts(side)
    tokens = pairs.tokens(side)
    is_word = pairs.vocabulary.is_word[tokens.ids]
    words = tokens.add(is_word)
    plain = tokens.add(is_word & ~(tokens.is_upper | (tokens.is_title & (pairs.known < 0)[tokens.ids])))
    doubtful = (
        (english < np.where(words < SHORT, 0.5, SURE_SHARE))
        if "en" in accepted
        else np.ones(len(pairs), dtype=bool)
    )
    doubtful &= ((words >= 4) | (english < 0.4)) & (words >= 2) & (texts.length >= 8)
    doubtful &= (plain >= PLAIN_WORDS) | ("en" not in accepted)
    for row in np.nonzero(doubtful)[0]:
        ranked = _identify(texts.series[int(row)][:600])
        probability = sum(share for language, share in ranked.items() if language in accepted)
        trust = min(1.0, float(words[row]) / 12)
        fallback = english[row] if "en" in accepted else probability
        scores[row] = trust * probability + (1 - trust) * 0.5 * (probability + fallback)
    settled = ~doubtful & (english < SURE_SHARE) & ("en" in accepted)
    return np.where(settled, np.maximum(english, 0.6), scores)


def is_certain(pairs: Pairs) -> Flags:
    """Whether a side with a score below the pass mark is evidently foreign (:mod:`smelt.quality.measures.foreign`)."""
    accepted, mark = frozenset(pairs.config.languages), pairs.config.pass_mark("language")
    certain: Flags = np.zeros(len(pairs), dtype=np.bool_)
    sides: tuple[Side, ...] = ("question", "answer")
    for side in sides:
        share = share_of(pairs, side, accepted)
        certain |= (share < mark) & is_foreign(pairs, side, accepted, share < SURELY_OTHER)
    return certain


@rule("wrong_language", measure="language", is_certain=is_certain)
def wrong_language(pairs: Pairs) -> Verdict:
    """Question or answer is in a language that ``quality.languages`` does not accept."""
    accepted = frozenset(pairs.config.languages)
    if not accepted:
        return np.ones(len(pairs))
    question = pairs.by_text("question", lambda part: share_of(part, "question", accepted))
    answer = pairs.by_text("answer", lambda part: share_of(part, "answer", accepted))
    return np.minimum(question, answer), {"question": question, "answer": answer}
