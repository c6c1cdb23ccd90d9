"""Context-free analysis of runs of capitalised words by the lexicon, cached by surface."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from smelt.pii.detect.names.evidence import ORGANISATION, STREET, TITLES
from smelt.pii.detect.names.languages import everywhere
from smelt.pii.detect.names.lexicon import GIVEN, WORD, Lexicon, fold
from smelt.pii.detect.names.runs import PARTICLES, Token, run_tokens
from smelt.pii.detect.names.things import is_coded
from smelt.pii.detect.names.words import words

PLAIN, UNKNOWN, NAME = 0, 1, 2
REMEMBERED = 200_000
ALSO_FAMILY = words("streets_that_are_names")
_SELDOM_VERBS = frozenset(["bill", "grant", "mark"])
_STRETCHED = re.compile(r"([^\W\d_])\1\1")
"""A letter three times: ``Ahhh``."""
_REGIONS = frozenset(["DC", "EU", "NJ", "NY", "UK", "UN", "US"])
_SUFFIXES = words("titles_and_degrees")
_VERBS = words("sentence_starts")


@cache
def polite() -> frozenset[str]:
    """Single words of greetings, apologies and titles in any language, folded."""
    entries = (*everywhere("greetings"), *everywhere("titles"), *everywhere("apologies"))
    return frozenset(fold(entry) for entry in entries if " " not in entry)


class Run(NamedTuple):
    """The analysis of a run; offsets are relative to the run.

    ``dropped`` are folded words removed from its end, ``title`` the last word removed from its beginning.
    """

    tokens: tuple[Token, ...]
    names: tuple[Token, ...]
    folded: tuple[str, ...]
    flags: tuple[int, ...]
    dropped: frozenset[str]
    title: str | None
    is_place: bool


def _run(surface: str, tokens: list[Token], lexicon: Lexicon) -> Run | None:
    """Analyse a run; None if it cannot be a person in any context."""
    kept, title = _without_leading_words(tokens, lexicon)
    whole = kept
    kept = _without_trailing_words(kept, lexicon)
    names = [token for token in kept if token.text not in PARTICLES]
    if (
        not names
        or any(is_mask(fold(token.text)) or is_coded(token.text, lexicon) for token in names)
        or _is_spelled(names)
        or _is_abbreviated(names)
    ):
        return None
    if (
        len(names) > 1
        and all(token.text.isupper() for token in names)
        and not all(_is_only_name(fold(token.text), lexicon) for token in names if len(token.text) > 1)
    ):
        return None
    dropped = {fold(token.text) for token in whole[len(kept) :]}
    if (
        len(kept) == 1
        and dropped
        and len(dropped) == 1
        and dropped <= ALSO_FAMILY
        and lexicon.names.get(fold(kept[0].text), 0) & (GIVEN | WORD) == GIVEN
    ):
        kept, names, dropped = whole[:2], whole[:2], set()
    folded = tuple(fold(token.text) for token in names)
    return Run(
        tuple(kept),
        tuple(names),
        folded,
        tuple(
            lexicon.names.get(word, 0) or lexicon.flags(token.text)
            for word, token in zip(folded, names, strict=True)
        ),
        frozenset(dropped),
        title,
        fold(surface[kept[0].start : kept[-1].end]) in lexicon.places,
    )


class Readings:
    """Cached analyses of runs, by surface."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.plain: set[str] = set()
        self._runs: dict[str, Run] = {}
        self._verdicts: dict[str, int] = {}

    def read(self, surface: str) -> Run | None:
        """The analysis of a run; None, with its surface added to ``plain``, if it cannot be a name in any context."""
        run = self._runs.get(surface)
        if run is None:
            tokens = run_tokens(surface)
            run = _run(surface, tokens, self.lexicon) if self._may_be_name(tokens) else None
            if run is None and len(self.plain) < REMEMBERED:
                self.plain.add(surface)
            elif run is not None and len(self._runs) < REMEMBERED:
                self._runs[surface] = run
        return run

    def _may_be_name(self, tokens: list[Token]) -> bool:
        """Whether any word of a run may be a name in some context."""
        may_be = False
        for token in tokens:
            verdict = self._verdicts.get(token.text)
            if verdict is None:
                verdict = _verdict(token.text, self.lexicon)
                if len(self._verdicts) < REMEMBERED:
                    self._verdicts[token.text] = verdict
            may_be = may_be or verdict != PLAIN
        return may_be or (len(tokens) > 1 and any(is_initial(tokens, at) for at in range(len(tokens) - 1)))


def _verdict(word: str, lexicon: Lexicon) -> int:
    folded = fold(word)
    if (word.isupper() and len(word) < 6) or folded in lexicon.not_names or is_mask(folded):
        return PLAIN
    if _STRETCHED.search(folded):
        return PLAIN
    flags = lexicon.names.get(folded, 0)
    if flags & WORD and not flags & GIVEN and folded in lexicon.common:
        return PLAIN
    if flags:
        return NAME
    if "-" in folded and not all(_is_only_name(part, lexicon) for part in folded.split("-")):
        return PLAIN if any(lexicon.is_word(part) for part in folded.split("-")) else UNKNOWN
    if len(word) < 3 or folded in lexicon.words or not word[1:].islower():
        return (
            UNKNOWN
            if "'" in word or "-" in word or word.startswith(("Mc", "Mac", "De", "Di", "Van", "La", "Le"))
            else PLAIN
        )
    return UNKNOWN


