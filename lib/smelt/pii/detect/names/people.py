"""Detects people in running text by scoring runs of capitalised words.

A run is scored by its words (given names, family names, English words, unknown words), and the score is raised or
lowered by its context (:mod:`smelt.pii.detect.names.evidence`). Scores were set by hand on half of a labelled corpus
and evaluated on the other half.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from smelt.pii.detect.names.evidence import ORGANISATION, STREET, TITLES, Around
from smelt.pii.detect.names.lexicon import FAMILY, GIVEN, WORD, Lexicon, fold
from smelt.pii.detect.names.readings import ALSO_FAMILY, Readings, Run
from smelt.pii.detect.names.runs import OPENING, capitalised_runs, starts_sentence
from smelt.pii.detect.names.scores import CERTAIN, LIKELY, POSSIBLE, has_initials, several, single
from smelt.pii.detect.names.things import ESTABLISHMENTS, is_firm, is_thing
from smelt.pii.detect.names.words import words
from smelt.pii.detect.spoken.symbols import NATO

_NUMBER_BEFORE = re.compile(r"(?:\d[\w/-]*,?[ \t]+|#\s?|°|&\w+;?)$")
_TIME_BEFORE = re.compile(
    r"(?:\d{1,2}[:.h]\d{2}(?::\d{2})?|\b(?:19|20)\d{2}|\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})|\d{4}-\d{2}-\d{2}|[+-]\d{4})"
    r"(?:\s?[AaPp]\.?[Mm]\b\.?)?[\])]?[,:]?[ \t]+$"
)
_STREET_NUMBER_AFTER = re.compile(r"[ \t]+\d{1,5}[A-Z]?\b(?![:/.]\d|\s*(?:am|pm|year|day|time|month|week|%))")
_PLACE_PREFIXES = words("place_prefixes")
SPELLING = frozenset(NATO)
_OF_ORGANISATIONS = frozenset(["Federal", "International", "National", "Royal"])
_JOINT = re.compile(r"\s*(?:,|,?\s+(?:and|or|&|to|with)\s)\s*", re.I)


class Person(NamedTuple):
    """A span of a text that may name a person, with its confidence in [0, 1]."""

    start: int
    end: int
    confidence: float


class Candidate(NamedTuple):
    """A run of capitalised words that may be a person, with what its line says of it.

    ``run`` begins at ``origin``; None if the other lines of the text cannot change the ``person``, who is None if they
    decide.
    """

    person: Person | None
    origin: int
    run: Run | None


class Candidates(NamedTuple):
    """The candidates of a line, in order, and the names of organisations in it."""

    runs: tuple[Candidate, ...]
    organisations: frozenset[str]


NO_RUNS = Candidates((), frozenset())


def read_line(line: str, readings: Readings) -> Candidates:
    """The candidates of one line of a cased text, by themselves (:func:`weighed`)."""
    found: list[Candidate] = []
    organisations: set[str] = set()
    ends_with_number = any(map(str.isdigit, line.rstrip()[-2:]))
    for origin, surface in capitalised_runs(line, readings.plain):
        run = readings.read(surface)
        if run is None:
            continue
        start, end = origin + run.tokens[0].start, origin + run.tokens[-1].end
        if (ends_with_number and _NUMBER_LAST.fullmatch(line, end)) or _is_indented(line, start):
            found.append(Candidate(None, origin, run))
            continue
        person = _score(line, origin, run, readings.lexicon, organisations)
        if person is not None:
            found.append(Candidate(person, origin, None if start else run))
    return Candidates(tuple(found), frozenset(organisations)) if found or organisations else NO_RUNS


_NUMBER_LAST = re.compile(r"[ \t]+\d{1,5}[A-Z]?\s*")
"""A number behind a name that ends the line: what it counts may stand in the next line."""


def _is_indented(line: str, start: int) -> bool:
    """Whether a name stands behind other white space than spaces and tabs, which counts as a sentence's start only at
    the text's beginning."""
    before = line[:start].rstrip(OPENING) if 0 < start < 4 else ""
    return bool(before) and not before.strip()


def weighed(
    text: str, lines: Iterable[tuple[int, Candidates]], lexicon: Lexicon
) -> tuple[list[Person], list[Person]]:
    """People named in one cased text, and the runs whose score was too low, from the candidates of its lines.

    ``lines``: the index in ``text`` where each begins, and its candidates, in order. People have a confidence of at
    least 0.5, or are coordinated with such a person.
    """
    found: list[Person] = []
    weak: list[Person] = []
    organisations: set[str] = set()
    for at, (candidates, firms) in lines:
        organisations |= firms
        for person, origin, run in candidates:
            if run is not None and (person is None or _NUMBER_BEFORE.search(text, max(0, at - 12), at)):
                person = _score(text, at + origin, run, lexicon, organisations)
                if person is None:
                    continue
            elif person is not None and at:
                person = Person(person.start + at, person.end + at, person.confidence)
            if person is not None:
                (found if person.confidence >= 0.5 else weak).append(person)
    if organisations and found:
        found = [
            person
            for person in found
            if person.confidence >= CERTAIN or text[person.start : person.end] not in organisations
        ]
    return (found + _coordinated(text, found, weak) if weak and found else found), weak


