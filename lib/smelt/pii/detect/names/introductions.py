"""Names announced by cues: introductions, greetings, signatures, forms.

An Aho-Corasick automaton finds the cues in one pass. The cue determines how much evidence the following word needs:
none after ``my name is``; a capital after ``call me``; after ``i am`` or ``hello`` the word must be in the lexicon, or
unknown and capitalised.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import ahocorasick

from smelt.pii.detect.names.caseless import nearly_a_word
from smelt.pii.detect.names.cue_context import STOP, is_auxiliary, is_said, is_title, signed
from smelt.pii.detect.names.evidence import ORGANISATION
from smelt.pii.detect.names.languages import languages
from smelt.pii.detect.names.lexicon import FAMILY, GIVEN, WORD, Lexicon, fold
from smelt.pii.detect.names.people import Person
from smelt.pii.detect.names.readings import is_mask
from smelt.pii.detect.names.runs import PARTICLES, Token, tokens
from smelt.pii.detect.names.things import ESTABLISHMENTS
from smelt.pii.detect.names.words import words

NAMED, CALLED, WEAK, SIGNED, FORM, TITLED = "named", "called", "weak", "signed", "form", "titled"
_CUES = {
    NAMED: ("name; names; myself"),
    CALLED: ("call me; calls me; calling me; named; speaking is; speaking with; signed by; signed"),
    WEAK: (
        "i am; i'm; i’m; im; this is; that's; that’s; that is; its; it's; it’s; it is; here is; hi; hi "
        "there; hello; hallo; hola; hey; dear; good morning; good afternoon; good evening; good day; "
        "morning; afternoon; evening; sorry; welcome; welcome back; welcome aboard; well done; kudos to; "
        "great work; good work; nice work; great job; good job; congrats; congratulations; happy birthday; good luck; "
        "thanks; thank you; thx; many thanks; speak to; speak with; spoke to; spoke with; talk to; talk "
        "with; talked to; talked with; talking to; talking with; chatted with; chatting with; on behalf "
        "of; it's under; it’s under; is under; registered under; booked under; account under; yes; sure; "
        "okay; ok"
    ),
    SIGNED: (
        "regards; wishes; sincerely; yours truly; yours faithfully; cheers; respectfully; cordially; "
        "best; love; grüßen; cordialement; saludos; thanks; thank you; thx"
    ),
    FORM: (
        "customer:; user:; caller:; agent:; from:; to:; client:; cc:; contact:; patient:; passenger:; "
        "attn:; attention:; attn; cardholder:; account holder:; employee:; requester:"
    ),
    TITLED: (
        "mr; mrs; ms; miss; mx; dr; prof; mister; herr; herrn; frau; sr; sra; srta; señor; señora; sig; signor; "
        "signora; monsieur; madame; mme; mlle; dhr; mevr; mw; meneer; mevrouw; pan; pani; panu; pana; paní; pán"
    ),
}
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


_BEFORE_CUE = (" ", "\n", "\t", ".", ",", "!", "?", "(", '"', ">", "*", ":", "-", ";")
"""Characters before a cue; they are part of the automaton's words, so that the ``hi`` of ``this`` does not match."""


_LISTS = ((CALLED, "introductions"), (WEAK, "greetings"), (WEAK, "apologies"), (SIGNED, "closings"))
"""Kind of cue -> list in conf/lexicons/people with each language's cues."""


@lru_cache(maxsize=256)
def _automaton(codes: tuple[str, ...] = ()) -> ahocorasick.Automaton:
    """The automaton of the cues of a text's languages; English if there are none, or among them."""
    automaton = ahocorasick.Automaton()
    kinds: dict[str, tuple[str, ...]] = {}
    for kind, cues in _CUES.items():
        for cue in cues.split("; ") if not codes or "en" in codes or kind in (FORM, TITLED) else ():
            kinds[cue] = (*kinds.get(cue, ()), kind)
    for code in codes:
        for kind, name in _LISTS:
            for cue in languages()[code].entries(name):
                kinds[cue] = tuple(dict.fromkeys((*kinds.get(cue, ()), kind)))
        for label in languages()[code].entries("header_labels"):
            kinds[f"{label}:"] = tuple(dict.fromkeys((*kinds.get(f"{label}:", ()), FORM)))
    for cue, found in kinds.items():
        bounded = (cue,) if cue.startswith("name") else tuple(before + cue for before in _BEFORE_CUE)
        for word in bounded:
            automaton.add_word(word, (len(cue), found))
    automaton.make_automaton()
    return automaton


def introduced(text: str, lowered: str, lexicon: Lexicon) -> Iterator[Person]:
    """Names that follow a cue in ``text``; ``lowered`` is its lower case, of the same length.

    Overlaps are possible.
    """
    length = len(text)
    caseless = text == lowered and not lexicon.languages
    for last, (size, kinds) in _automaton(lexicon.languages).iter("\n" + lowered):
        start, end = last - size, last
        if (
            start
            and lowered[start - 1].isalnum()
            and not lowered.startswith(("sur", "first", "last", "full"), max(0, start - 5))
        ):
            continue
        if end >= length or lowered[end].isalnum():
            continue
        for kind in kinds:
            begin, sure = _begin(lowered, start, end, kind)
            if kind == SIGNED and begin >= 0 and (found := signed(text, begin, lexicon)) is not None:
                yield Person(*found, CERTAINTY[SIGNED])
                break
            if begin >= 0 and (caseless or sure or not text[begin : begin + 1].islower()):
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
                    yield Person(name[0], name[1], round(CERTAINTY[kind] * name[2], 2))
                    break


def _begin(lowered: str, start: int, end: int, kind: str) -> tuple[int, bool]:
    """The index where the name would begin after a cue (-1: nowhere), and whether the cue is a sentence, not a form."""
    if kind == NAMED:
        before = lowered[max(0, start - 16) : start].split()
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
        before = lowered[max(0, start - 16) : start].split()
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
    rf"(?<![^\W\d_])(?:{'|'.join(_CUES[TITLED].split('; '))})\.?[ ]{{1,2}}(?:[a-z]{{2,5}}[ ]){{0,3}}\Z",
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
