"""Decides whether a word after "password is" or "user name:" is a value or part of the sentence."""

from __future__ import annotations

import re

from smelt.pii.detect.patterns.matching.words import words

_SENTENCE_WORDS = frozenset(
    words(
        "a about above accepted access again all already also always am an and another any anything are as"
        " asked at authentication back bad be because been before being below blank blocked but by can cannot"
        " cant change changed changing code compromised contains correct correctly could created current"
        " denied did different disabled do does doesn doesnt doing don done dont email empty enabled"
        " encrypted"
        " enough enter entered entry error even every everything exactly expired expires expiry failed"
        " failing"
        " false field fine first fixed for forgotten form found from generated get getting given go going"
        " gone"
        " good has have having he help her here hers hidden his how i id if ill im in inactive incorrect"
        " incorrectly info information instead into invalid is isnt it its itself ive just keep keeps known"
        " last later leaked like locked login long longer lost match matched matches matching maybe me mine"
        " missing more must my name needed needs never new next no nope not nothing now null number of off ok"
        " okay old on once one only open or other our out over page password passwords please policy possible"
        " private prompt properly protected protection provided public question ready really recovery refused"
        " rejected remembered required reset resets resetting right same saved screen secret secure security"
        " sent set setting shared short should showing shown so some something sorry still stored strong such"
        " suddenly sure temporary than thank thanks that the their them then there they this though time to"
        " today too true try trying typed unable under unknown until up update updated use used user username"
        " using valid verified very via visible want was wasnt we weak well went were what when where which"
        " while who why will with without won wont word work worked working works would wrong yes yet you"
        " your"
        " yours asap hi hello hey managed manager management link links hint hints field fields box length"
        " requirements requirement reuse attempt attempts attack sync hash hashes notification notifications"
        " expiration complexity prompt prompts issue issues problem problems dialog option options vault"
        " based"
        " less none simple complex easy hard impossible important ok account accounts settings remember"
        " forgot"
        " forget there here off cracked guessed stolen hacked known exposed active optional mandatory"
        " case-sensitive sensitive mismatch unique default disclosed different identical alphanumeric"
        " characters"
    )
)
_ENDING = re.compile(r"(?:ing|ed|ly|[st]ion|ment|ness|val)\Z")
_CLAUSE_END = re.compile(r"[\"'`)\]]?\s*(?:\Z|[.,;!?\n)]|(?:and|but|or|for|thanks|please)\b)", re.IGNORECASE)
_TRAILING = ".,;:!?\"'`)]}>"


def trim(value: str) -> str:
    """Strip trailing sentence punctuation from a value."""
    kept = value.rstrip(_TRAILING)
    return kept if len(kept) >= 3 else value


def has_odd_characters(value: str) -> bool:
    """Whether it has a digit, a symbol, or a capital inside, unlike words of a sentence."""
    if any(char.isdigit() for char in value) or any(char in "_@#$%^&*+=~" for char in value):
        return True
    return not value.islower() and not value.istitle() and not (value.isupper() and value.isalpha())


def is_value(value: str, text: str, end: int) -> bool:
    """Whether the word that ends at ``text[end]`` is a value: odd characters, or an unusual word at the end of a
    clause."""
    word = value.lower().strip("'’.-")
    if not word or word in _SENTENCE_WORDS:
        return False
    if has_odd_characters(value):
        return True
    return len(word) >= 4 and not _ENDING.search(word) and _CLAUSE_END.match(text, end) is not None


def is_sentence_word(word: str) -> bool:
    """Whether it is one of the common words that follow "password" in a sentence about passwords."""
    return word.lower() in _SENTENCE_WORDS
