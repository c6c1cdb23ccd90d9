"""Detects people in running text by scoring runs of capitalised words.

A run is scored by its words (given names, family names, English words, unknown words), and the score is raised or
lowered by its context (:mod:`smelt.pii.detect.names.evidence`). Scores were set by hand on half of a labelled corpus
and evaluated on the other half.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from smelt.pii.detect.names.evidence import (
    GREETINGS,
    NEVER_BEFORE,
    ORGANISATION,
    STREET,
    SURELY_BEFORE,
    TITLES,
    Around,
)
from smelt.pii.detect.names.lexicon import FAMILY, GIVEN, WORD, Lexicon, fold
from smelt.pii.detect.names.readings import ALSO_FAMILY, Readings, Run, has_two_letters, is_initial
from smelt.pii.detect.names.runs import Token, capitalised_runs, starts_sentence
from smelt.pii.detect.names.things import ESTABLISHMENTS, is_firm, is_thing
from smelt.pii.detect.names.words import words
from smelt.pii.detect.spoken.symbols import NATO

CERTAIN, LIKELY, POSSIBLE = 0.9, 0.75, 0.6
PATRONYMIC = re.compile(
    r"(?:ov|ev|ova|eva|sky|ski|ska|skaya|czyk|wicz|vich|vić|ić|ič|enko|chuk|shvili|dze|yan|sson|sdóttir"
    r"|sdottir|ssen|sen|qvist|berg|mann|stein|bauer"
    r"|escu|poulos|idis|akis|etti|ucci|ini|ová|šek|ček|veld|huis|stra|sma|aert|inho|eira|oglu|zadeh|pour"
    r"|nejad|singh|walla|swamy|murthy|appa|ndran)$"
)
_NUMBER_BEFORE = re.compile(r"(?:\d[\w/-]*,?[ \t]+|#\s?|°|&\w+;?)$")
_TIME_BEFORE = re.compile(
    r"(?:\d{1,2}[:.h]\d{2}(?::\d{2})?|\b(?:19|20)\d{2}|\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})|\d{4}-\d{2}-\d{2}|[+-]\d{4})"
    r"(?:\s?[AaPp]\.?[Mm]\b\.?)?[\])]?[,:]?[ \t]+$"
)
_STREET_NUMBER_AFTER = re.compile(r"[ \t]+\d{1,5}[A-Z]?\b(?![:/.]\d|\s*(?:am|pm|year|day|time|month|week|%))")
_PLACE_PREFIXES = words("place_prefixes")
SPELLING = frozenset(NATO)
ASKING = words("asking")
STOP = words("never_in_a_name")
LETTERED = words("lettered_things")
_OF_ORGANISATIONS = frozenset(["Federal", "International", "National", "Royal"])
_OF_TIME = frozenset(["every", "last", "next", "on", "since", "this", "till", "until"])
_CONJUNCTIONS = frozenset(["but", "if", "or", "than", "when", "while"])
_JOINT = re.compile(r"\s*(?:,|,?\s+(?:and|or|&|to|with)\s)\s*", re.I)


class Person(NamedTuple):
    """A span of a text that may name a person, with its confidence in [0, 1]."""

    start: int
    end: int
    confidence: float


def people(text: str, readings: Readings) -> list[Person]:
    """People named in one cased text: confidence of at least 0.5, or coordinated with such a person."""
    return weighed(text, readings)[0]


def weighed(text: str, readings: Readings) -> tuple[list[Person], list[Person]]:
    """The result of :func:`people`, and the runs whose score was too low."""
    found: list[Person] = []
    weak: list[Person] = []
    organisations: set[str] = set()
    for surface, tokens in capitalised_runs(text, readings.plain):
        run = readings.read(surface, tokens)
        person = _score(text, tokens[0].start, run, readings.lexicon, organisations) if run else None
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
        confidence = _single(
            names[0], folded[0], flags[0], around, sentence, lexicon, trimmed=run.title is not None
        )
    else:
        confidence = _several(names, flags, around, sentence, lexicon)
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
        return not (len(flags) > 2 and flags[0] & GIVEN and _has_initials(run.names, flags))
    if _NUMBER_BEFORE.search(text, max(0, start - 12), start) is None:
        return False
    if _TIME_BEFORE.search(text, max(0, start - 24), start):
        return False
    return not (len(flags) > 1 and flags[0] & (GIVEN | WORD) == GIVEN and flags[-1] & FAMILY)


def _single(
    token: Token, folded: str, flags: int, around: Around, sentence: bool, lexicon: Lexicon, *, trimmed: bool
) -> float:
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


def _several(
    names: Sequence[Token], flags: Sequence[int], around: Around, sentence: bool, lexicon: Lexicon
) -> float:
    strong = [bool(f) and not f & WORD for f in flags]
    initials = [len(token.text) == 1 for token in names]
    last, usual = fold(names[-1].text), lexicon.frequent if lexicon.languages else lexicon.common
    if all(initials[:-1]) and (last in STOP or (not flags[-1] and last in usual)):
        return 0.2  # "40 C. The", "A. Firm offer"
    if len(names) <= 5 and _has_initials(names, flags) and around.last not in LETTERED:
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


def _has_initials(names: Sequence[Token], flags: Sequence[int]) -> bool:
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
