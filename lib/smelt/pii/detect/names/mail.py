"""Names recognised by the layout of mail and forums: reply headers, header lines, before addresses, signatures.

The layout is sufficient evidence: the text between a date and ``wrote:``, or before ``<jane@example.org>``, is a name,
listed or not. The words of mail programs in each language are in conf/lexicons/people.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import ahocorasick
import numpy as np
import numpy.typing as npt
import polars as pl

from smelt.pii.detect.names import uncapitalised
from smelt.pii.detect.names.evidence import ORGANISATION
from smelt.pii.detect.names.languages import everywhere
from smelt.pii.detect.names.lexicon import GIVEN, WORD, Lexicon, fold
from smelt.pii.detect.names.people import Person
from smelt.pii.detect.names.readings import is_mask
from smelt.pii.detect.names.runs import UPPER, lower
from smelt.pii.detect.names.things import is_coded
from smelt.pii.detect.prefilters import matches

PROVEN, SIGNED, LIKELY = 0.93, 0.82, 0.7
ADDRESS_BIT, VERB_BIT, DATED_BIT, LABEL_BIT, SLASH_BIT, NICK_BIT, SIGNED_BIT = (1 << bit for bit in range(7))
_WORD_PREFILTER = r"[\"'(]?\p{Lu}[^ \n\x{a0},;:?!@=0-9]*"
_LINE_PREFILTER = rf"{_WORD_PREFILTER}(?:[ \x{{a0}}]{{1,2}}(?:[a-z]{{1,6}} ){{0,2}}{_WORD_PREFILTER}){{0,5}}"
SIGNED_PREFILTER = (
    rf"\n[>|*_/ \t]{{0,9}}{_LINE_PREFILTER}(?:[.,!*_]?[ \t]*(?:$|\n\s?(?:[\s>_=-]|$))| [(<])"
    rf"|(?:\n|^)[>|*_/ \t]{{0,9}}[~—–-][*_/ \t~—–-]{{0,9}}{_LINE_PREFILTER}"
    r"|(?:\n|^)[>| ]*(?:--|—|__|\*\*|==|~~~)"
    rf"|{uncapitalised.SIGNED_PREFILTER}"
)
"""A prefilter (Rust regex): a line of about a name's length at a paragraph's end, or a signature mark."""
WRAPPED = 160
"""Characters that a reply header may span before its verb, over at most two lines."""

_LETTER = r"[^\W\d_]"
_PARTICLE = (
    r"(?:van|von|vander|der|den|de|del|della|di|da|dos|du|la|le|el|al|bin|ibn|ben|abu|af|zu|ter|ten|y|e|of)"
)
_CAPITALISED = rf"[{UPPER}](?:{_LETTER}|['’.\-](?={_LETTER})|['’] ?(?=[{UPPER}]))*\.?"
_NICK = r"(?:\"[^\"\n]{1,20}\"|'[^'\n]{1,20}'|\([^()\n@\d]{1,20}\))"
_NEXT = rf"(?:{_CAPITALISED}|{_NICK}(?=[ ]{_CAPITALISED}))"
NAME = rf"{_CAPITALISED}(?:(?:[ \u00a0]{{1,2}}(?:{_PARTICLE}[ ]){{0,2}}{_NEXT}){{0,5}})"
_LAST_FIRST = rf"{_CAPITALISED}(?:[ ]{_CAPITALISED})?,[ ]{NAME}"
_AT_END = re.compile(rf"(?<![\w@.])(?P<name>{_LAST_FIRST}|{NAME})[\"'”*_]{{0,2}}[ \t,]*(?:\n[>|\s]*)?\Z")
_LINE_BEFORE = re.compile(rf"(?<![\w@.])(?P<name>{NAME})[ ]?\n[>|\s]*\Z")
"""A name that is broken over two lines: ``Geege`` of ``Geege\\n> Schuman wrote:``."""
_WHOLE = re.compile(rf"[\"'“*_]{{0,2}}(?P<name>{_LAST_FIRST}|{NAME})[\"'”*_]{{0,2}}")
_FROM_START = re.compile(rf"[\s>|\"'“*_]*(?P<name>{NAME})")
_ADDRESS = re.compile(
    r"[<(\[][ ]?(?:mailto:|SMTP:)?[^\s<>()\[\]@]{1,64}@[^\s<>()\[\]]{1,120}[ ]?[>)\]]{1,2}", re.IGNORECASE
)
_TRAILING = re.compile(
    r"(?:[<(\[][^<>()\[\]\n]{0,120}[>)\]]{1,2}|\S+@\S+|[\s,\"'*_]|\b(?:hat|ha|a|ezt|a következőt)\b)+\Z",
    re.IGNORECASE,
)
_QUOTE = re.compile(r"[>|: \t]*")
_LOTUS = re.compile(rf"(?<![\w/@.\\])(?P<name>{NAME})(?:/[A-Za-z_ -]{{2,20}}){{2,4}}(?:@\w+)?")
_MASKED = re.compile(r"X{2}(?![a-z])")
SUFFIXED = re.compile(r"\w\.[a-z]")
_SUPERCITE = re.compile(r"^>{2,}\s*\"(?P<nick>[^\"\n]{1,40})\" == ", re.MULTILINE)
_NICK_QUOTE = re.compile(r"^[> ]*(?P<nick>[A-Z][a-z]{2,14})> ", re.MULTILINE)
"""``Skip> I tried that``: a quoted line with its writer's name."""
_PIECE = re.compile(r"[^\s,\"()]+")
_HOST = re.compile(r"[^\W\d_]\.(?:com|net|org|[a-z]{2})\b")
_DATED = re.compile(r"\d{1,2}:\d{2}|\b(?:19|20)\d{2}\b|\d[./-]\d{1,2}[./-]\d")
_DAY = re.compile(
    r"\d{1,2}[:.h]\d{2}|\d[./-]\d{1,2}[./-]\d|\b\d{1,2}\S{0,2} (?:de )?[^\W\d_]{3,}\.? (?:de )?(?:19|20)\d\d"
    r"|[^\W\d_]{3,}\.? \d{1,2}, (?:19|20)\d\d"
)
"""A time, or a day of a year; a year alone may be a version: ``SharePoint 2010``."""
_HANDLE = re.compile(rf"(?:\A|\n)[>|\s]*(?P<name>{_LETTER}[\w.-]{{2,30}})\s*\Z")
_DATED_HEADER = re.compile(
    rf"^[>| ]*{_LETTER}{{1,4}} [^\n]{{0,60}}\d[^\n]{{0,40}}?[ ,](?P<name>{NAME}) {_LETTER}{{3,14}} ?:[ \t]*$",
    re.MULTILINE,
)
"""``On Tue, Aug 13, 2002 at 04:10:57PM +0100, N N mentioned:``, whatever the verb."""


