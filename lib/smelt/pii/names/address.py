"""Free-form postal addresses: a core that only an address has, grown to what belongs to it.

Cores are a house number with a street word (``8376 grant street``), street names of other languages
(``Via Carlo Cattaneo 130``, ``Lille Vibyvej 8``), boxes (``PO Box 12``, ``PSC 7004, Box 8380``), a
town with state and ZIP, and whatever follows ``address is``. A core grows to the left over numbers and
units and to the right over units, towns, states, countries and post codes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import polars as pl

from smelt.pii.names.lexicon import Lexicon, fold
from smelt.pii.names.people import Person
from smelt.pii.names.runs import UPPER
from smelt.pii.names.streets import (
    BOX,
    ENDS_ADDRESS,
    MILITARY,
    POST_CODE,
    STATES,
    STREET_PREFIXES,
    STREET_SUFFIXES,
    STREET_WORDS,
    UNIT,
    USUAL_STREET_WORDS,
    WEAK_STREET_WORDS,
)
from smelt.pii.names.words import words

NUMBERED_BIT, PREFIX_BIT, SUFFIX_BIT, BETWEEN_BIT, BOX_BIT, CUE_BIT, TOWN_BIT, NAMED_BIT = (
    1 << bit for bit in range(8)
)
_WORDS = r"(?:\S{1,20}\s+)"
_STREETS = tuple(
    f" {word}" for word in f"{USUAL_STREET_WORDS}|{WEAK_STREET_WORDS}".replace("?", "").split("|")
)
_PREFIXES = tuple(word.replace("\\", "") + " " for word in STREET_PREFIXES.split("|"))
_BOXES = (
    " apt",
    "apt ",
    "apt.",
    "apartment",
    "suite",
    "flat ",
    "ste ",
    "unit ",
    "box ",
    "postfach",
    "apartado",
    "apo ",
    "fpo ",
    "dpo ",
)
_ASKED = (
    "zip",
    "postal code",
    "post code",
    "postcode",
    "pin code",
    "adress",
    "addres",
    "addrress",
    " at ",
    "taxi to",
    "house no",
    "it to",
    "them to",
    "this to",
    "order to",
    "ship",
    "deliver",
    "send",
    "mail",
    "return",
)
GATES: tuple[tuple[int, tuple[str, ...], bool, str], ...] = (
    (
        NUMBERED_BIT,
        _STREETS,
        True,
        rf"(?i)\b\d[\w/-]{{0,9}},?\s+{_WORDS}{{1,4}}(?:{USUAL_STREET_WORDS}|{WEAK_STREET_WORDS})\b",
    ),
    (NAMED_BIT, _STREETS, False, rf"(?i)\p{{L}}\s(?:{STREET_WORDS}|st|rd|ave|dr|ln)\b"),
    (
        PREFIX_BIT,
        _PREFIXES,
        True,
        rf"\b(?i:{STREET_PREFIXES})\s+{_WORDS}{{0,4}}\p{{Lu}}[\p{{L}}.'’-]*,?\s+\d"
        rf"|\b\d{{1,5}}\s+(?i:{STREET_PREFIXES})\s+{_WORDS}{{0,4}}\p{{Lu}}",
    ),
    (SUFFIX_BIT, (), True, rf"(?i)(?:{STREET_SUFFIXES})\b\.?\s+\d"),
    (
        BETWEEN_BIT,
        (),
        True,
        r"\b\d{1,4}\s(?:\p{Lu}[\p{L}.'’-]*\s|(?:de|la|of|den|der|du|da|do)\s){1,5}\d{1,4}[a-z]?\b",
    ),
    (
        BOX_BIT,
        _BOXES,
        True,
        r"(?i)\b(?:apt|apartment|suite|flat|ste|unit|box|postfach|apartado)\b\.?\s*(?:no\.?|#)?\s*\d|\b[AFD]PO\b",
    ),
    (
        CUE_BIT,
        _ASKED,
        False,
        r"(?i)\b(?:zip|postal code|post ?code|pin code)\W+(?:\w+\W+){0,2}\w?\d"
        r"|\badd{0,3}r{1,2}ess?(?:es)?\W+(?:\w+\W+){0,4}(?:\d|no\b|apt\b|suite\b|flat\b|unit\b|p\.?o\b)"
        r"|\b(?:liv(?:e|es|ing)|resid(?:e|es|ing)|located|stay|staying) at \d|\b(?:ship|deliver|send|mail"
        r"|return|forward)(?:ed|ing)? (?:it |them |this |my order )?to\W+\w*\W*\d"
        r"|taxi to \d|house no|^[^A-Z]{0,80}\badd{0,3}r{1,2}ess?(?:es)?\b[^A-Z]{0,120}$",
    ),
    (TOWN_BIT, (), True, r"\p{L},?\s[A-Z]{2},?\s\d{5}\b|^\s*(?i:no\.? )?\d{1,5} [^\d\s].{0,60}\d{5}\s*$"),
)
"""What tells which kinds of core a text can hold: literals (any case, Aho-Corasick) and a digit first, then a
regex over what is left. Both run in Rust over the batch; one large alternation would be ten times slower."""

_W = r"[^\W_][\w.'’-]*"
_CAPITAL = rf"[{UPPER}][\w.'’-]*"
_NUMBER = r"(?:(?:no\.?|number|nr\.?|#)[ ]?)?\d{1,6}[a-z]?(?:[-/]\d{1,4}[a-z]?)?"
_NEAR = r"[ ]{1,2}"
NUMBERED = re.compile(rf"\b{_NUMBER},?{_NEAR}(?:{_W},?{_NEAR}){{1,4}}?(?:{USUAL_STREET_WORDS})\b\.?", re.I)
WEAKLY_NUMBERED = re.compile(rf"\b{_NUMBER},?{_NEAR}(?:{_W},?{_NEAR}){{1,3}}?(?:{WEAK_STREET_WORDS})\b", re.I)
CASELESS_STREET = re.compile(
    r"(?:no\.? )?(?:[^\W\d_]+ ){1,3}(?:street|road|avenue|lane|boulevard|nagar|salai)\b", re.I
)
CASELESS_TOWN = re.compile(r"(?:no\.? )?\d{1,5} (?:[^\W\d_]+ ){1,4}\d{5,6}$", re.I)
BETWEEN_NUMBERS = re.compile(
    rf"(?<![\w/.:-])\d{{1,4}}[ ](?:(?:{_CAPITAL}|de|la|of|den|der|du|da|do)[ ]){{1,5}}\d{{1,4}}[a-z]?\b(?![/:]\d)"
)
UNITED = re.compile(
    r"\b(?:(?:apt|apartment|suite)\b\.?[ ]*(?:no\.?[ ]*|#[ ]*)?\d+[a-z]?|(?:flat|ste)[ ]\d+[a-z]?)\b", re.I
)
UNNUMBERED = re.compile(
    rf"\b(?:{_CAPITAL}{_NEAR}){{1,3}}(?:(?i:{STREET_WORDS})\b|(?:St|Rd|Ave|Blvd|Dr|Ln|Hwy)\b)(?:{_NEAR}\d{{1,4}}\b)?"
)
PREFIXED = re.compile(
    rf"(?<!\w)(?:\d{{1,5}}{_NEAR})*(?i:{STREET_PREFIXES}){_NEAR}(?:(?i:de|du|des|della|del|di|dei|da|do|la"
    rf"|le|las|los|el|den|der|la|S\.|XX|al|san"
    rf"|{_CAPITAL}){_NEAR}){{0,4}}{_CAPITAL}(?:,?{_NEAR}\d{{1,5}}[a-z]?\b)?"
)
SUFFIXED = re.compile(
    rf"(?<!\w)(?:\d{{1,5}}{_NEAR})*(?:{_CAPITAL}{_NEAR}){{0,4}}(?:[{UPPER}][^\W\d_]*(?:{STREET_SUFFIXES})"
    rf"|(?i:{STREET_SUFFIXES}))\b\.?(?:{_NEAR}\d{{1,5}}[a-z]?\b\.?)?"
)
BOXED = re.compile(rf"\b(?:{BOX})\b", re.I)
POSTED = re.compile(MILITARY)
_STATE = "|".join(state.upper() for state in sorted(STATES) if len(state) == 2)
TOWN_ZIP = re.compile(rf"\b(?:{_CAPITAL}[ ]){{0,2}}{_CAPITAL},?[ ](?:{_STATE}),?[ ]\d{{5}}(?:-\d{{4}})?\b")
ZIP_CUE = re.compile(
    r"\b(?:zip|postal|post|pin)[ -]?code\b[\s:]{0,3}(?:(?:is|as|number"
    r"|no)\b[\s:]{0,3}){0,2}([a-z]?\d[\da-z]{2,5}(?:[ -]\d[a-z\d]{2,3})?)\b"
    r"|\bzip[\s:]{0,3}(?:is[\s:]{0,3})?(\d{5}(?:-\d{4})?)\b",
    re.I,
)
ADDRESS_CUE = re.compile(
    r"add{0,3}r{1,2}ess?(?:es)?(?:[ ]+(?:is|as|was|to|at|with|are|will be|would be|should be|now|line"
    r" \d))*[ ]*[:-]?\s{1,4}(?=\S)"
    r"|(?:liv(?:e|es|ing)|resid(?:e|es|ing)|located|stay|staying) at\s{1,4}(?=\S)"
    r"|(?:ship|deliver|send|mail|return|forward)(?:ed|ing)?(?: it| them| this| my order)? to\s{1,4}(?=\S)"
    r"|taxi to\s{1,4}(?=\S)|house no\.?\s{1,4}(?=\S)",
    re.I,
)
_GROW = re.compile(
    rf"(?!,?\s+and\b)(?:[ ]*,?[ ]*\n?[ ]*|[ ]*\n[ ]*,[ ]*|\n[ ]*[>?*|-]{{1,3}}[ ]*"
    rf"|\n\n[ ]+)(?:(?P<unit>{UNIT})|(?P<code>\b{POST_CODE}\b(?![-\d]))"
    rf"|(?P<words>(?:{_CAPITAL}[ ]){{0,3}}{_CAPITAL})|(?P<small>(?:of|and|the|de|del|la|di|nan|do|da)\b))",
)
_GROW_CASELESS = re.compile(rf"[ ,\n]+(?:(?P<unit>{UNIT})|(?P<word>[^\W_][\w'’/-]*))", re.I)
_BEFORE_CORE = re.compile(rf"(?:\b(?:{UNIT}),?[ ]+|\b(?:the )?corner of\s+|\b\d{{1,5}}[ ]+)+$", re.I)
LONGEST, LONGEST_TURN = 160, 60


def kinds(column: pl.Series) -> list[int]:
    """By text of ``column``: the kinds of core it can hold, as the sum of their bits; 0 for most texts."""
    bits = np.zeros(len(column), dtype=np.int64)
    digits = column.str.contains(r"\d").to_numpy()
    literal: dict[tuple[str, ...], npt.NDArray[np.bool_]] = {(): np.ones(len(column), dtype=np.bool_)}
    for bit, literals, needs_digit, regex in GATES:
        if literals not in literal:
            literal[literals] = column.str.contains_any(
                list(literals), ascii_case_insensitive=True
            ).to_numpy()
        rows = np.flatnonzero(literal[literals] & digits if needs_digit else literal[literals])
        if bit == SUFFIX_BIT:
            rows = rows[column.gather(rows).str.contains(r"\p{L}{5}\.? \d{1,3}\b").to_numpy()]
        if len(rows):
            bits[rows[column.gather(rows).str.contains(regex).to_numpy()]] |= bit
    return bits.tolist()


def addresses(text: str, kinds: int, lexicon: Lexicon, *, cased: bool) -> list[Person]:
    """Address spans of one text that can hold ``kinds``, without overlaps, each as long as what belongs to it."""
    cores = sorted(_cores(text, kinds, lexicon, cased=cased), key=lambda core: (core.start, -core.end))
    found: list[Person] = []
    for core in cores:
        if found and core.start < found[-1].end:
            if core.end > found[-1].end:
                found[-1] = found[-1]._replace(end=core.end)
            continue
        start, end = core.start, _grown(text, core.end, lexicon, cased=cased)
        before = _BEFORE_CORE.search(text, max(0, start - 40), start)
        if before:
            start = before.start()
        if found and re.fullmatch(r"[\s,]*(?:and|&)?[\s,]*", text[found[-1].end : start]):
            found[-1] = Person(
                found[-1].start, max(end, found[-1].end), max(core.confidence, found[-1].confidence)
            )
        elif end - start >= 4 and "xxxx" not in text[start:end].lower():
            found.append(Person(start, end, core.confidence))
    return found


def _cores(text: str, kinds: int, lexicon: Lexicon, *, cased: bool) -> Iterator[Person]:
    if kinds & NUMBERED_BIT:
        for pattern, confidence in ((NUMBERED, 0.85), (WEAKLY_NUMBERED, 0.65)):
            for match in pattern.finditer(text):
                if _is_street(match, lexicon, cased=cased, weak=pattern is WEAKLY_NUMBERED):
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
    if kinds & TOWN_BIT:
        for match in TOWN_ZIP.finditer(text):
            yield Person(match.start(), match.end(), 0.8)
    for bit, pattern, confidence in (
        (PREFIX_BIT, PREFIXED, 0.75),
        (SUFFIX_BIT, SUFFIXED, 0.75),
        (BETWEEN_BIT, BETWEEN_NUMBERS, 0.65),
    ):
        for match in pattern.finditer(text) if kinds & bit else ():
            if len(match[0]) > 6 and any(c.isdigit() for c in match[0]) and _is_foreign(match[0], lexicon):
                yield Person(match.start(), match.end(), confidence)
    if kinds & NAMED_BIT:
        for match in UNNUMBERED.finditer(text):
            first = fold(match[0].split()[0])
            if first not in lexicon.frequent or first in lexicon.names:
                yield Person(match.start(), match.end(), 0.6)


def _unit_start(text: str, line: int, start: int) -> int:
    """Where the ship or unit begins that stands before a military post office, after the last colon or verb."""
    unit = _SHIP.search(text, max(line, start - LONGEST_TURN), start)
    return unit.start() if unit else start


_SHIP = re.compile(
    rf"(?:\b(?:USS|USNS|USCGC|USNV|PSC|CMR|Unit)\b[ ][\w .'-]{{1,40}}|(?<=\n){_CAPITAL}[ ]{_CAPITAL})[\s,]+$"
)


def _whole_turn(text: str, kinds: int, lexicon: Lexicon) -> Iterator[Person]:
    if len(text) > LONGEST_TURN:
        return
    for bit, pattern in ((NAMED_BIT, CASELESS_STREET), (TOWN_BIT, CASELESS_TOWN)):
        match = pattern.match(text) if kinds & bit else None
        if match and not any(
            fold(word) in _NOT_IN_STREETS or fold(word) in ENDS_ADDRESS - {"no"} for word in match[0].split()
        ):
            yield Person(0, match.end(), 0.6)


def _is_foreign(core: str, lexicon: Lexicon) -> bool:
    """True where a core names a street: a word in title case that is no English word and no section of a law."""
    words = re.findall(r"[^\W\d_]{2,}", core)
    if any(fold(word) in _NUMBERED_THINGS for word in words):
        return False
    return any(
        not word.isupper() and word[0].isupper() and len(word) > 2 and not lexicon.is_word(word)
        for word in words
    )


_NUMBERED_THINGS = words("numbered_things")


def _is_street(match: re.Match[str], lexicon: Lexicon, *, cased: bool, weak: bool) -> bool:
    words = re.findall(_W, match[0])[1:]
    inner = [fold(word) for word in words[:-1]]
    if not any(len(word) > 1 for word in inner) or any(word in _NOT_IN_STREETS for word in inner):
        return False
    if weak and cased:
        return all(word[0].isupper() or word[0].isdigit() for word in words)
    return not weak or not all(word in lexicon.words for word in inner)


_NOT_IN_STREETS = frozenset(
    [
        "and",
        "or",
        "is",
        "are",
        "was",
        "were",
        "my",
        "your",
        "the",
        "a",
        "an",
        "to",
        "of",
        "for",
        "in",
        "at",
        "i",
        "you",
        "it",
        "that",
        "this",
        "please",
        "days",
        "day",
        "hours",
        "hour",
        "minutes",
        "minute",
        "weeks",
        "week",
        "months",
        "month",
        "years",
        "year",
        "times",
        "time",
        "people",
        "person",
        "items",
        "item",
        "dollars",
        "dollar",
        "usd",
        "percent",
        "am",
        "pm",
        "pieces",
        "copies",
        "orders",
        "order",
        "with",
        "have",
        "has",
        "had",
        "not",
        "from",
        "by",
        "since",
        "until",
        "on",
        "if",
        "can",
        "could",
        "would",
        "will",
        "do",
        "did",
        "get",
        "got",
        "go",
        "going",
    ]
) - {"the", "of", "main"}


def _after_cue(text: str, cue: re.Match[str], lexicon: Lexicon, *, cased: bool) -> Iterator[Person]:
    """What stands after ``my address is``, if it begins like an address."""
    rest = text[cue.end() : cue.end() + LONGEST]
    if re.match(rf"(?:{_NUMBER}[ ,]+{_W}|{UNIT}|{BOX})", rest, re.I):
        number = re.match(rf"(?:{UNIT}|{BOX}|{_NUMBER})(?:[ ,]+\d{{1,5}}\b)*", rest, re.I)
        if number is None:
            return
        following = re.match(r"[ ,]+([^\W\d_]+)", rest[number.end() :])
        if not following or fold(following[1]) in ENDS_ADDRESS or (fold(following[1]) in _NOT_IN_STREETS):
            return
        if cased and not following[1][0].isupper() and "ress" not in cue[0].lower():
            return
        yield Person(cue.start() + len(cue[0]), cue.end() + number.end() + following.end(), 0.75)
    elif "res" in cue[0].lower() and not cased:
        first = re.match(r"[^\W\d_]+", rest)
        if (
            first
            and fold(first[0]) not in ENDS_ADDRESS
            and (fold(first[0]) in lexicon.places or not lexicon.is_word(first[0]))
        ):
            yield Person(cue.end(), cue.end() + first.end(), 0.6)


def _grown(text: str, end: int, lexicon: Lexicon, *, cased: bool) -> int:
    limit = end + LONGEST
    for _ in range(14):
        grow = (_GROW if cased else _GROW_CASELESS).match(text, end, min(limit, len(text)))
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
    words = [fold(w) for w in re.findall(r"[^\W\d_]+", grow["words"])]
    place = " ".join(words)
    separated = "," in grow[0] or "\n" in grow[0]
    if place in lexicon.places or grow["words"].lower() in STATES or grow["words"] == "NaN":
        return True
    if any(word in ENDS_ADDRESS for word in words):
        return False
    return (
        separated
        and not all(word in lexicon.frequent for word in words)
        and not re.match(r"\s*[:,]?\s*(?:\w+@|:)", text[grow.end() :])
    )
