"""Names announced by cues: introductions, greetings, signatures, forms.

The cue (:mod:`smelt.pii.detect.names.cues`) determines how much evidence the following word needs:
none after ``my name is``; a capital after ``call me``; after ``i am`` or ``hello`` the word must be in the lexicon, or
unknown and capitalised.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from smelt.pii.detect.names.caseless import nearly_a_word
from smelt.pii.detect.names.cue_context import STOP, is_auxiliary, is_said, is_title, signed
from smelt.pii.detect.names.cues import CALLED, CUES, FORM, NAMED, SIGNED, TITLED, WEAK, automaton_of
from smelt.pii.detect.names.evidence import ORGANISATION
from smelt.pii.detect.names.lexicon import FAMILY, GIVEN, WORD, Lexicon, fold
from smelt.pii.detect.names.people import Person
from smelt.pii.detect.names.readings import is_mask
from smelt.pii.detect.names.runs import PARTICLES, Token, tokens
from smelt.pii.detect.names.things import ESTABLISHMENTS
from smelt.pii.detect.names.words import words

CERTAINTY = {NAMED: 0.9, CALLED: 0.85, WEAK: 0.65, SIGNED: 0.8, FORM: 0.75, TITLED: 0.9}
_AFTER_NAMED = re.compile(
    r"(?:['’]?s)?[ \t]*(?:(?P<is>is|was|as|goes by|would be|are)[ \t]+|(?P<form>[:=-]{1,2})[ \t]{0,12}|[ \t])"
)
_POSSESSIVE = re.compile(r"['’]s?$")
_AFTER = re.compile(r"[ \t]*,?[ \t]+|[ \t]*:[ \t]*")
_AFTER_TITLE = re.compile(
    r"\.?[ ]{1,2}(?=(?:(?:van|von|der|den|de|del|della|di|da|dos|zu|ter|ten|la|le)[ ]){0,3}[^\W\d_])"
)
_AFTER_SIGNED = re.compile(r"[,.!]*[ \t]*\n+[ \t>*_-]*(?=\S)")
_ENDS_LINE = re.compile(r"[,.!]*[ \t]*")
_BEFORE = 16
"""Characters before a cue in which the word before it is looked for."""
NOT_A_PERSONS = words("owners_of_other_names")
_CALLED_SO = words("called_by_a_name")
_PERSONAL = words("whose_names")
_OWN = frozenset(["my", "last", "first", "full"])
AFTER_NAME = re.compile(
    r"\s*(?:$|[,.;:!?\n)(\"/]|\d|(?:and|my|or|but|from|with|here|phone|email|mail|ssn|the|is|i|number|no"
    r"|calling|address|account|ac|acc|card|contact|ph|last|booking|confirmation|code|password|sir|mam"
    r"|speaking)\b)",
    re.I,
)
_GREETED = re.compile(r"[ ]?[,!](?!\w)|[ ]*(?:\n|\Z)")
"""What follows a greeted name: a comma, an exclamation mark or the line's end."""
LONGEST_NAME = 4


class Cue(NamedTuple):
    """A cue by its offsets, and the kinds of cues that it may be."""

    start: int
    end: int
    kinds: tuple[str, ...]


Cues = tuple[Person | Cue, ...]
"""What the cues of a line introduce: a name, or the cue where lines beside it decide."""


def read_lines(
    lines: Iterable[str], lowered: Iterable[str], lexicon: Lexicon, *, caseless: bool
) -> list[Cues]:
    """What the cues of each line introduce (:func:`introduced`).

    ``lowered`` are their lower cases, of the same length. ``caseless``: their text has no capitals at all, and is
    English. Overlaps are possible.
    """
    iterate = automaton_of(lexicon.languages).iter
    return [
        _introduced(line, low, lexicon, caseless, hits) if (hits := list(iterate("\n" + low))) else ()
        for line, low in zip(lines, lowered, strict=True)
    ]


