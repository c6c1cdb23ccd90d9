"""Word order: whether the words of a text follow each other as English words do.

Neighbours are looked up in a list of bigrams; the mean of their mutual information is compared with that
of words of the same text that are not neighbours, so that neither topic nor vocabulary matters. Five
features of broken sentences are added: capitals and full stops in the wrong place, and clauses
that end in "the" or "and". All go into one logistic model.
"""

from __future__ import annotations

import numpy as np

from smelt.quality.english.dictionary import dictionary
from smelt.quality.lexicons import starts, words
from smelt.quality.pairs import Pairs, Side
from smelt.quality.texts import Counts, Flags, Floats
from smelt.quality.tokens import Ids, Tokens

WEIGHTS = {
    "neighbours": 2.65,
    "lower_after_stop": -2.4,
    "capital_inside": -1.62,
    "clause_cut": -3.46,
    "ends_with_stop": 1.24,
    "starts_with_capital": 3.8,
}
"""Fitted by logistic regression on shuffled and untouched texts of half of the benchmark's pairs."""
OFFSET = -5.22
DOUBT = 6.0
"""Neighbours at which a mean is worth half of one over very many."""
NAMES = frozenset({"may", "will"})
"""Function words that are names with a capital."""
NO_STYLE = 1.0
"""Stands in for the sign of capitals or stops where a text has none."""
FEW_WORDS = 4
"""Texts with fewer words have no order to judge."""
FEW_NEIGHBOURS, FEW_FUNCTION_WORDS = 4, 0.2
"""With fewer neighbours that the dictionary knows, or a smaller share of function words ("Parking garage, Team plan"),
a text is a fragment: its order is doubted but never enough to be rejected for it."""
FRAGMENT = 0.3
"""The least chance that a fragment gets."""

SHAPE = ("lower_after_stop", "capital_inside", "clause_cut", "ends_with_stop", "starts_with_capital")
ALL_WRONG, MOST_WRONG = 4, 3
"""Features of broken sentences that are evidence beside neighbours of little attraction."""
SOME, NEAR_CHANCE = 1.0, 0.1
"""The most that neighbours may attract each other beside four such features, and beside three."""
MANY, FEWEST = 8, 6
"""From so many neighbours on, their attraction is evidence alone; from ``FEWEST`` on, if below ``REPULSION``."""
RISE, LIMIT, REPULSION = 0.04, 0.6, -0.4
"""Attraction that is evidence: below 0 at ``MANY`` neighbours, ``RISE`` more for each further one up to ``LIMIT``."""


def is_evident(pairs: Pairs, side: Side) -> Flags:
    """Whether a low chance comes from the words themselves, and not from careless capitals and stops in a short text.

    "good. but you need to change location to University" has most features of broken sentences, in perfect order.
    """
    _, features = word_order(pairs, side)
    attraction, count = features["neighbours"], features["known_neighbours"]
    wrong = sum(
        (
            np.where(name in ("ends_with_stop", "starts_with_capital"), 1.0 - features[name], features[name])
            > 0
        )
        for name in SHAPE
    )
    low = np.where(count < MANY, REPULSION, np.minimum(LIMIT, RISE * (count - MANY)))
    evident: Flags = (
        ((wrong >= ALL_WRONG) & (attraction < SOME))
        | ((wrong >= MOST_WRONG) & (attraction < NEAR_CHANCE) & (count > FEW_NEIGHBOURS))
        | ((count >= FEWEST) & (attraction < low))
    )
    return evident


def word_order(pairs: Pairs, side: Side) -> tuple[Floats, dict[str, Floats]]:
    """Chance in [0, 1] that the words of each text stand in their order, and the features that it comes from."""
    tokens = pairs.tokens(side)
    contracted = np.asarray(pairs.vocabulary.words.str.contains("'", literal=True), dtype=np.bool_)
    known = np.where(contracted, -1, pairs.known).astype(np.int32)  # the bigrams have no contractions
    neighbours, count = _neighbours(known, tokens)
    features = {"neighbours": neighbours, "known_neighbours": count.astype(np.float64)}
    features |= _sentence_shape(pairs, side, tokens)
    total = sum((weight * features[name] for name, weight in WEIGHTS.items()), np.full(len(pairs), OFFSET))
    number = tokens.add(pairs.vocabulary.is_word[tokens.ids])
    function = tokens.add(pairs.vocabulary.among(words("grammar", "function"))[tokens.ids])
    fragment = (count < FEW_NEIGHBOURS) | (function < FEW_FUNCTION_WORDS * number)
    chance = 1.0 / (1.0 + np.exp(-total))
    chance = np.where(fragment, FRAGMENT + (1.0 - FRAGMENT) * chance, chance)
    return np.where(number >= FEW_WORDS, chance, 1.0), features


