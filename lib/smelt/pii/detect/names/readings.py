"""Context-free analysis of runs of capitalised words by the lexicon, cached by surface."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from smelt.pii.detect.names.evidence import ORGANISATION, STREET, TITLES
from smelt.pii.detect.names.languages import everywhere
from smelt.pii.detect.names.lexicon import GIVEN, WORD, Lexicon, fold
from smelt.pii.detect.names.runs import PARTICLES, Token
from smelt.pii.detect.names.things import is_coded
from smelt.pii.detect.names.words import words

PLAIN, UNKNOWN, NAME = 0, 1, 2
REMEMBERED = 200_000
ALSO_FAMILY = words("streets_that_are_names")
_SUFFIXES = words("titles_and_degrees")
_VERBS = words("sentence_starts")


@cache
def polite() -> frozenset[str]:
    """Single words of greetings, apologies and titles in any language, folded."""
    entries = (*everywhere("greetings"), *everywhere("titles"), *everywhere("apologies"))
    return frozenset(fold(entry) for entry in entries if " " not in entry)


class Run(NamedTuple):
    """The analysis of a run; offsets of ``tokens`` are relative to the run.

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
    origin = tokens[0].start
    folded = tuple(fold(token.text) for token in names)
    return Run(
        tuple(Token(token.text, token.start - origin, token.end - origin) for token in kept),
        tuple(names),
        folded,
        tuple(
            lexicon.names.get(word, 0) or lexicon.flags(token.text)
            for word, token in zip(folded, names, strict=True)
        ),
        frozenset(dropped),
        title,
        fold(surface[kept[0].start - origin : kept[-1].end - origin]) in lexicon.places,
    )


class Readings:
    """Cached analyses of runs, by surface."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.plain: set[str] = set()
        self._runs: dict[str, Run] = {}
        self._verdicts: dict[str, int] = {}

    def read(self, surface: str, tokens: list[Token]) -> Run | None:
        """The analysis of a run; None, with its surface added to ``plain``, if it cannot be a name in any context."""
        run = self._runs.get(surface)
        if run is None:
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

    Such a letter is an initial only inside a name.
    """
    return len(names[-1].text) == 1 or (len(names[0].text) == 1 and not is_initial(names, 0))


def is_initial(run: Sequence[Token], at: int) -> bool:
    """Whether the token is a letter followed by a dot and another word: ``A. Peterson``."""
    return len(run[at].text) == 1 and at + 1 < len(run) and run[at + 1].start - run[at].end > 1


def _has_plain(run: Sequence[Token], lexicon: Lexicon) -> bool:
    """Whether one of the words is an English word and no name, so that the words before it are no part of a name."""
    return any(not lexicon.names.get(fold(t.text)) and fold(t.text) in lexicon.words for t in run)


def _without_leading_words(run: list[Token], lexicon: Lexicon) -> tuple[list[Token], str | None]:
    """Drop words capitalised only at a sentence's start (``Hi``, ``Dear``, ``When``); also returns the last one
    dropped."""
    first = 0
    while first < len(run) - 1:
        folded = fold(run[first].text)
        if is_initial(run, first):
            break
        flags = lexicon.names.get(folded, 0)
        is_plain = not flags and (
            folded in lexicon.words or folded in lexicon.not_names or folded in polite()
        )
        is_sentence = bool(lexicon.languages) and flags & WORD and _has_plain(run[first + 1 :], lexicon)
        if not (
            is_plain or is_sentence or folded in TITLES or (first == 0 and flags & WORD and folded in _VERBS)
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
        if is_family or not (
            run[last - 1].text in PARTICLES or no_name or folded in ORGANISATION or folded in STREET
        ):
            break
        last -= 1
    return run[:last]
