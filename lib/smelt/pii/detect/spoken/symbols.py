"""Spoken letters and digits: ``double oh seven``, ``T for Tommy``, ``whiskey two zero alpha bravo``.

A text is read as a sequence of symbols, each with the characters it represents, the strength of the evidence, and its
span. Alphabets: ICAO/NATO (ITU Radio Regulations, Appendix 14) with spellings of speech recognition, letters as ``X for
word``, names of letters.
"""

from __future__ import annotations

import re
from typing import NamedTuple


def _spelled(table: str) -> dict[str, str]:
    """Parse ``"a alpha alfa; b bravo"`` to a mapping from word to character."""
    return {word: row.split()[0] for row in table.split(";") for word in row.split()[1:]}


DIGITS = _spelled(
    "0 zero oh nought naught null nil; 1 one; 10 ten; 11 eleven; 12 twelve; 13 thirteen; 14 fourteen; "
    "15 fifteen; 16 sixteen; 17 seventeen; 18 eighteen; 19 nineteen; 2 two; 3 three; 4 four; "
    "5 five fife; 6 six; 7 seven; 8 eight; 9 nine niner"
)
TENS = _spelled("2 twenty; 3 thirty; 4 forty fourty; 5 fifty; 6 sixty; 7 seventy; 8 eighty; 9 ninety")
TIMES = {"double": 2, "triple": 3, "treble": 3}
NATO = _spelled(
    "a alpha alfa; b bravo; c charlie; d delta; e echo; f foxtrot fox; g golf gulf; h hotel; "
    "i india indigo; j juliet julia juliett; k kilo; l lima; m mike; n november; o oscar; "
    "p papa papaw; q quebec; r romeo; s sierra; t tango; u uniform; v victor; w whiskey whisky; "
    "x xray x-ray; y yankee; z zulu"
)
LETTER_NAMES = _spelled(
    "a ay; b bee bea; c cee see sea; d dee; e ee; f eff ef; g gee; h aitch haitch ache hatch; i eye; "
    "j jay; k kay okay; l el ell; m em mic; n en and in; o all owe; p pea pee; q queue cue; r are ar; "
    "s ess es; t tea tee; u you yew; v vee we; x ex; y why wye; z zed zedd zee said bed"
)
NUMBER_NAMES = _spelled("1 won; 2 to too tube; 3 free tree; 4 for fore; 6 sex; 8 ate; 9 nein")
_WORDS = frozenset().union(TIMES, DIGITS, TENS, NATO, LETTER_NAMES, NUMBER_NAMES)
"""All words that stand for symbols."""

SPELLED_OUT = frozenset(("for", "as", "like", "4"))
_PIECE = re.compile(r"[^\s,;:!?()\"/\\]+")
LONGEST_CHUNK, LONGEST_LETTERS = 8, 3
_CHUNK = re.compile(rf"(?=.*\d)[a-z\d]{{1,{LONGEST_CHUNK}}}|[a-z]{{1,{LONGEST_LETTERS}}}", re.I)
STRONG, WEAK, NONE = 2, 1, 0


class Symbol(NamedTuple):
    """``characters`` (lower case) represented by ``text[start:end]``; ``strength`` is STRONG, WEAK or, for a plain
    word, NONE."""

    characters: str
    strength: int
    start: int
    end: int
    word: str


def read(text: str) -> list[Symbol]:
    """Read all pieces of ``text`` between spaces and punctuation as symbols, in order."""
    pieces = [(m.group(), m.start(), m.end()) for m in _PIECE.finditer(text)]
    symbols: list[Symbol] = []
    at = 0
    while at < len(pieces):
        raw, start, _ = pieces[at]
        word = raw.strip(".-'’").lower()
        if len(word) > 1 and word not in _WORDS:
            symbols.append(_plain(raw, start, start + len(raw.rstrip(".-'’")), word))
            at += 1
            continue
        symbol, used = _read_at(pieces, at)
        symbols.append(symbol)
        at += used
    return symbols


def _plain(raw: str, start: int, end: int, word: str) -> Symbol:
    """A word that stands for no symbol: a chunk of a code (``4tb``, ``abc``), or any other."""
    is_longer = len(word) > LONGEST_CHUNK or (len(word) > LONGEST_LETTERS and word.isalpha())
    if is_longer or not _CHUNK.fullmatch(word):
        return Symbol("", NONE, start, end, word)
    return Symbol(word, STRONG if raw.isupper() or any(c.isdigit() for c in word) else WEAK, start, end, word)


def _read_at(pieces: list[tuple[str, int, int]], at: int) -> tuple[Symbol, int]:
    raw, start, end = pieces[at]
    end -= len(raw) - len(raw.rstrip(".-'’")) if len(raw) > 1 else 0
    word = raw.strip(".-'’").lower()
    following = pieces[at + 1][0].strip(".-'’").lower() if at + 1 < len(pieces) else ""
    if word == "double" and following in ("u", "you"):
        return Symbol("w", STRONG, start, pieces[at + 1][2], word), 2
    if word in TIMES and following and following not in TIMES:
        inner, used = _read_at(pieces, at + 1)
        if inner.strength and len(inner.characters) == 1:
            return Symbol(inner.characters * TIMES[word], STRONG, start, inner.end, word), used + 1
    letter = word if len(word) == 1 and word.isalpha() else NATO.get(word) or LETTER_NAMES.get(word)
    if letter and following in SPELLED_OUT and at + 2 < len(pieces):
        skip = 3 if following == "as" and pieces[at + 2][0].lower() == "in" and at + 3 < len(pieces) else 2
        spelled, _, spelled_end = pieces[at + skip]
        if (
            len(spelled) > 2
            and spelled.isalpha()
            and spelled.lower() not in DIGITS
            and (following != "4" or spelled[0].lower() == letter)
        ):
            return Symbol(letter, STRONG, start, spelled_end, word), skip + 1
    if word in DIGITS:
        return Symbol(DIGITS[word], STRONG, start, end, word), 1
    if word in TENS:
        if following in DIGITS and DIGITS[following] in "123456789":
            return Symbol(TENS[word] + DIGITS[following], STRONG, start, pieces[at + 1][2], word), 2
        return Symbol(TENS[word] + "0", STRONG, start, end, word), 1
    if word in NATO:
        return Symbol(NATO[word], STRONG, start, end, word), 1
    if len(word) == 1 and word.isalnum():
        return Symbol(word, STRONG, start, end, word), 1
    if word in LETTER_NAMES or word in NUMBER_NAMES:
        return Symbol((NUMBER_NAMES | LETTER_NAMES)[word], WEAK, start, end, word), 1
    return _plain(raw, start, end, word), 1


def digit_runs(symbols: list[Symbol]) -> list[tuple[str, int, int, bool]]:
    """(digits, start, end, spoken) of maximal runs of digits; ``spoken``: at least one was a word."""
    runs: list[tuple[str, int, int, bool]] = []
    digits, start, end, spoken = "", 0, 0, False
    for symbol in [*symbols, Symbol("", NONE, 0, 0, "")]:
        if symbol.strength == STRONG and symbol.characters.isdigit():
            start = start if digits else symbol.start
            digits, end = digits + symbol.characters, symbol.end
            spoken = spoken or not symbol.word.isdigit()
            continue
        if digits and symbol.word in ("o", "and", "dash") and symbol.word != "and":
            digits += "0" if symbol.word == "o" else ""
            end, spoken = symbol.end, True
            continue
        if digits:
            runs.append((digits, start, end, spoken))
        digits, spoken = "", False
    return runs