def _attraction(known: Ids, tokens: Tokens, distance: int, backwards: bool = False) -> tuple[Floats, Counts]:
    """Sum over each text of the attraction of words ``distance`` apart, and how many such pairs it has."""
    words_ = known[tokens.ids]
    first, second = words_[:-distance], words_[distance:]
    kept = (tokens.row[:-distance] == tokens.row[distance:]) & (first >= 0) & (second >= 0)
    rows = tokens.row[:-distance][kept]
    first, second = first[kept], second[kept]
    if backwards:
        first, second = second, first
    size = len(tokens.counts)
    total = np.bincount(rows, dictionary().attraction(first, second), minlength=size).astype(np.float64)
    return total, np.bincount(rows, minlength=size).astype(np.int64)


def _neighbours(known: Ids, tokens: Tokens) -> tuple[Floats, Counts]:
    """Mean attraction of neighbours less that of words that stand elsewhere in the same text; and their number."""
    own, count = _attraction(known, tokens, 1)
    chance: Floats = np.zeros(len(own))
    chances: Floats = np.zeros(len(own))
    for distance, backwards in ((1, True), (2, False), (2, True), (3, False), (4, True)):
        total, pairs_ = _attraction(known, tokens, distance, backwards)
        chance, chances = chance + total, chances + pairs_
    excess = own / np.maximum(count, 1) - chance / np.maximum(chances, 1)
    return excess * count / (count + DOUBT), count


def _following(flags: Flags) -> Flags:
    """The flag of the next token; false for the last."""
    return np.concatenate([flags[1:], [False]]) if len(flags) else flags


def _sentence_shape(pairs: Pairs, side: Side, tokens: Tokens) -> dict[str, Floats]:
    """Where capitals and stops stand. A text without any capital, or any stop, is neutral there: it is a style."""
    vocabulary = pairs.vocabulary
    is_word = vocabulary.is_word[tokens.ids]
    stop = vocabulary.among(".!?")[tokens.ids]
    mark = ~(vocabulary.is_word | vocabulary.is_number)[tokens.ids]
    function = vocabulary.among(words("grammar", "function") - NAMES)[tokens.ids]
    cut = vocabulary.among(words("grammar", "never_last"))[tokens.ids]
    strong = vocabulary.among(words("grammar", "never_last_strong"))[tokens.ids]
    capital = tokens.is_title | tokens.is_upper
    lower = is_word & ~capital
    after_mark = np.concatenate([[True], mark[:-1]]) if len(mark) else mark
    clause_end = is_word & (tokens.is_last | (_following(stop) & ~tokens.is_last))
    stops = tokens.add(stop)
    capitals = tokens.add(capital & ~vocabulary.among(("i",))[tokens.ids])
    begun = tokens.add(tokens.is_first & (capital | ~is_word))
    clause_end &= ~_following(vocabulary.among("?")[tokens.ids])  # "What are you looking for?"
    cuts = tokens.add(clause_end & strong) + 0.4 * tokens.add(clause_end & cut & ~strong)
    cuts *= ~(
        (stops == 0) & pairs.texts(side).contains(starts("clarity", "interrogatives"))
    )  # "who am i speaking with"
    return {
        "lower_after_stop": tokens.add(stop & ~tokens.is_last & _following(lower)) / np.maximum(stops, 1.0),
        "capital_inside": (
            tokens.add(tokens.is_title & function & ~tokens.is_first & ~after_mark) > 0
        ).astype(np.float64),
        "clause_cut": cuts / np.maximum(tokens.add(clause_end), 1.0),
        "ends_with_stop": np.where(stops > 0, tokens.add(tokens.is_last & mark), NO_STYLE),
        "starts_with_capital": np.where(capitals > 0, begun, NO_STYLE),
    }