def _alternatives(entries: frozenset[str]) -> str:
    return "|".join(re.escape(entry) for entry in sorted(entries, key=lambda entry: (-len(entry), entry)))


@cache
def _verbs() -> tuple[ahocorasick.Automaton, re.Pattern[str]]:
    """The verbs of reply headers, and what such a header looks like from its verb on."""
    automaton = ahocorasick.Automaton()
    for verb in everywhere("wrote"):
        automaton.add_word(verb, len(verb))
    automaton.make_automaton()
    verbs = _alternatives(everywhere("wrote"))
    return automaton, re.compile(rf"(?:{verbs})(?![\w(])(?P<rest>[^:\n]{{0,140}}?):", re.IGNORECASE)


def _said(text: str) -> Iterator[re.Match[str]]:
    """The verbs that may belong to a reply header, up to its colon."""
    automaton, pattern = _verbs()
    starts = {last + 1 - size for last, size in automaton.iter(lower(text))}
    end = 0
    for start in sorted(starts):
        is_word = not (start and (text[start - 1].isalnum() or text[start - 1] == "_"))
        if start >= end and is_word and (match := pattern.match(text, start)):
            yield match
            end = match.end()


@cache
def _labels() -> re.Pattern[str]:
    labels, others = _alternatives(everywhere("header_labels")), _alternatives(everywhere("other_headers"))
    return re.compile(
        rf"(?:(?<=\n)|\A)[>|*_ \t]*(?:{labels})[*_]?[ \t]?:[*_]?[ \t]*"
        r"(?P<rest>[^\n]{1,2000}?(?:\n[ \t]+[^\n:]{1,400}){0,8})"
        rf"(?=[ \t]+(?:{labels}|{others})[ \t]?:|\n|\Z)",
        re.IGNORECASE,
    )


