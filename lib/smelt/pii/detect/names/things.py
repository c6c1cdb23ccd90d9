"""Things that are named like people: firms, places to eat and sleep, street corners, storms, identifiers of code."""

from __future__ import annotations

import re
from collections.abc import Sequence

from smelt.pii.detect.names.evidence import Around
from smelt.pii.detect.names.lexicon import FAMILY, GIVEN, WORD, Lexicon, fold
from smelt.pii.detect.names.runs import Token
from smelt.pii.detect.names.words import words

ESTABLISHMENTS = words("establishments")
_BEFORE_ESTABLISHMENT = words("before_an_establishment")
_BEFORE_THING = words("before_a_thing")
_DEGREES = words("titles_and_degrees")
_LIKE_PEOPLE = words("named_like_people")
_CALLED = frozenset(
    f"{what} {called}" for what in words("called_by_a_name") for called in ("called", "named")
)
_OF = frozenset(f"{what} of" for what in words("of_a_place_or_subject"))
_LAW = words("after_a_state")
_MAIL = frozenset(["e-mail", "mail", "webmail"])
_CODES = frozenset(["code", "stat", "stats"])
_ROADS = frozenset(["on", "onto", "towards", "toward", "along", "down"])
_FIRM = re.compile(
    r"[ ]?,[ ](?:LLC|L\.L\.C|LLP|PLLC|Inc|Ltd|Corp|L\.?P|N\.?A|P\.?C|A\.P\.C|GmbH|PLC|S\.?A|Co)\b(?![\w'])"
)
_PARTNERS = re.compile(r"(?:,[ ][A-Z][\w'-]+){1,4},?[ ]&[ ]")
_BESIDE_AFTER = re.compile(r"[ ](?P<by>and|&)[ ](?P<other>\d{1,3}(?:st|nd|rd|th)\b|[A-Z][a-z]+)")
_BESIDE_BEFORE = re.compile(r"(?P<other>\b\d{1,3}(?:st|nd|rd|th)|\b[A-Z][a-z]+)[ ](?P<by>and|&)[ ]\Z")
_AT_CORNER = re.compile(
    r"\b(?:at|on|near|by|from|to|towards?|(?:corner|intersection)[ ]of)[ ]['\"‘“]?[ ]?\Z", re.I
)
_DIRECTED = re.compile(
    r"\b(?:turn|go|walk|drive|head|continue|proceed|left|right|east|west|north|south|blocks?)\b[^.!?\n]{0,40}\Z",
    re.I,
)
_OWNED = re.compile(r"['’]s((?:[ ](?:[A-Z][\w'-]*|and|&)){1,4})")
_PREFIXED = re.compile(
    r"(?:Ma?c|De[ln]?|D[aiou]|L[aeio]|Van|Von|Vander|Fitz|St|San|Ste|Al|El|Ah|Bin|Ben|O|D|Ó|Ni|Ter|Ten)"
    r"[A-Z][^\W\d_A-Z]+"
)
_CAMEL = re.compile(r"([A-Z][^\W\d_A-Z]+)([A-Z][^\W\d_A-Z]*)")


def is_coded(word: str, lexicon: Lexicon) -> bool:
    """Whether capitals inside a word make it an identifier or a brand (``DisablePST``, ``LexisNexis``), and no
    ``McCain``, ``JoAnn`` or ``TimH``."""
    if word[1:].islower() or word.isupper() or len(word) < 3 or word.lower() in _DEGREES:
        return False
    parts = re.split(r"['’-]", word)
    if len(parts) > 1:
        return any(is_coded(part, lexicon) for part in parts)
    if _PREFIXED.fullmatch(word):
        return False
    camel = _CAMEL.fullmatch(word)
    if camel is None:
        return True
    first, second = (lexicon.names.get(fold(part), 0) for part in camel.groups())
    return not (first & GIVEN and (second or len(camel[2]) == 1))


def is_firm(text: str, end: int) -> bool:
    """Whether a legal form follows behind a comma: ``Westlake Portfolio Management, LLC``."""
    return "," in text[end : end + 2] and _FIRM.match(text, end) is not None


def is_thing(
    text: str,
    start: int,
    end: int,
    names: Sequence[Token],
    flags: Sequence[int],
    around: Around,
    lexicon: Lexicon,
) -> bool:
    """Whether what stands beside a run of capitalised words without a title makes it a thing."""
    if around.last in _BEFORE_THING and text[max(0, start - 2) : start - 1].isalpha():
        return True
    if around.pair in _CALLED or around.pair in _OF or (around.last in _CODES and names[0].text == "Ann"):
        return True
    if len(names) > 1 and names[-1].text == "Ann" and fold(names[-2].text) in _CODES:
        return True  # N.J. Code Ann.
    if (
        len(names) == 1
        and around.first in _LAW
        and around.touch[:1] == " "
        and fold(names[0].text) in lexicon.places
    ):
        return True
    if lexicon.languages and len(names) == 1 and around.first in _MAIL and around.touch[:1] == " ":
        return True  # Italian "Alice mail"
    if (
        fold(names[-1].text) in lexicon.not_names
        and not flags[0] & GIVEN
        and min(len(t.text) for t in names) > 1
    ):
        return True
    if len(names) > 1 and "-".join(fold(token.text) for token in names) in _LIKE_PEOPLE:
        return True
    if around.last in _BEFORE_ESTABLISHMENT and text[start - 1 - len(around.last) : start][:1].isupper():
        return True
    if around.first in ESTABLISHMENTS and text[end : end + 1] == " " and text[end + 1 : end + 2].isupper():
        return True
    if any(fold(token.text) in ESTABLISHMENTS for token in names[1:]):
        return True
    if around.touch[:2] in ("'s", "’s") and (owned := _OWNED.match(text, end)) is not None:
        return not ESTABLISHMENTS.isdisjoint(owned[1].lower().split())
    if around.last in _ROADS and _DIRECTED.search(text, max(0, start - 60), start - 1) is not None:
        return True
    return len(names) == 1 and _is_one_of_two(text, start, end, flags[0], around, lexicon)


def _is_one_of_two(text: str, start: int, end: int, flags: int, around: Around, lexicon: Lexicon) -> bool:
    """Whether it is a half of a firm (``Nelson & Kennard``) or of a street corner (``at Forbes and Murray``)."""
    if around.touch[:1] == "," and not flags & GIVEN and _PARTNERS.match(text, end) is not None:
        return True
    is_joined = text.endswith((" and ", " & "), max(0, start - 24), start)
    for beside, begin in (
        (_BESIDE_AFTER.match(text, end), start),
        (_BESIDE_BEFORE.search(text, max(0, start - 24), start) if is_joined else None, None),
    ):
        if beside is None:
            continue
        other = lexicon.names.get(fold(beside["other"]), 0)
        are_given = bool(flags & GIVEN and other & GIVEN)
        if beside["other"] == text[start:end]:
            return True  # Stenger and Stenger
        if beside["by"] == "&" and not are_given:
            return fold(beside["other"]) not in lexicon.titles
        is_street = not are_given and (other & (GIVEN | FAMILY | WORD) or lexicon.is_word(beside["other"]))
        is_street = is_street or beside["other"][0].isdigit()
        at = beside.start() if begin is None else begin
        if is_street and _AT_CORNER.search(text, max(0, at - 20), at) is not None:
            return True
    return False