def _is_only_name(folded: str, lexicon: Lexicon) -> bool:
    flags = lexicon.names.get(folded, 0)
    return bool(flags) and not flags & WORD


def is_mask(folded: str) -> bool:
    """Whether it is a masked value such as ``xxxx``."""
    return len(folded) > 1 and len(set(folded)) == 1


def _is_spelled(names: Sequence[Token]) -> bool:
    """Whether the words are a code or a spelled word (``N W ten``): a letter without a dot begins or ends the run.

    Such a letter is an initial only inside a name, behind two words of one (``Udhay Shankar N``) or as one of two
    before it (``A K Dewdney``).
    """
    if len(names[-1].text) == 1:
        return len(names) < 3 or names[-1].text in "AI" or any(len(token.text) < 3 for token in names[:-1])
    return len(names[0].text) == 1 and not (is_initial(names, 0) or has_two_letters(names))


def is_initial(run: Sequence[Token], at: int) -> bool:
    """Whether the token is a letter followed by a dot and another word: ``A. Peterson``, ``T.C. Zhao``."""
    if len(run[at].text) != 1 or at + 1 >= len(run):
        return False
    gap = run[at + 1].start - run[at].end
    return gap > 1 or (gap == 1 and len(run[at + 1].text) == 1 and is_initial(run, at + 1))


def _is_abbreviated(names: Sequence[Token]) -> bool:
    """Whether it begins with letters without spaces that are no initials: ``F.C.C. World``, ``U.S. Army``."""
    letters = names[0].text
    for before, token in pairwise(names):
        if len(before.text) != 1 or len(token.text) != 1 or token.start - before.end != 1:
            break
        letters += token.text
    return len(names[0].text) == 1 and (len(letters) > 2 or letters in _REGIONS)


def has_two_letters(names: Sequence[Token]) -> bool:
    """Whether it has the form of ``A K Dewdney``."""
    return (
        len(names) == 3
        and len(names[0].text) == len(names[1].text) == 1
        and names[0].text != "I"
        and len(names[2].text) > 3
        and names[2].text[1:].islower()
    )


def _has_plain(run: Sequence[Token], lexicon: Lexicon) -> bool:
    """Whether one of the words is an English word and no name, so that the words before it are no part of a name."""
    return any(
        t.text not in PARTICLES and not lexicon.names.get(fold(t.text)) and fold(t.text) in lexicon.words
        for t in run
    )


def _is_called(run: list[Token], lexicon: Lexicon) -> bool:
    """Whether a given name that also begins sentences is before an unlisted word: ``Mark Overmars``."""
    return (
        fold(run[0].text) in _SELDOM_VERBS
        and len(run) == 2
        and run[1].text[1:].islower()
        and not lexicon.is_word(run[1].text)
        and fold(run[1].text) not in lexicon.not_names
    )


def _without_leading_words(run: list[Token], lexicon: Lexicon) -> tuple[list[Token], str | None]:
    """Drop words capitalised only at a sentence's start (``Hi``, ``Dear``, ``When``); also returns the last one
    dropped."""
    first = 0
    while first < len(run) - 1:
        folded = fold(run[first].text)
        if len(run[first].text) == 1 and (is_initial(run, first) or has_two_letters(run[first:])):
            break
        flags = lexicon.names.get(folded, 0)
        is_plain = not flags and (
            folded in lexicon.words or folded in lexicon.not_names or folded in polite()
        )
        is_sentence = bool(lexicon.languages) and flags & WORD and _has_plain(run[first + 1 :], lexicon)
        if not (
            is_plain
            or is_sentence
            or folded in TITLES
            or (first == 0 and flags & WORD and folded in _VERBS and not _is_called(run, lexicon))
        ):
            break
        first += 1
    return run[first:], run[first - 1].text if first else None


def _is_shouted(run: Sequence[Token], folded: str) -> bool:
    """Whether the last word is an abbreviation behind a word with small letters: ``Virginia DMV``; not ``III``."""
    word = run[-1].text
    return 1 < len(word) < 6 and word.isupper() and not run[0].text.isupper() and folded not in _SUFFIXES


def _without_trailing_words(run: list[Token], lexicon: Lexicon) -> list[Token]:
    last = len(run)
    while last > 1:
        folded = fold(run[last - 1].text)
        no_name = not lexicon.names.get(folded) and (
            folded in lexicon.words or folded in lexicon.not_names or _is_shouted(run[:last], folded)
        )
        is_family = last > 1 and is_initial(run, last - 2) and folded not in ORGANISATION
        is_letter = last > 2 and len(folded) == 1 and folded not in "ai"
        if (
            is_family
            or is_letter
            or not (run[last - 1].text in PARTICLES or no_name or folded in ORGANISATION or folded in STREET)
        ):
            break
        last -= 1
    return run[:last]
