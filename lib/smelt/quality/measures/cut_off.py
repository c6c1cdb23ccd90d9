"""Truncated answers."""

from __future__ import annotations

import numpy as np

from smelt.quality.corpus.endings import ends_well, is_signed
from smelt.quality.corpus.model import hashes
from smelt.quality.english.dictionary import dictionary, is_beginning
from smelt.quality.lexicons import starts
from smelt.quality.measures.cut_evidence import is_evidently_cut
from smelt.quality.measures.last_words import half_words, last_word_of
from smelt.quality.pairs import Pairs
from smelt.quality.rules import Verdict, rule
from smelt.quality.texts import Flags, Floats

FOLLOWED, HALF = 0.35, 1.5
"""How often English goes on after a word: a usual last word's value, also assumed for names and placeholders, and the
value for half a word."""
WHOLE = (
    r"(?i)\d\s*[ap]m$|\d[a-z]{1,2}$|\w-(?:in|on|up|out|off|by)$|"
    r"(?:\d|\b(?:since|in|until|till|before|after|last|next|this|for|by|of|from|early|late))\s+may$|"
    r"\bfrom\s+(?:\S+\s+){1,3}on$|"
    r"\b(?:i|we|you|they|he|she|have|has|am|are|is|was|were|never|['’]ve)\s+(?:"
    r"(?:heard|aware)\s+of|(?:appl(?:y|ied)|ask(?:ed)?|pay|paid|paying|look(?:ing|ed)|wait(?:ing|ed)|sign(?:ed)?\s+up)\s+for|"
    r"(?:speak(?:ing)?|spoke|talk(?:ing|ed)?|deal(?:ing|t)?)\s+(?:to|with))$|"
    r"\b(?:signed|logged|turned|switched|plugged|checked|filled)\s+(?:in|on|off|out|up)$"
)
"""Endings that look truncated and are not: "10 am", "from Monday on", "a debt I have never heard of"."""


@rule("answer_cut_off", measure="answer_completeness", looks_at="answer", is_certain=is_evidently_cut)
def answer_cut_off(pairs: Pairs) -> Verdict:
    """The answer stops in the middle: no full stop, an impossible last word, half a word, an open bracket.

    If most answers of the corpus lack full stops, a missing one counts less; if at least a third are signed, a missing
    farewell counts a little.
    """
    open_end = ~ends_well(pairs.answer.series)
    bare = open_end & ~pairs.answer.contains(
        r"\p{Lu}|[.!?]"
    )  # speech recognition gives neither capitals nor punctuation
    missing = (
        open_end
        * np.where(bare, 0.3, 1.0)
        * np.clip(pairs.corpus.full_stops / 0.4, 0.3, 1.0)
        * (1.0 - 0.4 * _ends_usually(pairs))
    )
    stop_inside = pairs.answer.contains(r"[.!?]\s+[A-Z]")
    whole = pairs.answer.contains(WHOLE)
    asked = ~pairs.answer.contains(r"[.!?]") & pairs.answer.contains(starts("clarity", "interrogatives"))
    dangling = last_word_of(pairs, "never_last_strong") & ~whole & ~asked
    weak = last_word_of(pairs, "never_last") & ~whole & ~asked & ~dangling
    weakness = np.where(last_word_of(pairs, "may_be_last"), 0.02, 0.25) * weak
    half_word, misspelt = (found & ~whole for found in half_words(pairs))
    bracket = pairs.answer.count(r"[(\[]") > pairs.answer.count(r"[)\]]")
    trailing = pairs.answer.contains(r"(?:[,;:(\-–—]|(?:^|[.!?:]\s+|\bstep )\d{1,2}\.)$")
    continued = open_end & np.isin(hashes(pairs.answer.series.alias("c0")), pairs.corpus.cut_short)
    fault = 0.4 * missing + 0.04 * open_end * stop_inside
    fault += open_end * (0.4 * dangling + weakness + 0.3 * half_word + 0.05 * misspelt + 0.05 * continued)
    fault += 0.1 * open_end * (_followed(pairs) - 0.6)
    fault += 0.15 * bracket + 0.35 * trailing
    unsigned: Flags = np.zeros(len(pairs), dtype=np.bool_)
    if pairs.corpus.signed >= 0.3:
        unsigned = ~is_signed(pairs.answer.series)
    fault += 0.15 * unsigned
    return 1.0 - fault, {
        "open_end": open_end, "dangling_word": dangling | weak, "half_word": half_word, "misspelt_end": misspelt,
        "open_bracket": bracket, "continued_elsewhere": continued, "unsigned": unsigned,
    }  # fmt: skip


def _ends_usually(pairs: Pairs) -> Floats:
    """How often the corpus ends a sentence with each answer's last word, scaled so that 1 means half of its
    occurrences."""
    rates = pairs.corpus.end_rates
    if not len(rates):
        return np.full(len(pairs), 0.3)
    view, tokens = pairs.view, pairs.tokens("answer")
    place = view.positions[view.vocabulary.code]
    rate = np.where(place >= 0, rates[np.maximum(place, 0)], 0.05)
    return np.clip(2.0 * tokens.add(tokens.is_last * rate[tokens.ids]), 0.0, 1.0)


def _followed(pairs: Pairs) -> Floats:
    """How often English continues after each answer's last word: "credit" more often than "immediately"."""
    tokens, known = pairs.tokens("answer"), pairs.known
    share = np.where(known >= 0, dictionary().followed[np.maximum(known, 0)], FOLLOWED)
    value = share[tokens.ids]
    strange = (pairs.vocabulary.is_word & (known < 0))[tokens.ids] & tokens.is_last
    ends = np.nonzero(strange & ~tokens.is_title & ~tokens.is_upper)[0]
    half = [is_beginning(word) for word in pairs.vocabulary.words.gather(tokens.ids[ends])]
    value[ends[np.array(half, dtype=np.bool_)]] = HALF
    return np.where(tokens.counts > 0, tokens.add(tokens.is_last * value), FOLLOWED)