def _introduced(
    line: str,
    lowered: str,
    lexicon: Lexicon,
    caseless: bool,
    hits: list[tuple[int, tuple[int, tuple[str, ...]]]],
) -> Cues:
    found: list[Person | Cue] = []
    length = len(lowered)
    for last, (size, kinds) in hits:
        start, end = last - size, last
        if end < length and lowered[end].isalnum():
            continue
        if start >= _PREFIX and lowered[start - 1].isalnum() and not _is_prefixed(lowered, start):
            continue
        cue = Cue(start, end, kinds)
        if _looks_beyond(lowered, cue):
            found.append(cue)
        elif (person := _person(line, lowered, cue, lexicon, caseless)) is not None:
            found.append(person if person.end < length else cue)
    return tuple(found)


def introduced(
    text: str, lowered: str, at: int, found: Person | Cue, lexicon: Lexicon, caseless: bool
) -> Person | None:
    """The name in ``text`` by what :func:`read_lines` found in its line from ``at`` on; ``lowered`` is the text's lower
    case, of the same length."""
    if isinstance(found, Person):
        return Person(found.start + at, found.end + at, found.confidence)
    start, end = found.start + at, found.end + at
    if (start and lowered[start - 1].isalnum() and not _is_prefixed(lowered, start)) or end >= len(text):
        return None
    return _person(text, lowered, Cue(start, end, found.kinds), lexicon, caseless)


_PREFIX = 5
"""Characters before ``name`` that may belong to it: ``surname``."""


def _is_prefixed(lowered: str, start: int) -> bool:
    return lowered.startswith(("sur", "first", "last", "full"), max(0, start - _PREFIX))


def _looks_beyond(lowered: str, cue: Cue) -> bool:
    """Whether the lines beside a cue's line decide: it begins the line and asks for the word before it, or ends it."""
    start, end, kinds = cue
    if start < _BEFORE and (NAMED in kinds or CALLED in kinds) and not lowered[:start].strip():
        return True
    if 0 < start < _PREFIX and lowered[start - 1].isalnum():
        return True
    return SIGNED in kinds and _ENDS_LINE.fullmatch(lowered, end) is not None


def _person(text: str, lowered: str, cue: Cue, lexicon: Lexicon, caseless: bool) -> Person | None:
    """The name that a cue introduces."""
    start, end, kinds = cue
    for kind in kinds:
        begin, sure = _begin(lowered, start, end, kind)
        if begin < 0:
            continue
        if kind == SIGNED and (found := signed(text, begin, lexicon)) is not None:
            return Person(*found, CERTAINTY[SIGNED])
        if caseless or sure or not text[begin : begin + 1].islower():
            if kind == TITLED and not is_title(text, start, end, begin):
                continue
            if (
                kind == CALLED
                and lexicon.languages
                and is_auxiliary(text, lowered, start, end, begin, lexicon)
            ):
                continue
            if sure and kind == NAMED and not caseless and not is_said(text, lowered, begin, lexicon):
                continue
            name = _name_at(
                text, begin, lexicon, strong=kind in (NAMED, CALLED), sure=sure, caseless=caseless
            )
            if name is not None:
                return Person(name[0], name[1], round(CERTAINTY[kind] * name[2], 2))
    return None


def _begin(lowered: str, start: int, end: int, kind: str) -> tuple[int, bool]:
    """The index where the name would begin after a cue (-1: nowhere), and whether the cue is a sentence, not a form."""
    if kind == NAMED:
        before = lowered[max(0, start - _BEFORE) : start].split()
        previous = before[-1].strip(".,:;\"'(") if before else ""
        if previous in NOT_A_PERSONS or lowered[start - 1 : start] in ("_", ".", "-", "/", "\\"):
            return -1, False
        match = _AFTER_NAMED.match(lowered, end)
        sure = (
            match is not None
            and match["form"] is None
            and (
                not previous
                or _POSSESSIVE.sub("", previous) in (_PERSONAL if match["is"] is not None else _OWN)
            )
        )
        return (match.end(), sure) if match else (-1, False)
    if kind == CALLED and lowered.startswith("named", start):
        before = lowered[max(0, start - _BEFORE) : start].split()
        if before and before[-1] in _CALLED_SO:
            return -1, False
    if kind == TITLED:
        match = _AFTER_TITLE.match(lowered, end)
        return (match.end(), True) if match else (-1, False)
    match = (_AFTER_SIGNED if kind == SIGNED else _AFTER).match(lowered, end)
    if match is None or (
        kind == FORM and start and lowered[start - 1] != "\n" and lowered[max(0, start - 2) : start].strip()
    ):
        return -1, False
    return match.end(), False


