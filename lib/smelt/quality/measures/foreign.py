"""Evidence that a text is in another language, and not a list of names, an address, code or a typing error.

Language identifiers name a language for any text, even for "uh mosemannallee tecklenburg" and "8th - 19th". A text is
foreign if its script is, if it has several function words of another language, or if many of its plain words are
unknown and the identifier is sure.
"""

from __future__ import annotations

from collections.abc import Set

import numpy as np

from smelt.quality.lexicons import lexicon, words
from smelt.quality.pairs import Pairs, Side
from smelt.quality.texts import Counts, Flags, Floats

WEAK = 0.34
"""Weight of an article or preposition; a pronoun, verb or negation has weight 1."""
ENOUGH = 2.0
"""Weighted number of distinct function words of one language from which a text is foreign.
"Hotel de la Paix et du Lac" has 1.4."""
ACCENTED = 0.5
"""Weight of an unknown word with an accent, besides function words; at most two count, and none with a capital."""
OTHER_SCRIPT = 4
"""Fewest letters of a script other than Latin; they must also be at least half of all letters."""
MANY_UNKNOWN = 8
"""Number of unknown plain words from which the identifier is trusted."""
SPELLED = 2.6
"""Mean word length below which a text is spelled out: "j a CO B ta l b OT"."""


def is_foreign(pairs: Pairs, side: Side, accepted: Set[str], surely_other: Flags) -> Flags:
    """Whether each text is evidently in a language outside ``accepted``.

    ``surely_other`` tells of which texts the identifier is sure; it is used only for texts of many unknown words.
    """
    own: Floats = np.zeros(len(pairs))
    other: Floats = np.zeros(len(pairs))
    for language in lexicon("languages"):
        found = _function_words(pairs, side, language)
        if language in accepted:
            own = np.maximum(own, found)
        else:
            other = np.maximum(other, found)
    other += np.where(other >= 1.0, _accents(pairs, side), 0.0)
    speaks = (other >= ENOUGH) & (other > own) & ~_is_spelled(pairs, side)
    return (
        speaks
        | _is_other_script(pairs, side)
        | (surely_other & _is_mostly_unknown(pairs, side) & (own < ENOUGH))
    )


def _function_words(pairs: Pairs, side: Side, language: str) -> Floats:
    """Weighted number of distinct function words of ``language`` in each text."""
    strong, weak = (words("languages", f"{language}.{kind}") for kind in ("strong", "weak"))
    full = frozenset(word for word in strong if len(word) > 1)
    value = np.where(pairs.vocabulary.among(full), 1.0, WEAK * pairs.vocabulary.among(weak | strong))
    row, word = _distinct_words(pairs, side)
    return np.bincount(row, weights=value[word], minlength=len(pairs)).astype(np.float64)


def _distinct_words(pairs: Pairs, side: Side) -> tuple[Counts, Counts]:
    """The distinct words of each text: the text's row, and the word's index in the vocabulary."""
    tokens, size = pairs.tokens(side), max(len(pairs.vocabulary), 1)
    keys = np.unique(tokens.row * size + tokens.ids)
    return keys // size, keys % size


def _accents(pairs: Pairs, side: Side) -> Floats:
    """Weight of the unknown accented words of each text, without capitalised ones, which may be names."""
    tokens, vocabulary = pairs.tokens(side), pairs.vocabulary
    accented = np.asarray(vocabulary.words.str.contains(r"[^\x00-\x7f]"), dtype=np.bool_)
    strange = (
        (vocabulary.is_word & accented & (pairs.known < 0))[tokens.ids] & ~tokens.is_title & ~tokens.is_upper
    )
    return ACCENTED * np.minimum(tokens.add(strange), 2.0)


def _is_other_script(pairs: Pairs, side: Side) -> Flags:
    """Whether half of the letters are of another script than Latin."""
    letters = pairs.texts(side).count(r"\p{L}")
    other = letters - pairs.texts(side).count(r"\p{Latin}")
    result: Flags = (other >= OTHER_SCRIPT) & (2 * other >= letters)
    return result


def _is_spelled(pairs: Pairs, side: Side) -> Flags:
    """Whether the words of a text are so short that they must be letters."""
    tokens, vocabulary = pairs.tokens(side), pairs.vocabulary
    letters = tokens.add((vocabulary.is_word * vocabulary.words.str.len_chars().to_numpy())[tokens.ids])
    result: Flags = letters < SPELLED * tokens.add(vocabulary.is_word[tokens.ids])
    return result


def _is_mostly_unknown(pairs: Pairs, side: Side) -> Flags:
    """Whether at least MANY_UNKNOWN words and two thirds of all are unknown, not counting capitals, initials and
    numbers."""
    tokens, vocabulary = pairs.tokens(side), pairs.vocabulary
    long = vocabulary.words.str.len_chars().to_numpy() >= 3
    unknown = (
        (vocabulary.is_word & (pairs.known < 0) & long)[tokens.ids] & ~tokens.is_upper & ~tokens.is_title
    )
    number = tokens.add(unknown)
    words_ = tokens.add(vocabulary.is_word[tokens.ids])
    result: Flags = (number >= MANY_UNKNOWN) & (3 * number >= 2 * words_) & ~pairs.texts(side).contains(r"\d")
    return result
