"""Evidence that words are misspelt, and not names, addresses, codes or spelled-out letters.

The dictionary has few names, so "al. fredry dąbrowa górnicza" and "w e s t o n" look like bad spelling. A slip is an
unknown word that differs from a common word by one letter, by missing vowels, or by digits in place of letters; or an
unpronounceable one.
"""

from __future__ import annotations

import re
from functools import cache

import numpy as np
from symspellpy import SymSpell, Verbosity

from smelt.quality.english.dictionary import dictionary
from smelt.quality.measures.placeholders import SCRUBBED
from smelt.quality.pairs import Pairs, Side
from smelt.quality.texts import Flags

COMMON = 12_000
"""Number of commonest dictionary words with which unknown words are compared."""
LONG_ENOUGH, FEWEST_LETTERS = 6, 5
"""Fewest letters of a word to be recognised as a slip by one wrong letter, and of one recognised by its consonants."""
FEW_SLIPS, LEAST_SHARE = 2, 0.5
"""Fewest slips of a misspelt text, and their lowest share of its unknown words; a single unknown word suffices
alone."""
LONGEST = 40
"""Longest word, in letters, that is compared with the dictionary."""
GLUED = 30
"""Letters from which a word must be several words without spaces."""
SPELLED_LETTERS, SPELLED_MEAN = 3, 2.6
"""Number of single letters from which, and mean word length below which, a text is spelled out or a code."""
_WORD = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)*")
_NUMBER = re.compile(r"(?<![^\W_])\d+(?![^\W_])")
_LETTERS = str.maketrans("0134567", "oieasgt")
"""Digits as they stand for letters: "c4b13s"."""
_VOWEL = re.compile(r"(?<!^)[aeiouy]")
_AGAIN = re.compile(r"(.)\1{2,}")
_MASHED = re.compile(r"[b-df-hj-np-tv-xz]{5}")
"""Five consonants in a row: random typing."""


def is_misspelt(pairs: Pairs, side: Side) -> Flags:
    """Whether the unknown words of each text are slips, or several words without spaces."""
    texts = pairs.texts(side)
    found: Flags = np.array([_has_slips(text) for text in texts.distinct], dtype=np.bool_)
    return found[texts.code]


def _has_slips(text: str) -> bool:
    said = _WORD.findall(text)
    if any(len(word) > GLUED and word.isalpha() for word in said):
        return True
    lone = sum(len(word) == 1 and word.lower() not in "aiu" for word in said)
    letters = sum(map(len, said))
    if lone >= SPELLED_LETTERS or letters < SPELLED_MEAN * len(said):
        return False
    if _NUMBER.search(text) or re.search(SCRUBBED, text):
        return False
    unknown = [word for word in said if len(word) > 2 and word.lower() not in _known()]
    slips = sum(_is_slip(word) for word in unknown)
    return slips >= min(FEW_SLIPS, len(unknown)) and slips > 0 and slips >= LEAST_SHARE * len(unknown)


def _is_slip(word: str) -> bool:
    lower = word.lower()
    plain = lower.translate(_LETTERS)
    if plain != lower and not lower.isdigit():
        return plain in _common() or (len(plain) >= LONG_ENOUGH and _is_near(plain))
    if _MASHED.search(lower) or _AGAIN.sub(r"\1", lower) in _common() or _swapped(lower) & _common():
        return True
    if any(_lacks_vowels(lower, whole) for whole in _skeletons().get(_bones(lower), ())):
        return True
    return len(lower) >= LONG_ENOUGH and _is_near(lower)


def _lacks_vowels(word: str, whole: str) -> bool:
    """Whether ``word`` is ``whole`` with vowels left out: "kybard" for "keyboard", not for "kabard"."""
    letters = iter(whole)
    return len(word) < len(whole) and all(letter in letters for letter in word)


def _swapped(word: str) -> set[str]:
    """All variants of ``word`` with two adjacent letters swapped."""
    if len(word) > LONGEST:
        return set()
    return {word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(len(word) - 1)} - {word}


def _is_near(word: str) -> bool:
    """Whether a common word is at most one edit away (Damerau 1964: deletion, insertion, substitution or
    transposition)."""
    return bool(_speller().lookup(word, Verbosity.TOP, max_edit_distance=1))


def _bones(word: str) -> str:
    """The first letter and the consonants after it."""
    return _VOWEL.sub("", word)


@cache
def _known() -> frozenset[str]:
    return frozenset(dictionary().words)


@cache
def _common() -> frozenset[str]:
    return frozenset(dictionary().words[:COMMON])


@cache
def _speller() -> SymSpell:
    """A SymSpell index of the common words, for edit distance 1 (about 0.1 s, once per process)."""
    speller = SymSpell(max_dictionary_edit_distance=1)
    for word in dictionary().words[:COMMON]:
        speller.create_dictionary_entry(word, 1)
    return speller


@cache
def _skeletons() -> dict[str, list[str]]:
    """First letter and consonants -> common words."""
    found: dict[str, list[str]] = {}
    for word in dictionary().words[:COMMON]:
        if len(word) >= FEWEST_LETTERS:
            found.setdefault(_bones(word), []).append(word)
    return found