def _score(text: str, origin: int, run: Run, lexicon: Lexicon, organisations: set[str]) -> Person | None:
    names, folded, flags, dropped = run.names, run.folded, run.flags, run.dropped
    start, end = origin + run.tokens[0].start, origin + run.tokens[-1].end
    around = Around.of(text, start, end)
    following = (
        dropped | {around.first} if around.touch[:1] == " " and around.touch[1:2] not in "([" else dropped
    )
    is_family = len(folded) == 2 and folded[1] in ALSO_FAMILY and folded[0] not in lexicon.places
    if (
        not ORGANISATION.isdisjoint(following)
        or not (is_family or ORGANISATION.isdisjoint(folded))
        or is_firm(text, end)
    ):
        organisations.update((text[start:end], names[0].text))
        return None
    if not (STREET.isdisjoint(following) and ESTABLISHMENTS.isdisjoint(dropped)):
        return None
    titled = (
        around.titled
        or around.last in lexicon.titles
        or (run.title is not None and (fold(run.title) in TITLES or fold(run.title) in lexicon.titles))
    )
    if not titled and (
        _is_numbered(text, start, end, run)
        or _is_spelling(text, start, end, folded)
        or is_thing(text, start, end, names, flags, around, lexicon)
    ):
        return None
    if (
        folded[0] in lexicon.not_names
        and len(folded[0]) > 1
        and len(names) > 1
        and not (
            lexicon.names.get(folded[0], 0) & GIVEN
            and folded[1] not in lexicon.words
            and folded[1] not in lexicon.not_names
        )
    ):
        organisations.add(names[0].text)
        return None
    if not titled and (_is_place(run, around, lexicon) or run.title in _OF_ORGANISATIONS):
        return None
    sentence = run.title is None and starts_sentence(text, start)
    if titled:
        confidence = CERTAIN
    elif len(names) == 1:
        confidence = single(
            names[0], folded[0], flags[0], around, sentence, lexicon, trimmed=run.title is not None
        )
    else:
        confidence = several(names, flags, around, sentence, lexicon)
    if dropped and not titled:
        confidence -= 0.1 if lexicon.languages[:1] == ("de",) else 0.25  # German nouns have capitals, too
    elif (
        len(names) > 1
        and confidence < LIKELY
        and (lexicon.languages or flags[0] & GIVEN or any(flag and not flag & WORD for flag in flags))
        and any(flags)
        and _is_whole_line(text, start, end)
    ):
        confidence += 0.2
    return Person(start, end, round(min(confidence, CERTAIN), 2)) if confidence > 0.1 else None


def _is_spelling(text: str, start: int, end: int, folded: Sequence[str]) -> bool:
    """Whether the words are of the spelling alphabet and adjacent to a digit, as in ``576 Alfa Romeo``: a code."""
    return SPELLING.issuperset(folded) and (
        text[max(0, start - 2) : start].strip(" ,.-")[-1:].isdigit()
        or text[end : end + 2].strip(" ,.-")[:1].isdigit()
    )


def _is_numbered(text: str, start: int, end: int, run: Run) -> bool:
    """Whether an adjacent number (not a time or date) makes the run a thing; never for a full name."""
    flags = run.flags
    if _STREET_NUMBER_AFTER.match(text, end):
        return not (len(flags) > 2 and flags[0] & GIVEN and has_initials(run.names, flags))
    if _NUMBER_BEFORE.search(text, max(0, start - 12), start) is None:
        return False
    if _TIME_BEFORE.search(text, max(0, start - 24), start):
        return False
    return not (len(flags) > 1 and flags[0] & (GIVEN | WORD) == GIVEN and flags[-1] & FAMILY)


def _is_place(run: Run, around: Around, lexicon: Lexicon) -> bool:
    """Whether it is a place: ``New York``, or ``Paris`` after a preposition. A place that is a given name too is none
    where a person is meant: ``Austin said``."""
    if around.last in _PLACE_PREFIXES and f"{around.last} {run.folded[-1]}" in lexicon.places:
        return True
    if not run.is_place:
        return False
    if len(run.tokens) > 1 or run.dropped or not run.flags[0] & GIVEN:
        return True
    return not around.surely and (around.to_place or not (around.person_before or around.person_after))


def _is_whole_line(text: str, start: int, end: int) -> bool:
    before, after = text[max(0, start - 3) : start].rstrip(" >?*\t-"), text[end : end + 2].lstrip(" \t,")
    return (not before or before.endswith("\n")) and after[:1] in ("", "\n", "\r")


def _coordinated(text: str, found: list[Person], weak: list[Person]) -> list[Person]:
    """Weak candidates coordinated with a person: ``Kovalev, Lee and Phillips``."""
    raised: list[Person] = []
    certain = {person.start: person for person in found} | {person.end: person for person in found}
    for _ in range(3):
        added = []
        for candidate in weak:
            after = _JOINT.match(text, candidate.end)
            before = next(
                (
                    gap
                    for gap in range(1, 8)
                    if candidate.start - gap in certain
                    and _JOINT.fullmatch(text, candidate.start - gap, candidate.start)
                ),
                None,
            )
            if before is not None or (after is not None and after.end() in certain):
                added.append(candidate._replace(confidence=max(candidate.confidence, POSSIBLE)))
        if not added:
            break
        taken = {person.start for person in added}
        weak = [person for person in weak if person.start not in taken]
        for person in added:
            certain[person.start] = certain[person.end] = person
        raised += added
    return raised
