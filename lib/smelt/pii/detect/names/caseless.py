"""Detects people in text without capitals: live chat and the output of speech recognition.

Two forms are found. In a sentence, lexicon names that are not English words: several together (``jessica miller``), or
one whose context suggests a person. And whole turns that consist of a name (``prince joel``, ``rajan``,
``nisha 4789``), typically answers to a question that may not be in the data; these may also be names in no list, if no
word of the turn is, or is nearly, an English word.
"""

from __future__ import annotations

import re

from rapidfuzz.distance import OSA

from smelt.pii.detect.names.evidence import ORGANISATION, Around
from smelt.pii.detect.names.lexicon import FAMILY, GIVEN, WORD, Lexicon, fold
from smelt.pii.detect.names.people import Person
from smelt.pii.detect.names.runs import Token, tokens
from smelt.pii.detect.names.words import words

TURN_CHARACTERS = 60
TURN_WORDS = 4
CODE = re.compile(r"^(?=\S*\d)\S+$")
CODE_FOLLOWS = re.compile(
    r"\s+(?:\d|(?:and|ssn|acc?|acct|pass\w*|confirm\w*|booking|card|credit|my|number|no|last)\b)", re.I
)
JOINERS = words("joiners")
CHAT_WORDS = words("chat")
_LETTERS = re.compile("[a-z]+")


def people(text: str, lexicon: Lexicon, *, whole_turn: bool) -> list[Person]:
    """People named in one text without meaningful case. ``whole_turn``: the text is a customer's whole turn."""
    found = _as_turn(text, lexicon) if whole_turn and len(text) <= TURN_CHARACTERS else []
    return found or list(_in_sentence(text, lexicon))


def _may_hold_name(text: str, lexicon: Lexicon) -> bool:
    """Whether a word may be a name that is not an English word: a set difference for plain English, else always
    True."""
    if lexicon.languages or "-" in text or "'" in text or not text.isascii():
        return True
    words = set(_LETTERS.findall(text.lower()))
    return any(map(lexicon.is_only_name, words - lexicon.words))


def _in_sentence(text: str, lexicon: Lexicon) -> list[Person]:
    found: list[Person] = []
    if not _may_hold_name(text, lexicon):
        return found
    run: list[tuple[Token, int]] = []
    for token in tokens(text):
        flags = lexicon.flags(token.text)
        if run and text[run[-1][0].end : token.start] != " ":
            _close(text, run, lexicon, found)
            run = []
        if flags and not flags & WORD:
            run.append((token, flags))
        elif (
            run
            and not lexicon.languages
            and len(token.text) > 2
            and not lexicon.is_word(token.text)
            and fold(token.text) not in CHAT_WORDS
            and fold(token.text) not in lexicon.not_names
        ):
            run.append((token, 0))
        elif run:
            _close(text, run, lexicon, found)
            run = []
    _close(text, run, lexicon, found)
    return found


def _close(text: str, run: list[tuple[Token, int]], lexicon: Lexicon, found: list[Person]) -> None:
    if not run or len(run) > 4:
        return
    start, end = run[0][0].start, run[-1][0].end
    name = fold(text[start:end])
    around = Around.of(text, start, end)
    if (around.touch[:1] == " " and around.first in ORGANISATION) or around.last[-1:].isdigit():
        return
    flags = [flags for _, flags in run]
    score = 0.0
    if len(run) > 1:
        score = (
            0.7 if flags[0] & GIVEN and flags[-1] & (GIVEN | FAMILY) else 0.6 if flags[0] & GIVEN else 0.35
        )
    elif flags[0] & GIVEN and len(name) > 2:
        score = 0.45
    elif flags[0] & FAMILY and len(name) > 3:
        score = 0.2
    if name in lexicon.places or any(fold(token.text) in lexicon.places for token, _ in run):
        score -= 0.3
    if around.titled:
        score += 0.4
    if around.surely:
        score += 0.3
    elif around.person_before:
        score += 0.15
    if around.person_after:
        score += 0.15
    if start == 0 and flags[0] & GIVEN and CODE_FOLLOWS.match(text, end):
        score += 0.15
    if score > 0.2:
        found.append(Person(start, end, round(min(score, 0.85), 2)))


