"""Grammar of question and answer: spelling, casing, punctuation, repeats and word order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np

from smelt.quality.measures.language import share_of_english
from smelt.quality.measures.order import is_evident, word_order
from smelt.quality.measures.slips import is_misspelt
from smelt.quality.pairs import Pairs, Side
from smelt.quality.rules import Rule, Verdict, register
from smelt.quality.texts import Flags, Floats

REPEATED_CHARACTER = "|".join(letter * 4 for letter in "abcdefghijklmnopqrstuvyz") + r"|!{4}|\?{4}|,,,|;;;"
"""Rust's regexes have no back-references; w (www) and x (masks) may repeat."""
MOSTLY_AGAIN = 0.5
"""Share of doubled and stretched words from which a text is rejected; fewer may be play or a quotation."""
FEW_WORDS = 3
"""Fewest words for which spelling is judged; fewer may all be names."""
BAD_SPACING = r"[a-z][,;][a-z]|[a-z]{2}[.!?][A-Z][a-z]|\s[,;:](?:\s|$)|,,|\(\s*\)|\.\.[^.]"


def _spelling(pairs: Pairs, side: Side) -> tuple[Floats, dict[str, Floats]]:
    known = share_of_english(pairs, side)
    tokens = pairs.tokens(side)
    judged = tokens.add(pairs.vocabulary.is_word[tokens.ids]) >= FEW_WORDS
    return np.where(judged, np.clip((known - 0.25) / 0.55, 0.0, 1.0), 1.0), {"dictionary_share": known}


def _punctuation(pairs: Pairs, side: Side) -> tuple[Floats, dict[str, Floats]]:
    faults = pairs.texts(side).count(BAD_SPACING).astype(np.float64)
    per_sentence = faults / np.maximum(1.0, pairs.tokens(side).counts / 12)
    return np.maximum(0.35, 1.0 - 0.3 * per_sentence), {"faults": faults}


def _repeats(pairs: Pairs, side: Side) -> tuple[Floats, dict[str, Floats]]:
    tokens = pairs.tokens(side)
    same = np.zeros(len(tokens.ids), dtype=bool)
    if len(same) > 1:
        same[1:] = (tokens.ids[1:] == tokens.ids[:-1]) & (tokens.row[1:] == tokens.row[:-1])
    masked = pairs.vocabulary.words.str.contains(r"^x+$").to_numpy()[tokens.ids]
    doubled = tokens.add(same & pairs.vocabulary.is_word[tokens.ids] & ~masked)
    stretched = pairs.texts(side).series.str.to_lowercase().str.count_matches(REPEATED_CHARACTER).to_numpy()
    faults = doubled + stretched
    return np.maximum(0.0, 1.0 - 0.35 * faults / np.maximum(1.0, tokens.counts / 25)), {
        "doubled_words": doubled,
        "stretched_words": stretched.astype(np.float64),
    }


def _order(pairs: Pairs, side: Side) -> tuple[Floats, dict[str, Floats]]:
    return word_order(pairs, side)


def _is_mostly_again(pairs: Pairs, side: Side) -> Flags:
    """Whether half of the words are doubled or stretched, unless the text is spelled out in single letters."""
    tokens, features = pairs.tokens(side), _repeats(pairs, side)[1]
    long = pairs.vocabulary.is_word & (pairs.vocabulary.words.str.len_chars().to_numpy() > 1)
    faults = features["doubled_words"] + features["stretched_words"]
    result: Flags = faults >= MOSTLY_AGAIN * np.maximum(tokens.add(long[tokens.ids]), FEW_WORDS)
    spelled: Flags = 2 * tokens.add(long[tokens.ids]) < tokens.add(pairs.vocabulary.is_word[tokens.ids])
    return result & ~spelled


EVIDENCE: Mapping[str, Callable[..., Flags]] = {
    "misspelled": is_misspelt,
    "repetitive_typing": _is_mostly_again,
    "words_out_of_order": is_evident,
}
CHECKS = {
    "misspelled": (_spelling, "Words are not in the English dictionary, more than names and codes explain."),
    "badly_punctuated": (_punctuation, "Spaces and punctuation marks stand where they do not belong."),
    "repetitive_typing": (_repeats, "Words are doubled or letters stretched."),
    "words_out_of_order": (_order, "The words do not follow each other as English words do."),
}


def _register(side: Side) -> None:
    """The four checks as rules of ``side``: only texts in English are judged."""
    for name, (check, summary) in CHECKS.items():

        def judge(pairs: Pairs, check=check) -> Verdict:  # type: ignore[no-untyped-def]
            if pairs.config.languages and "en" not in pairs.config.languages:
                return np.ones(len(pairs))
            verdict: Verdict = check(pairs, side)
            return verdict

        evidence = EVIDENCE.get(name)
        is_certain = None if evidence is None else partial(evidence, side=side)
        judge.__doc__ = summary
        register(Rule(f"{side}_{name}", f"{side}_grammar", judge, side, is_certain))


_register("question")
_register("answer")