@cache
def prefilters() -> tuple[tuple[Any, ...], ...]:
    """Per layout: its bit, and prefilters (Rust regexes), each applied to the texts that matched the previous one."""
    verbs = _alternatives(everywhere("wrote"))
    labels = _alternatives(everywhere("header_labels"))
    return (
        (ADDRESS_BIT, r"[<(\[] ?\S{1,80}@"),
        (VERB_BIT, rf"(?i:{verbs})", rf"(?i:{verbs})[^:\n]{{0,140}}:"),
        (DATED_BIT, r"(?m)^[>| ]*\p{L}{1,4} [^\n]*[0-9][^\n]*:[ \t]*$"),
        (LABEL_BIT, rf"(?m)^[>|*_ \t]*(?i:{labels})[*_]?[ \t]?:"),
        (NICK_BIT, r"(?m)^[> ]*[A-Z][a-z]{2,14}> "),
        (SLASH_BIT, r"\w/[A-Za-z_ -]{2,20}/[A-Za-z_ -]|\" == "),
    )


@cache
def _skipped() -> frozenset[str]:
    """Words at the beginning of a header that are not part of the name: weekdays, labels, time zones."""
    words = {
        entry
        for name in ("weekdays", "reply_starts", "header_labels", "other_headers")
        for entry in everywhere(name)
        if len(entry) > 3 or name != "weekdays"
    }
    return frozenset(fold(word) for word in words if len(word) > 1).union(["quoting"], uncapitalised.CLOCK)


_PRONOUNS = frozenset(["i", "you", "he", "she", "they", "we", "it", "one", "somebody", "someone", "who"])


def candidates(column: pl.Series) -> list[int]:
    """For each text, the sum of the bits of the layouts that it may contain; 0 for most texts."""
    bits = np.zeros(len(column), dtype=np.int64)
    every: npt.NDArray[np.intp] = np.arange(len(column))
    for bit, *regexes in prefilters():
        some, rows = column, every
        for regex in regexes:
            inside = np.flatnonzero(matches(some, regex))
            rows, some = rows[inside], some.gather(inside)
        bits[rows] |= bit
    bits |= matches(column, SIGNED_PREFILTER) * SIGNED_BIT
    return bits.tolist()


def people(text: str, lexicon: Lexicon, layouts: int) -> Iterator[Person]:
    """Names found by the ``layouts`` (a sum of bits), in any order, possibly overlapping."""
    for match in _ADDRESS.finditer(text) if layouts & ADDRESS_BIT else ():
        found = list(_before(text, match.start(), lexicon, PROVEN))
        yield from found
        if not found and (
            name := uncapitalised.before(text, match.start() - WRAPPED, match.start(), lexicon)
        ):
            yield Person(*name, PROVEN)
    for match in _said(text) if layouts & VERB_BIT else ():
        yield from _reply_header(text, match, lexicon)
    for match in _DATED_HEADER.finditer(text) if layouts & DATED_BIT else ():
        if _DAY.search(match[0]):
            yield from trimmed(text, match.start("name"), match.end("name"), lexicon, PROVEN, sure=True)
    for match in _labels().finditer(text) if layouts & LABEL_BIT else ():
        yield from _header_line(text, match.start("rest"), match.end("rest"), lexicon)
    for match in _LOTUS.finditer(text) if layouts & SLASH_BIT else ():
        is_named = " " in match["name"] or lexicon.flags(match["name"]) & (GIVEN | WORD) == GIVEN
        if is_named and _MASKED.search(match[0]) is None and SUFFIXED.search(match["name"]) is None:
            yield from trimmed(text, match.start("name"), match.end("name"), lexicon, PROVEN)
    for match in _SUPERCITE.finditer(text) if '" == ' in text else ():
        yield Person(match.start("nick"), match.end("nick"), PROVEN)
    for match in _NICK_QUOTE.finditer(text) if layouts & NICK_BIT else ():
        if lexicon.flags(match["nick"]) & GIVEN or text.count(f"\n{match['nick']}> ") > 1:
            yield Person(match.start("nick"), match.end("nick"), PROVEN)


def _before(
    text: str, end: int, lexicon: Lexicon, confidence: float, *, sure: bool = False
) -> Iterator[Person]:
    """The name that ends directly before ``end``."""
    start = max(0, end - WRAPPED)
    match = _AT_END.search(text, start, end)
    if match is not None:
        first = _LINE_BEFORE.search(text, start, match.start("name"))
        parts = first["name"].split() if first is not None else []
        if first is not None and len(parts) < 3 and not any(map(lexicon.is_word, parts)):
            yield from trimmed(text, first.start("name"), first.end("name"), lexicon, confidence)
        yield from trimmed(text, match.start("name"), match.end("name"), lexicon, confidence, sure=sure)


