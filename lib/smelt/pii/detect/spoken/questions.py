"""What an agent's turn asks for, and which part of a customer's turn is the answer."""

from __future__ import annotations

import re
from functools import cache

import ahocorasick

from smelt.pii.detect.cases import has_plain_cases
from smelt.pii.detect.names.words import words

_ASKS = re.compile(
    r"\?|\b(?:what(?:['’]s| is)?|may i|can i|could i|can you|could you|would you|please|provide|confirm"
    r"|give|tell|need|have|take|get|verify|spell|enter|repeat|say|share|let me know|who|when|which|start"
    r" with)\b",
    re.I,
)
ITEMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("EMAIL", re.compile(r"\be-?mail\b", re.I)),
    ("DATE_OF_BIRTH", re.compile(r"\bdates? of birth\b|\bbirth ?(?:date|day)\b|\bd\.?o\.?b\b|\bwhen were"
    r" you born\b|\byear of birth\b|\bwhat day were you born", re.I)),
    ("UK_POSTCODE", re.compile(r"\bpost ?-?code\b|\bpostal code\b|\bzip\b", re.I)),
    ("US_SSN", re.compile(r"\bsocial security\b|\bssn\b|\b(?:your|the) social\b", re.I)),
    ("CREDIT_CARD", re.compile(r"\b(?:card|sixteen digit|16[- ]digit|long) (?:number|no)\b|\b(?:credit"
    r"|debit) card\b(?=.{0,30}(?:number|digits))|\bnumber (?:on|of) (?:the"
    r"|your) (?:credit |debit )?card\b", re.I)),
    ("ACCOUNT_NUMBER", re.compile(r"\b(?:bank )?account (?:number|no)\b|\bsort code\b", re.I)),
    ("SECRET", re.compile(r"\bpass ?(?:word|code|phrase)\b|\bpin\b(?! code)|\bsecurity (?:code|answer"
    r"|word)\b|\bcvv\b|\bmemorable word\b", re.I)),
    ("USERNAME", re.compile(r"\b(?:user ?name|log ?in(?: name| id)?|user id)\b", re.I)),
    ("PHONE", re.compile(r"\b(?:phone|mobile|cell|contact|telephone|callback|call[- ]back|landline|best)"
    r" (?:phone )?number\b|\bnumber (?:to|can we|can i|we can|i can|should (?:we|i))"
    r" (?:\w+ )?(?:reach|call|contact|text)\b", re.I)),
    ("STREET_ADDRESS", re.compile(r"\baddress\b|\bwhere do you live\b|\bhouse number\b|\bstreet\b", re.I)),
    ("PERSON", re.compile(r"\b(?:(?:your|the|full|first|last|given|family|sur|maiden|caller['’]?s?|account"
    r" holder['’]?s?|passenger['’]?s?) ?)+names?\b|\bsurname\b|\bwho am i"
    r" (?:speaking|talking|chatting)\b|\bmay i ask who\b|\bname (?:on|for|under"
    r"|please)\b|\byour name\b|\bspell (?:it|that|your)\b", re.I)),
)  # fmt: skip
_WORDS_OF = {
    "EMAIL": ("mail",),
    "DATE_OF_BIRTH": ("birth", "born", "dob", "d.o"),
    "UK_POSTCODE": ("post", "zip"),
    "US_SSN": ("social", "ssn"),
    "CREDIT_CARD": ("card", "digit", "long"),
    "ACCOUNT_NUMBER": ("account", "sort"),
    "SECRET": ("pass", "pin", "security", "cvv", "memorable"),
    "USERNAME": ("user", "log"),
    "PHONE": ("number",),
    "STREET_ADDRESS": ("address", "live", "house", "street"),
    "PERSON": ("name", "who", "spell"),
}
"""Entity -> words of which every match of its pattern contains one; checked first, as lookups are cheap."""


@cache
def _item_words() -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton()
    for number, (entity, _) in enumerate(ITEMS):
        for word in _WORDS_OF[entity]:
            automaton.add_word(word, number)
    automaton.make_automaton()
    return automaton


