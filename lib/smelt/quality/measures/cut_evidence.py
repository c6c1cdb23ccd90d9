"""Evidence that an answer is truncated, and not a complete sentence written carelessly.

People leave out full stops, end in commas, and end whole clauses in words that seldom end one: "Yes, it was", "I do
not know what it is for", "the person I sent it to". What remains is evidence: a word that cannot be the last, half a
word, an unclosed bracket, punctuation that announces more.
"""

from __future__ import annotations

from smelt.quality.corpus.endings import ends_well
from smelt.quality.measures.last_words import half_words, last_word_of
from smelt.quality.measures.technical import ends_in_code
from smelt.quality.pairs import Pairs
from smelt.quality.texts import Flags

FEWEST_WORDS = 4
"""Fewest words; shorter answers ("Here it is", "See ya") are complete phrases."""
ENDS_ANY = (
    r"(?i)\b(?:a|an|the|my|your|our|their|every|and|or|nor|than|because|although|unless|whether|"
    r"(?:i['’]m|you['’]re|we['’]re|they['’]re)|per|via|during|including|between|onto|into)$"
)
"""Articles, possessives and conjunctions, with which no sentence ends."""
ENDS_CLAUSE = (
    r"(?i)\b(?:it|this|that|these|those|there|here|he|she|they|we|you|i|who|what|which|where)\s+"
    r"(?:(?:really|still|also|already|not|always|never|probably)\s+)?"
    r"(?:is|are|was|were|be|been|am|do|does|did|have|has|had|will|would|can|could|should|may|might|must)"
    r"(?:\s+(?:not|be|been|have))?$"
)
"""A pronoun with its auxiliary: "yes, it was", "they will be"."""
_IRREGULAR = "dealt|sent|meant|lent|spent|built|left|kept|told|sold|paid|made|put|got|came|come|go|is|was"
_VERB = rf"(?:\w+(?:ed|ing|en)|{_IRREGULAR}|tak(?:e|en|ing)\s+care)"
STRANDS = (
    r"(?i)\b(?:what|whatever|who|whom|which|where|wherever|how|why|when|that)\b[^.!?\n]*$|"
    r"\b(?:it|them|him|her|me|us|you|this|that)\s+\w+$|"
    rf"\b{_VERB}\s+(?:of|to|with|for|from|in|on|about|at|by|off|up|out)$|"
    r"\b(?:all|been|be|is|was|were|get|got)\s+\w+t\s+(?:of|to|with|for|from)$|\ba\s+while$"
)
"""A relative clause, or a verb before its preposition, as in "what it is for", "all that was taken care of"."""
ANNOUNCES = r"(?i)(?:[;:(\-–—]|(?:^|[.!?:]\s+|\bstep )\d{1,2}\.)$"
_SUBORDINATE = "if|when|once|after|before|while|because|since|although|unless|until|as soon as"
OPENS_BEFORE_COMMA = rf"(?i)(?:^|[.!?\n]\s*)(?:{_SUBORDINATE})\b[^.!?,\n]*,$"
"""A subordinate clause with a comma and no main clause; any other final comma is often a typing error."""
STAYS_OPEN = r"[(\[][^()\[\].!?]*$"
LONE_LETTER = r"(?i)\b(?:thank|see|love|help|to|for|with|are|do|can)\s+(?:u|ya|y)$|\d[a-z]{1,2}$"
"""Chat spelling ("thank u") and numbers ("U.S.C. 1681y"), which are not halves of words."""

SIGNING = 0.3
"""Share of signed answers from which answers are letters, so that one without final punctuation or name is
truncated."""


def is_evidently_cut(pairs: Pairs) -> Flags:
    """Whether each answer (of those with a low score) has evidence of truncation."""
    answer = pairs.answer
    whole = answer.contains(ENDS_CLAUSE) | answer.contains(STRANDS)
    dangling = answer.contains(ENDS_ANY) | (last_word_of(pairs, "never_last_strong") & ~whole)
    half = half_words(pairs)[0] & ~answer.contains(LONE_LETTER)
    announced = answer.contains(ANNOUNCES) | answer.contains(OPENS_BEFORE_COMMA) | answer.contains(STAYS_OPEN)
    long = answer.count(r"\p{L}+") >= FEWEST_WORDS
    if pairs.corpus.signed >= SIGNING:
        announced |= ~ends_well(answer.series)
    evident: Flags = long & (dangling | half | announced)
    return evident & ~ends_in_code(answer)
