"""The last words of answers: words that cannot be last, and halves of words."""

from __future__ import annotations

import numpy as np

from smelt.quality.english.dictionary import is_beginning
from smelt.quality.lexicons import words
from smelt.quality.pairs import Pairs
from smelt.quality.texts import Flags

_SHORT = (
    "a am an as at be by do go he i id if in is it me my no of ok on or pc pm so to tv up us we "
    "ac al cm dc et eu ft gb hd hr ip kb kg km lb mb ml mm oz se tb uk vs xl"
)
SHORT_WORDS = frozenset(_SHORT.split())
"""Known words of one or two letters; any other short last word is half a word."""


def last_word_of(pairs: Pairs, section: str) -> Flags:
    """Whether the last token of each answer is a word of ``section`` of the grammar lexicon."""
    tokens = pairs.tokens("answer")
    flags = pairs.vocabulary.among(words("grammar", section))[tokens.ids]
    return tokens.add(flags & tokens.is_last) > 0


def half_words(pairs: Pairs) -> tuple[Flags, Flags]:
    """Whether the last token of each answer is a lower-case word that is in no dictionary and no other text.

    First: it is the beginning of a dictionary word. Second: it is not, so it is a typing error rather than half a word.
    """
    tokens, vocabulary = pairs.tokens("answer"), pairs.vocabulary
    place = pairs.view.positions[pairs.view.vocabulary.code]
    frequency = (
        pairs.corpus.frequency[np.maximum(place, 0)] if pairs.corpus.pairs else np.zeros(len(vocabulary))
    )
    rare = np.where(place >= 0, frequency, 0) <= 2
    strange = vocabulary.is_word & (pairs.known < 0) & rare
    short = vocabulary.words.str.len_chars().to_numpy() <= 2
    lone = vocabulary.is_word & short & ~vocabulary.among(SHORT_WORDS)
    flags = (strange | lone)[tokens.ids] & ~tokens.is_title & ~tokens.is_upper
    ends = flags & tokens.is_last
    half = np.array(
        [is_beginning(word) for word in vocabulary.words.gather(tokens.ids[ends])], dtype=np.bool_
    )
    found = np.zeros((2, len(pairs)), dtype=np.bool_)
    found[np.where(half, 0, 1), tokens.row[ends]] = True
    return found[0], found[1]
