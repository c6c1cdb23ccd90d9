"""Scores of single names and of runs of several words, by the words and what stands beside them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from smelt.pii.detect.names.evidence import GREETINGS, NEVER_BEFORE, SURELY_BEFORE, Around
from smelt.pii.detect.names.lexicon import FAMILY, GIVEN, WORD, Lexicon, fold
from smelt.pii.detect.names.readings import has_two_letters, is_initial
from smelt.pii.detect.names.runs import Token
from smelt.pii.detect.names.words import words

CERTAIN, LIKELY, POSSIBLE = 0.9, 0.75, 0.6
PATRONYMIC = re.compile(
    r"(?:ov|ev|ova|eva|sky|ski|ska|skaya|czyk|wicz|vich|vić|ić|ič|enko|chuk|shvili|dze|yan|sson|sdóttir"
    r"|sdottir|ssen|sen|qvist|berg|mann|stein|bauer"
    r"|escu|poulos|idis|akis|etti|ucci|ini|ová|šek|ček|veld|huis|stra|sma|aert|inho|eira|oglu|zadeh|pour"
    r"|nejad|singh|walla|swamy|murthy|appa|ndran)$"
)
ASKING = words("asking")
STOP = words("never_in_a_name")
LETTERED = words("lettered_things")
_OF_TIME = frozenset(["every", "last", "next", "on", "since", "this", "till", "until"])
_CONJUNCTIONS = frozenset(["but", "if", "or", "than", "when", "while"])


def single(
    token: Token, folded: str, flags: int, around: Around, sentence: bool, lexicon: Lexicon, *, trimmed: bool
) -> float:
    """Score of a run of one word; ``trimmed``: a word before it was taken off."""
    if (
        folded in lexicon.not_names
        or folded in lexicon.titles
        or len(folded) < 3
        or (len(folded) < 6 and token.text.isupper())
        or (not flags and (folded in lexicon.words or around.last in _OF_TIME))
    ):
        return 0.0
    if flags & WORD:
        if folded in lexicon.common:
            return _word(flags, around, sentence, trimmed)
        score = 0.15 if sentence else 0.35
    elif flags & GIVEN:
        score = 0.6 if sentence else 0.7
    elif flags & FAMILY:
        score = (0.4 if sentence else 0.5) - (0.2 if lexicon.languages else 0.0)
    elif token.text.isupper():
        return 0.0
    else:
        score = 0.15 if sentence or lexicon.languages else 0.25
        if PATRONYMIC.search(token.text):
            score += 0.25
    if around.surely:
        return score + 0.35
    if around.person_before or around.last in lexicon.before:
        score += 0.2
    if around.person_after:
        score += 0.15 if not sentence or flags & (GIVEN | FAMILY) else 0.05
    if around.in_place:
        score -= 0.1 if flags & GIVEN and folded not in lexicon.places else 0.4
    elif around.to_place and not flags & GIVEN:
        score -= 0.25
    return score


def _word(flags: int, around: Around, sentence: bool, trimmed: bool) -> float:
    """Score of a common word (``Will``, ``Mark``, ``Grant``), which is a name only by the words before it."""
    if around.first == "of" and around.touch[:1] == " ":
        return 0.0  # Bill of Sale
    if sentence or trimmed or not flags & GIVEN:
        greeted = around.last in GREETINGS and around.touch.lstrip(" ")[:1] in ("", ",", "!", ".", "-")
        is_asked = trimmed and flags & GIVEN and around.touch[:1] == " " and around.touch[1:2].islower()
        if is_asked and (around.last in ASKING or around.last in SURELY_BEFORE):
            return 0.55
        return 0.65 if flags & GIVEN and greeted else 0.15
    if around.surely and around.last not in NEVER_BEFORE:
        return 0.7
    if around.person_before and around.last not in _CONJUNCTIONS:
        return 0.5
    return 0.0 if around.last in NEVER_BEFORE else 0.3


def several(
    names: Sequence[Token], flags: Sequence[int], around: Around, sentence: bool, lexicon: Lexicon
) -> float:
    """Score of a run of several words."""
    strong = [bool(f) and not f & WORD for f in flags]
    initials = [len(token.text) == 1 for token in names]
    last, usual = fold(names[-1].text), lexicon.frequent if lexicon.languages else lexicon.common
    if all(initials[:-1]) and (last in STOP or (not flags[-1] and last in usual)):
        return 0.2  # "40 C. The", "A. Firm offer"
    if len(names) <= 5 and has_initials(names, flags) and around.last not in LETTERED:
        return CERTAIN - 0.05 if not initials[0] or len(names) > 2 else LIKELY
    if initials[0] and has_two_letters(names):
        return LIKELY if not lexicon.is_word(names[2].text) and around.last not in LETTERED else 0.2
    if len(names) > 4 or (all(initials[:-1]) and flags[-1] & WORD and not initials[-1]):
        return 0.3
    if flags[0] & GIVEN and strong[0]:
        score = 0.85
    elif any(strong):
        score = LIKELY
    elif flags[0] & GIVEN and not sentence:
        score = POSSIBLE
    elif flags[0] & GIVEN and flags[-1] & FAMILY:
        score = 0.55
    elif any(flags):
        score = 0.4
    else:
        score = 0.3
    is_usual = lexicon.languages and flags[0] & GIVEN and flags[-1] & FAMILY
    if not any(strong) and not is_usual and all(fold(token.text) in lexicon.common for token in names):
        score = 0.3 if sentence else 0.4
    if not flags[-1] and PATRONYMIC.search(names[-1].text):
        score += 0.2
    if any(initials) and any(flags):
        score += 0.1
    if around.person_before or around.surely or around.last in lexicon.before:
        score += 0.15
    if around.in_place:
        score -= 0.3
    return score


def has_initials(names: Sequence[Token], flags: Sequence[int]) -> bool:
    """Whether it is initials and a family name, with one given name at most: ``Donna K. Short``, ``R. A. Hettinga``."""
    dotted = [is_initial(names, at) for at in range(len(names) - 1)]
    last = names[-1].text
    if not any(dotted) or len(last) < 2 or (last.isupper() != names[0].text.isupper() and last.isupper()):
        return False
    is_family = bool(flags[-1]) or last[1:].islower() or "'" in last or last.startswith(("Mc", "Mac"))
    return is_family and all(
        is_dotted or (flag & GIVEN or flag & FAMILY or at == 0)
        for at, (is_dotted, flag) in enumerate(zip(dotted, flags, strict=False))
    )
