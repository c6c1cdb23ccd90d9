"""Free-form postal addresses: finds a typical core, and extends it to the whole address.

Cores are a house number with a street word (``8376 grant street``), street names of other languages
(``Via Carlo Cattaneo 130``, ``Lille Vibyvej 8``), boxes (``PO Box 12``, ``PSC 7004, Box 8380``), a
town with state and ZIP, and the text after ``address is``. A core is extended to the left over numbers and units, and
to the right over units, towns, states, countries and post codes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from smelt.pii.detect.addresses import european
from smelt.pii.detect.addresses.patterns import (
    ADDRESS_CUE,
    BEFORE_CORE,
    BETWEEN_NUMBERS,
    BOXED,
    CAPITAL,
    CASELESS_STREET,
    CASELESS_TOWN,
    GROW,
    GROW_CASELESS,
    LONGEST,
    LONGEST_TURN,
    NUMBER,
    NUMBERED,
    POSTED,
    PREFIXED,
    SUFFIXED,
    TOWN_ZIP,
    UNITED,
    UNNUMBERED,
    WEAKLY_NUMBERED,
    WORD,
    ZIP_CUE,
)
from smelt.pii.detect.addresses.prefilter import (
    BETWEEN_BIT,
    BOX_BIT,
    CUE_BIT,
    EUROPEAN_BIT,
    IN_TOWN_BIT,
    NAMED_BIT,
    NUMBERED_BIT,
    PREFIX_BIT,
    SUFFIX_BIT,
    TOWN_BIT,
)
from smelt.pii.detect.addresses.streets import NOT_IN_STREETS, is_foreign, is_street
from smelt.pii.detect.addresses.words import BOX, ENDS_ADDRESS, STATES, UNIT
from smelt.pii.detect.names.lexicon import Lexicon, fold
from smelt.pii.detect.names.people import Person
from smelt.pii.detect.names.words import words

_BETWEEN = re.compile(r"[\s,]*(?:and|&)?[\s,]*")
_LETTERS = re.compile(r"[^\W\d_]+")
_BEGINS_ADDRESS = re.compile(rf"(?:{NUMBER}[ ,]+{WORD}|{UNIT}|{BOX})", re.I)
_FIRST_NUMBERS = re.compile(rf"(?:{UNIT}|{BOX}|{NUMBER})(?:[ ,]+\d{{1,5}}\b)*", re.I)
_NEXT_WORD = re.compile(r"[ ,]+([^\W\d_]+)")
_LABEL_FOLLOWS = re.compile(r"\s*[:,]?\s*(?:\w+@|:)")
_ARTICLES = words("articles")
_NO_STREETS = frozenset(
    ["fast lane", "memory lane", "sesame street", "silk road", "slow lane", "wall street"]
)


def addresses(text: str, kinds: int, lexicon: Lexicon, *, cased: bool) -> list[Person]:
    """Complete address spans, without overlaps, of one text that can hold cores of ``kinds``."""
    cores = sorted(_cores(text, kinds, lexicon, cased=cased), key=lambda core: (core.start, -core.end))
    found: list[Person] = []
    for core in cores:
        if found and core.start < found[-1].end:
            if core.end > found[-1].end:
                found[-1] = found[-1]._replace(
                    end=_with_town(text, found[-1].start, core.end, lexicon, cased=cased)
                )
            continue
        start, end = core.start, _with_town(text, core.start, core.end, lexicon, cased=cased)
        before = BEFORE_CORE.search(text, max(0, start - 40), start)
        if before:
            start = before.start()
        if found and _BETWEEN.fullmatch(text[found[-1].end : start]):
            found[-1] = Person(
                found[-1].start, max(end, found[-1].end), max(core.confidence, found[-1].confidence)
            )
        elif end - start >= 4 and "xxxx" not in text[start:end].lower():
            found.append(Person(start, end, core.confidence))
    return found


def _with_town(text: str, start: int, end: int, lexicon: Lexicon, *, cased: bool) -> int:
    """The end of the whole address that begins with ``text[start:end]``."""
    town = european.town(text, start, end, lexicon) if cased else end
    grown = _grown(text, town, lexicon, cased=cased)
    has_town = town > end and grown == town
    return european.town(text, start, grown, lexicon) if cased and not has_town else grown


def _cores(text: str, kinds: int, lexicon: Lexicon, *, cased: bool) -> Iterator[Person]:
    if kinds & NUMBERED_BIT:
        for pattern, confidence in ((NUMBERED, 0.85), (WEAKLY_NUMBERED, 0.65)):
            for match in pattern.finditer(text):
                if is_street(match, lexicon, cased=cased, weak=pattern is WEAKLY_NUMBERED):
                    yield Person(match.start(), match.end(), confidence)
    if kinds & BOX_BIT:
        for match in UNITED.finditer(text):
            yield Person(match.start(), match.end(), 0.6)
        for match in BOXED.finditer(text):
            yield Person(match.start(), match.end(), 0.85)
        for match in POSTED.finditer(text):
            line = text.rfind("\n", max(0, match.start() - LONGEST_TURN), max(0, match.start() - 1)) + 1
            yield Person(_unit_start(text, line, match.start()), match.end(), 0.85)
    if kinds & CUE_BIT:
        for match in ZIP_CUE.finditer(text):
            group = 1 if match[1] else 2
            yield Person(match.start(group), match.end(group), 0.7)
        for match in ADDRESS_CUE.finditer(text):
            yield from _after_cue(text, match, lexicon, cased=cased)
    if not cased:
        yield from _whole_turn(text, kinds, lexicon)
        return
    if kinds & EUROPEAN_BIT:
        yield from european.cores(text, lexicon)
    if kinds & IN_TOWN_BIT:
        yield from european.in_town(text, lexicon)
    if kinds & TOWN_BIT:
        for match in TOWN_ZIP.finditer(text):
            yield Person(match.start(), match.end(), 0.8)
    for bit, pattern, confidence in (
        (PREFIX_BIT, PREFIXED, 0.75),
        (SUFFIX_BIT, SUFFIXED, 0.75),
        (BETWEEN_BIT, BETWEEN_NUMBERS, 0.65),
    ):
        for match in pattern.finditer(text) if kinds & bit else ():
            if len(match[0]) > 6 and any(c.isdigit() for c in match[0]) and is_foreign(match[0], lexicon):
                yield Person(match.start(), match.end(), confidence)
    if kinds & NAMED_BIT:
        for match in UNNUMBERED.finditer(text):
            first, *rest = fold(match[0]).split()
            if first in _ARTICLES and all(word in lexicon.frequent for word in rest[:-1]):
                continue
            if " ".join(word for word in (first, *rest) if word not in _ARTICLES) in _NO_STREETS:
                continue
            if first not in lexicon.frequent or first in lexicon.names:
                yield Person(match.start(), match.end(), 0.6)


def _unit_start(text: str, line: int, start: int) -> int:
    """The start of the ship or unit before a military post office, after the last colon or verb."""
    unit = _SHIP.search(text, max(line, start - LONGEST_TURN), start)
    return unit.start() if unit else start


_SHIP = re.compile(
    rf"(?:\b(?:USS|USNS|USCGC|USNV|PSC|CMR|Unit)\b[ ][\w .'-]{{1,40}}|(?<=\n){CAPITAL}[ ]{CAPITAL})[\s,]+$"
)


def _whole_turn(text: str, kinds: int, lexicon: Lexicon) -> Iterator[Person]:
    if len(text) > LONGEST_TURN:
        return
    for bit, pattern in ((NAMED_BIT, CASELESS_STREET), (TOWN_BIT, CASELESS_TOWN)):
        match = pattern.match(text) if kinds & bit else None
        if match and not any(
            fold(word) in NOT_IN_STREETS or fold(word) in ENDS_ADDRESS - {"no"} for word in match[0].split()
        ):
            yield Person(0, match.end(), 0.6)


def _after_cue(text: str, cue: re.Match[str], lexicon: Lexicon, *, cased: bool) -> Iterator[Person]:
    """The text after a cue such as ``my address is``, if it begins like an address."""
    rest = text[cue.end() : cue.end() + LONGEST]
    if _BEGINS_ADDRESS.match(rest):
        number = _FIRST_NUMBERS.match(rest)
        if number is None:
            return
        following = _NEXT_WORD.match(rest[number.end() :])
        if not following or fold(following[1]) in ENDS_ADDRESS or (fold(following[1]) in NOT_IN_STREETS):
            return
        if cased and not following[1][0].isupper() and "ress" not in cue[0].lower():
            return
        yield Person(cue.start() + len(cue[0]), cue.end() + number.end() + following.end(), 0.75)
    elif "res" in cue[0].lower() and not cased:
        first = _LETTERS.match(rest)
        if (
            first
            and fold(first[0]) not in ENDS_ADDRESS
            and (fold(first[0]) in lexicon.places or not lexicon.is_word(first[0]))
        ):
            yield Person(cue.end(), cue.end() + first.end(), 0.6)


def _grown(text: str, end: int, lexicon: Lexicon, *, cased: bool) -> int:
    limit = end + LONGEST
    for _ in range(14):
        grow = (GROW if cased else GROW_CASELESS).match(text, end, min(limit, len(text)))
        if grow is None or not _belongs(text, grow, lexicon, cased=cased):
            break
        end = grow.end()
    return end


def _belongs(text: str, grow: re.Match[str], lexicon: Lexicon, *, cased: bool) -> bool:
    if grow["unit"]:
        return True
    if not cased:
        word = grow["word"]
        folded = fold(word)
        if folded in ENDS_ADDRESS:
            return False
        digits = sum(c.isdigit() for c in word)
        return digits < 7 if digits else True
    if grow["code"]:
        return True
    if grow["small"]:
        return False
    words = [fold(w) for w in _LETTERS.findall(grow["words"])]
    place = " ".join(words)
    separated = "," in grow[0] or "\n" in grow[0]
    if place in lexicon.places or grow["words"].lower() in STATES or grow["words"] == "NaN":
        return True
    if any(word in ENDS_ADDRESS for word in words):
        return False
    return (
        separated
        and not all(word in lexicon.frequent for word in words)
        and not _LABEL_FOLLOWS.match(text, grow.end())
    )
