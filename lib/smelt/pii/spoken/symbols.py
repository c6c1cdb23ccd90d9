"""Spoken letters and digits: ``double oh seven``, ``T for Tommy``, ``whiskey two zero alpha bravo``.

A text is read as a sequence of symbols, each with the characters it stands for, how sure the reading
is, and the code points it came from. Alphabets: ICAO/NATO (ITU Radio Regulations, Appendix 14) with
the spellings that speech recognition writes, letters said ``X for word``, names of letters.
"""

from __future__ import annotations

import re
from typing import NamedTuple

DIGITS = {
    "zero": "0", "oh": "0", "nought": "0", "naught": "0", "null": "0", "nil": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5",
    "six": "6", "seven": "7", "eight": "8", "nine": "9", "niner": "9", "fife": "5", "ten": "10", "eleven": "11", "twelve": "12", "thirteen": "13",
    "fourteen": "14", "fifteen": "15", "sixteen": "16", "seventeen": "17", "eighteen": "18", "nineteen": "19",
}  # fmt: skip
TENS = {"twenty": "2", "thirty": "3", "forty": "4", "fourty": "4", "fifty": "5", "sixty": "6", "seventy": "7", "eighty": "8", "ninety": "9"}
TIMES = {"double": 2, "triple": 3, "treble": 3}
NATO = {
    "alpha": "a", "alfa": "a", "bravo": "b", "charlie": "c", "delta": "d", "echo": "e", "foxtrot": "f", "fox": "f", "golf": "g", "gulf": "g", "hotel": "h", "india": "i", "indigo": "i",
    "juliet": "j", "julia": "j", "juliett": "j", "kilo": "k", "lima": "l", "mike": "m", "november": "n", "oscar": "o", "papa": "p", "papaw": "p", "quebec": "q", "romeo": "r",
    "sierra": "s", "tango": "t", "uniform": "u", "victor": "v", "whiskey": "w", "whisky": "w", "xray": "x", "x-ray": "x", "yankee": "y", "zulu": "z",
}  # fmt: skip
LETTER_NAMES = {
    "ay": "a", "bee": "b", "bea": "b", "cee": "c", "see": "c", "sea": "c", "dee": "d", "ee": "e", "eff": "f", "ef": "f", "gee": "g", "aitch": "h", "haitch": "h",
    "ache": "h", "hatch": "h", "eye": "i", "jay": "j", "kay": "k", "okay": "k", "el": "l", "ell": "l", "em": "m", "en": "n", "and": "n", "in": "n", "pea": "p", "pee": "p", "queue": "q",
    "cue": "q", "are": "r", "ar": "r", "ess": "s", "es": "s", "tea": "t", "tee": "t", "you": "u", "yew": "u", "vee": "v", "we": "v", "ex": "x", "why": "y", "wye": "y",
    "zed": "z", "zedd": "z", "zee": "z", "said": "z", "bed": "z", "mic": "m", "all": "o", "owe": "o",
}  # fmt: skip
NUMBER_NAMES = {"to": "2", "too": "2", "for": "4", "fore": "4", "ate": "8", "won": "1", "free": "3", "tree": "3", "sex": "6", "nein": "9", "tube": "2"}
SPELLED_OUT = frozenset(("for", "as", "like", "4"))
SYMBOLS_OF_EMAIL = frozenset(("dot", "at", "underscore", "dash", "hyphen"))
_PIECE = re.compile(r"[^\s,;:!?()\"/\\]+")
_CHUNK = re.compile(r"(?=.*\d)[a-z\d]{1,8}|[a-z]{1,3}", re.I)
STRONG, WEAK, NONE = 2, 1, 0


class Symbol(NamedTuple):
    """``characters`` (lower case) that ``text[start:end]`` stands for; STRONG, WEAK or NONE where it is just a word."""

    characters: str
    strength: int
    start: int
    end: int
    word: str


def read(text: str) -> list[Symbol]:
    """All pieces of ``text`` between spaces and punctuation, read as spoken symbols, in order."""
    pieces = [(m.group(), m.start(), m.end()) for m in _PIECE.finditer(text)]
    symbols: list[Symbol] = []
    at = 0
    while at < len(pieces):
        symbol, used = _read_at(pieces, at)
        symbols.append(symbol)
        at += used
    return symbols


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
        if len(spelled) > 2 and spelled.isalpha() and spelled.lower() not in DIGITS and (following != "4" or spelled[0].lower() == letter):
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
    if _CHUNK.fullmatch(word):
        return Symbol(word, STRONG if raw.isupper() or any(c.isdigit() for c in word) else WEAK, start, end, word), 1
    return Symbol("", NONE, start, end, word), 1


def digit_runs(symbols: list[Symbol]) -> list[tuple[str, int, int, bool]]:
    """(digits, start, end, spoken) of the longest stretches that are digits only; ``spoken`` where any was a word."""
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