def _name_at(
    text: str, start: int, lexicon: Lexicon, *, strong: bool, sure: bool, caseless: bool
) -> tuple[int, int, float] | None:
    kept: list[Token] = []
    proof = 0.0
    for token in tokens(text, start, start + 80):
        gap = text[kept[-1].end if kept else start : token.start]
        if (
            (kept and gap not in (" ", "  ", ". ", "."))
            or (not kept and gap.strip(" \"'“‘*_("))
            or len(kept) == LONGEST_NAME
        ):
            break
        if gap.startswith(".") and len(kept[-1].text) > 2:
            break
        worth = _worth(text, token, lexicon, first=not kept, strong=strong, sure=sure, caseless=caseless)
        if worth is None:
            break
        kept.append(token)
        proof = max(proof, worth)
    while kept and (kept[-1].text in PARTICLES or (len(kept) > 1 and fold(kept[-1].text) in ORGANISATION)):
        kept.pop()
    if not kept or proof <= 0 or (len(kept) == 1 and len(kept[0].text) < 2):
        return None
    if not caseless and any(fold(token.text) in ESTABLISHMENTS for token in kept[1:]):
        return None
    following = next(tokens(text, kept[-1].end, kept[-1].end + 24), None)
    if (
        following is not None
        and following.start - kept[-1].end == 1
        and (fold(following.text) in ORGANISATION or fold(following.text) in ESTABLISHMENTS)
        and not caseless
    ):
        return None
    return kept[0].start, kept[-1].end, proof


_TITLE_BEFORE = re.compile(
    rf"(?<![^\W\d_])(?:{'|'.join(CUES[TITLED].split('; '))})\.?[ ]{{1,2}}(?:[a-z]{{2,5}}[ ]){{0,3}}\Z",
    re.I,
)


def _is_after_title(text: str, start: int) -> bool:
    return _TITLE_BEFORE.search(text, max(0, start - 28), start) is not None


def _worth(
    text: str, token: Token, lexicon: Lexicon, *, first: bool, strong: bool, sure: bool, caseless: bool
) -> float | None:
    """How likely ``token`` is part of a name, in [0, 1]; None if the name ends before it."""
    folded = fold(token.text)
    capital = token.text[0].isupper()
    if folded in PARTICLES and (not first or (sure and not capital and _is_after_title(text, token.start))):
        return 0.0
    if (
        folded in STOP
        or folded in lexicon.titles
        or (is_mask(folded) and len(folded) > 1)
        or (folded in lexicon.not_names and not (sure and folded in lexicon.names) and (first or not capital))
    ):
        return None
    if not (capital or caseless) and not (sure and first):
        return None
    flags = lexicon.names.get(folded, 0) or lexicon.flags(token.text)
    ends = AFTER_NAME.match(text, token.end) is not None
    if flags and not flags & WORD:
        return 1.0 if flags & GIVEN or strong else 0.9
    if len(folded) == 1:
        return 0.0 if capital or (ends and not first) or strong else None
    if flags and (sure or not first):
        return 0.9 if capital or (first and flags & (GIVEN | FAMILY)) or ends else None
    if flags and lexicon.languages and folded in lexicon.words and not (ends and capital and flags & GIVEN):
        return None if first else 0.0
    if flags:
        is_usual = len(folded) < 3 or (bool(lexicon.languages) and folded in lexicon.frequent)
        if first and capital and flags & GIVEN and not is_usual and _GREETED.match(text, token.end):
            return 0.8
        return (
            0.7
            if (capital or folded not in lexicon.common) and flags & GIVEN
            else 0.0
            if flags & GIVEN and not ends
            else None
        )
    if first and sure and capital and _is_after_title(text, token.start):
        return 0.95
    if lexicon.is_word(token.text):
        if first:
            return 0.75 if sure and capital and ends else None
        return 0.0 if ends and (capital or sure) else None
    if sure:
        return 0.95 if capital else 0.85
    if capital and token.text[1:].islower():
        return 0.8
    if not first:
        return 0.0
    return 0.8 if ends and caseless and len(folded) > 3 and not nearly_a_word(folded, lexicon) else None