def _reply_header(text: str, verb: re.Match[str], lexicon: Lexicon) -> Iterator[Person]:
    line_end = text.find("\n", verb.end())
    follows = text[verb.end() : line_end if line_end >= 0 else len(text)].strip()
    rest = verb["rest"].strip()
    if rest and follows and not follows.startswith(">"):
        return  # not a header: the sentence goes on
    after = _FROM_START.match(text, verb.start("rest"), verb.end("rest"))
    if after is not None and rest:
        yield from trimmed(text, after.start("name"), after.end("name"), lexicon, PROVEN)
    end = verb.start()
    floor = max(0, end - WRAPPED)
    trailing = _TRAILING.search(text, floor, end)
    end = trailing.start() if trailing else end
    is_dated = _DATED.search(text, floor, end) is not None
    if is_dated and not follows:
        named = uncapitalised.name_in(uncapitalised.AFTER_DATE.search(text, floor, end), lexicon)
        said = uncapitalised.name_in(uncapitalised.WHOLE.fullmatch(rest), lexicon) if rest else None
        if said is not None:
            shift = text.index(rest, verb.start("rest"))
            yield Person(shift + said.start, shift + said.end, PROVEN)
        if named is not None:
            yield Person(*named, PROVEN)
            return
    found = list(
        _before(text, end, lexicon, PROVEN if not follows else LIKELY, sure=is_dated and not follows)
    )
    if not found and not follows and (named := uncapitalised.before(text, floor, end, lexicon)):
        found.append(Person(*named, PROVEN))
    yield from found
    handle = None if found or follows else _HANDLE.search(text, floor, end)
    if handle and not lexicon.is_word(handle["name"]) and "@" not in handle["name"]:
        yield Person(handle.start("name"), handle.end("name"), SIGNED)


def _header_line(text: str, start: int, end: int, lexicon: Lexicon) -> Iterator[Person]:
    """Names of a list of senders or recipients: ``A B <a@b>, "C, D" <..>; E F``."""
    at = start
    for part in re.split(r"(;|,(?=[^\"]*(?:\"[^\"]*\"[^\"]*)*$))", text[start:end]):
        bare = _ADDRESS.sub("", part).strip(" \t\n\"'*_>")
        if bare and len(bare) <= 60 and (match := _WHOLE.fullmatch(bare)):
            begin = text.find(bare, at, at + len(part)) + match.start("name")
            has_address = _ADDRESS.search(part) is not None
            is_header = len(bare) < len(part.strip()) or len(match["name"].split()) > 1
            is_sure = has_address and uncapitalised.ROLES.isdisjoint(fold(match["name"]).split())
            if is_header or lexicon.flags(match["name"]) & GIVEN:
                yield from trimmed(text, begin, begin + len(match["name"]), lexicon, PROVEN, sure=is_sure)
        elif bare and (
            found := uncapitalised.name_in(uncapitalised.WHOLE.fullmatch(bare), lexicon, must_be_given=True)
        ):
            begin = text.find(bare, at, at + len(part))
            yield Person(begin + found.start, begin + found.end, PROVEN)
        at += len(part)


def trimmed(
    text: str, start: int, end: int, lexicon: Lexicon, confidence: float, *, sure: bool = False
) -> Iterator[Person]:
    """The name without a header's preceding words; nothing if only ordinary words or an organisation are left."""
    pieces = [(m.group(), m.start(), m.end()) for m in _PIECE.finditer(text[start:end])]
    while pieces and (
        (first := fold(pieces[0][0].strip(".:'*_"))) in _skipped() or (is_mask(first) and len(pieces) > 1)
    ):
        pieces.pop(0)
    words = [fold(piece.strip(".'*_")) for piece, _, _ in pieces]
    full = [word for word in words if len(word) > 1]
    if (
        not full
        or full[0] in _PRONOUNS
        or all(map(is_mask, full))
        or (len(full) == 1 and not sure and is_coded(pieces[0][0], lexicon))
        or _HOST.search(text[start:end])
        or (not sure and not ORGANISATION.isdisjoint(words))
    ):
        return
    flags = [lexicon.names.get(word, 0) for word in full]
    is_plain = not sure and all(
        (word in lexicon.words or word in lexicon.not_names or bool(flag & WORD))
        and not (flag & GIVEN and word not in lexicon.common)
        for word, flag in zip(full, flags, strict=True)
    )
    if is_plain:
        if len(full) < 2 or not any(flag & GIVEN for flag in flags):
            return
        confidence = LIKELY
    yield Person(
        start + pieces[0][1],
        start + pieces[-1][2] - (text[start + pieces[-1][2] - 1] == "." and len(words[-1]) > 2),
        confidence,
    )