_NOT_PERSONAL = re.compile(
    r"\b(?:order|case|ticket|tracking|reference|booking|confirmation|serial|model|invoice|product|item"
    r"|company|business|file|domain|host|device|street|user) (?:number|name|no|id|code)\b",
    re.I,
)
_LOWER_ASKS, _LOWER_NOT_PERSONAL = re.compile(_ASKS.pattern), re.compile(_NOT_PERSONAL.pattern)
_LOWER_ITEMS = tuple((entity, re.compile(pattern.pattern)) for entity, pattern in ITEMS)
"""The same patterns for lower case, in which a search takes half the time."""
GOING_ON = re.compile(
    r"^[\W_]*(?:(?:yes|yeah|yep|ok|okay|right|sure|great|perfect|thanks|thank you|got it|uh|huh|mhm|mm|hmm"
    r"|go on|go ahead|and|carry on|continue|next|i see|alright"
    r"|sorry|pardon|excuse me|one more time|again|repeat|could|can|would|you|that|please|say|it|the|rest"
    r"|of|i|didn['’]?t|catch|hear|me|did|not|quite|understand|once more|spell|for|in full|slowly"
    r"|which|what|was|is|are|in|year|month|day|first|last|other|remaining|two|three|four|half|part|digits|numbers"
    r"|number)[\W_]*)+$",
    re.I,
)
NON_ANSWER = words("no_answer")
LEADING = re.compile(
    r"^[\s\W]*(?:(?:yes|yeah|yep|sure|okay|ok|hi|hello|um|uh|er|erm|so|well|oh|right|certainly|of course"
    r"|it is|it['’]s|its|that is|that['’]s|this is|i am|i['’]m|im|the|my|our|full|first|last|sur|middle"
    r"|name|surname|is|was|post ?code|postal code|zip(?: code)?|date of birth|birthday|birth ?date|dob"
    r"|phone(?: number)?|mobile(?: number)?|number|e-?mail(?: address)?|address|card(?: number)?"
    r"|account(?: number)?"
    r"|social(?: security)?(?: number)?|password|pin|user ?name|i was born(?: on)?|born(?: on)?|you can"
    r" (?:call|reach) me (?:on|at)|call me|please|here you go|here it is|it would be|that would be|for"
    r"|under|would be)\b[\s,.:;-]*)+",
    re.I,
)

ITEM_PREFILTER = (
    r"[^\x00-\x7F]|(?i-u:name|mail|account|number|address|card|digit|post|birth|born|zip|pass|pin|social|ssn"
    r"|d\.?o\.?b|street|security|cvv|memorable|spell|log ?in|user id|sort code|long no|who am i|ask who"
    r"|where do you live)"
)
"""Prefilter (Rust regex) for turns that may ask for one of ITEMS."""


def asked_for(turn: str) -> tuple[str, ...]:
    """Entities that an agent's turn asks for; empty if it asks for nothing personal.

    >>> asked_for("Thanks. And could I take your postcode?")
    ('UK_POSTCODE',)
    """
    items, asks, not_personal = ITEMS, _ASKS, _NOT_PERSONAL
    if has_plain_cases(turn):
        turn = turn.lower()
        may_ask = {number for _, number in _item_words().iter(turn)}
        items = tuple(_LOWER_ITEMS[number] for number in sorted(may_ask))
        asks, not_personal = _LOWER_ASKS, _LOWER_NOT_PERSONAL
    if not items or not ("?" in turn or asks.search(turn)):
        return ()
    turn = not_personal.sub(" ", turn)
    found = [entity for entity, pattern in items if pattern.search(turn)]
    if "EMAIL" in found and not re.search(r"(?<!mail )address", turn, re.I):
        found = [entity for entity in found if entity != "STREET_ADDRESS"]
    if "UK_POSTCODE" in found and "STREET_ADDRESS" in found and not re.search(r"\baddress\b", turn, re.I):
        found.remove("STREET_ADDRESS")
    if (
        "CREDIT_CARD" in found
        and "PERSON" in found
        and re.search(r"\bname on (?:the|your) card\b", turn, re.I)
    ):
        found = [entity for entity in found if entity == "PERSON"]
    return tuple(found)


def goes_on(turn: str) -> bool:
    """Whether a turn only acknowledges or asks to repeat, so that the previous question stays open."""
    return len(turn) < 80 and GOING_ON.match(turn) is not None


def answer_span(turn: str) -> tuple[int, int] | None:
    """The span of the answer in a customer's turn, without leading words; None if nothing is left.

    >>> "yes it's Max Savage"[slice(*answer_span("yes it's Max Savage"))]
    'Max Savage'
    """
    stripped = turn.rstrip(" \t\r\n.,!?;")
    leading = LEADING.match(stripped)
    start = leading.end() if leading else len(stripped) - len(stripped.lstrip())
    if start >= len(stripped):
        start = len(stripped) - len(stripped.lstrip())
    answer = stripped[start:]
    words = re.findall(r"[\w'’-]+", answer.lower())
    if not words or all(word.replace("’", "'") in NON_ANSWER for word in words):
        return None
    return start, len(stripped)