def _as_turn(text: str, lexicon: Lexicon) -> list[Person]:
    """A turn of one to four words that are all names or unknown, apart from codes and joiners."""
    words = list(tokens(text))
    pieces = text.split()
    if not 0 < len(words) <= TURN_WORDS + 2 or any("@" in piece or piece.count(".") > 1 for piece in pieces):
        return []
    codes = [piece for piece in pieces if CODE.match(piece)]
    if any(
        len(token.text) != len(piece.strip(".,!?;:'\"()-"))
        for token, piece in zip(words, [p for p in pieces if not CODE.match(p)], strict=False)
    ):
        return []
    core = [token for token in words if fold(token.text) not in JOINERS]
    if not 0 < len(core) <= TURN_WORDS or len(codes) > 3:
        return []
    if core[-1].end - core[0].start > sum(len(t.text) for t in core) + len(core) - 1:
        return []  # something separates the words of the name
    verdicts = [_turn_word(token.text, lexicon, alone=len(core) == 1) for token in core]
    if len(core) == 2 and verdicts[1] == 2 and _is_given(core[0].text, lexicon):
        verdicts[0] = max(verdicts[0], 0)
    if (
        len(core) == 2
        and verdicts[0] == 2
        and verdicts[1] == -9
        and fold(core[1].text) not in CHAT_WORDS | lexicon.frequent
    ):
        verdicts[1] = 0
    if min(verdicts) < 0 or sum(verdicts) < 1 or all(len(token.text) < 3 for token in core):
        return []
    if max(verdicts) == 1:
        unlisted = [
            token.text
            for token, verdict in zip(core, verdicts, strict=True)
            if verdict == 1 and not lexicon.flags(token.text)
        ]
        weak = [token.text for token, verdict in zip(core, verdicts, strict=True) if verdict == 0]
        if any(len(word) < 4 for word in unlisted) or any(len(word) > 1 for word in weak):
            return []
    known = sum(v > 1 for v in verdicts)
    score = 0.75 if known == len(core) else 0.65 if known else 0.5
    if fold(" ".join(t.text for t in core)) in lexicon.places or (
        core[0].start > 0 and re.match(r"\s*\d", text)
    ):
        score -= 0.2
    return [Person(core[0].start, core[-1].end, score)]


def _is_given(word: str, lexicon: Lexicon) -> bool:
    """Whether a word is a given name that also names a thing: ``ram kumar``."""
    folded = fold(word)
    return (
        bool(lexicon.names.get(folded, 0) & GIVEN)
        and folded in lexicon.not_names
        and folded not in CHAT_WORDS
    )


def _turn_word(word: str, lexicon: Lexicon, *, alone: bool) -> int:
    """Score of a word: 2 for a name, 1 for an unknown word, 0 for an initial or a name that is also a word, -9 for a
    word."""
    folded = fold(word)
    if folded in CHAT_WORDS or folded in lexicon.not_names:
        return -9
    flags = lexicon.flags(word)
    if flags and not flags & WORD:
        return 2 if flags & GIVEN or not alone or not nearly_a_word(folded, lexicon) else -9
    if flags & GIVEN and folded not in lexicon.common and len(folded) > 2:
        return 1
    if len(folded) == 1 or flags:
        return 0
    if lexicon.is_word(word) or nearly_a_word(folded, lexicon) or folded.endswith("com"):
        return -9
    return 1


def nearly_a_word(folded: str, lexicon: Lexicon) -> bool:
    """Whether it is a misspelt or stretched frequent word, or several frequent words without spaces."""
    if len(folded) < 4:
        return len(folded) < 3 or not any(c in "aeiouy" for c in folded)
    squeezed = _STRETCHED.sub(r"\1", folded)
    if squeezed != folded and (
        _is_usual(squeezed, lexicon)
        or any(_is_usual(squeezed[: i + 1] + squeezed[i:], lexicon) for i in range(len(squeezed)))
    ):
        return True
    if any(
        _is_usual(folded[:i], lexicon) and _is_usual(folded[i:], lexicon) for i in range(2, len(folded) - 1)
    ):
        return True
    lengths = (len(folded), len(folded) + 1, len(folded) - 1)
    alike = (word for length in lengths for word in lexicon.by_initial.get((folded[0], length), ()))
    return any(OSA.distance(folded, word, score_cutoff=1) <= 1 for word in alike)


def _is_usual(part: str, lexicon: Lexicon) -> bool:
    return part in CHAT_WORDS or (len(part) > 2 and part in lexicon.frequent)


_STRETCHED = re.compile(r"(.)\1+")
