"""Word order: whether the words of a text are in the order of English.

Adjacent words are looked up in a list of bigrams; their mean mutual information is compared with that of non-adjacent
words of the same text, so that topic and vocabulary do not matter. Five features of broken sentences are added:
misplaced capitals and full stops, and clauses that end in "the" or "and". A logistic model combines them.
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
"""Number of neighbours at which a mean is weighted by half (shrinkage)."""
NAMES = frozenset({"may", "will"})
"""Function words that are names with a capital."""
NO_STYLE = 1.0
"""Neutral value of the features of capitals or stops for a text that has none."""
FEW_WORDS = 4
"""Fewest words for which word order is judged."""
FEW_NEIGHBOURS, FEW_FUNCTION_WORDS = 4, 0.2
"""With fewer known neighbours, or a smaller share of function words ("Parking garage, Team plan"), a text is a
fragment: its score is lowered, but it is never rejected for its order."""
FRAGMENT = 0.3
"""Lowest score of a fragment."""

SHAPE = ("lower_after_stop", "capital_inside", "clause_cut", "ends_with_stop", "starts_with_capital")
ALL_WRONG, MOST_WRONG = 4, 3
"""Numbers of features of broken sentences that are evidence together with low attraction of neighbours."""
SOME, NEAR_CHANCE = 1.0, 0.1
"""Greatest attraction of neighbours for evidence with ALL_WRONG, and with MOST_WRONG, such features."""
MANY, FEWEST = 8, 6
"""Number of neighbours from which low attraction alone is evidence; from ``FEWEST`` on, if below ``REPULSION``."""
RISE, LIMIT, REPULSION = 0.04, 0.6, -0.4
"""The threshold of attraction: 0 at ``MANY`` neighbours, ``RISE`` more for each further one, up to ``LIMIT``."""


def is_evident(pairs: Pairs, side: Side) -> Flags:
    """Whether a low score is due to the words themselves, not to careless capitals and stops in a short text.

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
    """Probability in [0, 1] that the words of each text are in order, and the features."""
    tokens = pairs.tokens(side)
    contracted = np.asarray(pairs.vocabulary.words.str.contains("'", literal=True), dtype=np.bool_)
    known = np.where(contracted, -1, pairs.known).astype(np.int32)  # the list of bigrams has no contractions
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
    """Per text, the summed attraction of words ``distance`` apart, and the number of such pairs."""
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
    """Per text, the mean attraction of neighbours minus that of non-adjacent words, and the number of neighbours."""
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
    """Features of the positions of capitals and stops; neutral for texts without any, which is a style."""
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
