"""The spoken detector: spoken values, and answers to an agent's questions."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import polars as pl

from smelt.pii.cache import Cache
from smelt.pii.config import PiiConfig
from smelt.pii.detect.cases import has_plain_cases
from smelt.pii.detect.names.lexicon import Lexicon, load
from smelt.pii.detect.prefilters import Matches, contains, matches
from smelt.pii.detect.spoken import inline
from smelt.pii.detect.spoken.answers import answers
from smelt.pii.detect.spoken.dates import SpokenDate, dates, is_date
from smelt.pii.detect.spoken.emails import emails
from smelt.pii.detect.spoken.numbers import numbers
from smelt.pii.detect.spoken.postcodes import spelled
from smelt.pii.detect.spoken.questions import ITEM_PREFILTER, LEADING, asked_for, goes_on
from smelt.pii.detect.spoken.symbols import DIGITS, TENS, read
from smelt.pii.types import FIELD, Finding, Span, TextBatch, findings_of

AGENTS = frozenset(("agent", "bot", "system"))
TURN_CHARACTERS = 100
TURNS_OF_AN_ANSWER = 4
LONGEST_QUESTION = 400
_WORD = (
    r"(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|double|triple|treble|ten|eleven|twelve"
    r"|(?:thir|four|fif|six|seven|eigh|nine)teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty)"
)
DIGITS_SAID = (
    rf"(?-u:\b)(?i-u:{_WORD})[\s,.-]+(?i-u:{_WORD}|[0-9])[\s,.-]+(?i-u:{_WORD}|[0-9])"
    rf"|(?i-u:\b(?:double|triple|treble))\s+(?i-u:[0-9]|{_WORD})"
    rf"|[0-9]\s+(?i-u:double|triple|oh|zero)\s+(?i-u:[0-9]|{_WORD})"
)
POSTCODE_SAID = rf"[^\x00-\x7F]|[0-9]|(?i-u:\b(?:{'|'.join((*DIGITS, *TENS))}))"
"""A postcode holds a digit."""

DATE_SAID = (
    r"[^\x00-\x7F]|[0-9]|(?i-u:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
    r"|first|second|third|(?:four|fif|six|seven|eigh|nin|ten|eleven|twelf|teen|ie)th)"
)
"""A date holds a digit, a month's name or an ordinal word."""

DOT_SAID = r"(?i-u:dot|com)"
"""What EMAIL_SAID cannot do without; searched ten times as fast."""

EMAIL_SAID = r"(?i)\b(?:at|@)\b.{1,40}?(?:\bdot\b|\.\s?com\b|\bcom\b)"
BORN_SAID = r"(?i-u:\b(?:born|birth|birthday|dob|d\.o\.b)\b)"
"""Prefilters (Rust regexes). Case folding and word boundaries are ASCII, which is many times as fast."""
PREFILTERS = (DIGITS_SAID, DOT_SAID, BORN_SAID, inline.PREFILTER)

_BORN_WORDS = ("born", "birth", "dob")
_BORN = re.compile(r"\b(?:born|birth|birthday|birthdate|dob)\b", re.I)


Turn = tuple[str, tuple[str, ...], bool, bool, bool]
"""A text with its state of the conversation: what was asked for, whether that was already answered, whether an agent
has spoken, and whether the speaker is none. A text that is no turn (a title) answers nothing."""


class SpokenDetector:
    """Finds PHONE, CREDIT_CARD, US_SSN, EMAIL, DATE_OF_BIRTH, UK_POSTCODE, PERSON, ... in speech and chat.

    Rust prefilters select the texts that can hold a finding. Questions are read from turns of the roles agent, bot and
    system; an answer may span several turns of the customer.
    """

    name = "spoken"

    def __init__(self, config: PiiConfig) -> None:
        """Loads the name lexicon, which is shared with the name detector."""
        self.lexicon = load(tuple(config.names.lexicon_files), tuple(config.names.not_names))
        self._questions: Cache[tuple[str], tuple[tuple[str, ...], bool]] = Cache()
        self._cache: Cache[Turn, tuple[Span, ...]] = Cache()

    def detect(self, batch: TextBatch) -> list[Finding]:
        """All findings, possibly overlapping."""
        if not batch.texts:
            return []
        found = self._cache.results(self._turns(batch), self._look)
        return findings_of(found)

    def _turns(self, batch: TextBatch) -> list[Turn]:
        """Each text with the question that is open when it is said."""
        turns: list[Turn] = []
        said = [(text,) for text, role in zip(batch.texts, batch.role, strict=True) if role in AGENTS]
        questions = iter(self._questions.results(said, _questions))
        asked: tuple[str, ...] = ()
        conversation, answered, agent_spoke = -1, 0, False
        for text, role, number in zip(batch.texts, batch.role, batch.conversation, strict=True):
            if number != conversation:
                conversation, asked, answered, agent_spoke = number, (), 0, False
            if role in AGENTS:
                turns.append((text, (), False, False, False))
                agent_spoke = True
                now, acknowledges = next(questions)
                if now or not acknowledges:
                    asked, answered = now, 0
            elif role == FIELD:
                turns.append((text, (), False, False, False))
            elif role:
                standing = asked if answered < TURNS_OF_AN_ANSWER else ()
                turns.append((text, standing, answered > 0, agent_spoke, True))
                answered += bool(text.strip())
            else:
                turns.append((text, (), False, False, True))
        return turns

    def _look(self, turns: list[Turn]) -> list[tuple[Span, ...]]:
        """The spans found in each turn."""
        column = pl.Series("text", [turn[0] for turn in turns], dtype=pl.String)
        said, dotted, born, asks = contains(column, PREFILTERS)
        mailed = _among(column, dotted, EMAIL_SAID)
        short = np.array([by and len(text) <= TURN_CHARACTERS for text, _, _, _, by in turns], dtype=np.bool_)
        coded, dated = _among(column, short, POSTCODE_SAID), _among(column, short | born, DATE_SAID)
        answering = np.array([bool(asked) for _, asked, _, _, _ in turns], dtype=np.bool_)
        found: list[tuple[Span, ...]] = [()] * len(turns)
        for index in np.flatnonzero(answering | asks | said | mailed | dated | coded).tolist():
            text, asked, again, agent_spoke, _ = turns[index]
            spans: list[Span] = []
            if asked:
                spans += _spoken_answers(text, asked, self.lexicon, again=again)
            if asks[index]:
                for wanted, begin, stop in inline.exchanges(text):
                    for span in _spoken_answers(text[begin:stop], wanted, self.lexicon, again=True):
                        spans.append((span[0], begin + span[1], begin + span[2], *span[3:]))
            if said[index]:
                for entity, start, end, confidence in numbers(text, read(text)):
                    spans.append((entity, start, end, "spoken.number", confidence))
            if mailed[index]:
                for start, end, confidence in emails(text):
                    spans.append(("EMAIL", start, end, "spoken.email", confidence))
            if dated[index]:
                spans += _dates(text, bool(short[index]) and not agent_spoke)
            if coded[index]:
                spans += _postcodes(text, sure=not agent_spoke or "UK_POSTCODE" in asked)
            found[index] = tuple(spans)
        return found


def _spoken_answers(text: str, asked: tuple[str, ...], lexicon: Lexicon, *, again: bool) -> Iterator[Span]:
    for entity, start, end, confidence in answers(text, asked, lexicon, again=again):
        yield entity, start, end, "spoken.answer", confidence


def _among(column: pl.Series, wanted: Matches, regex: str) -> Matches:
    """Which of the wanted texts match a regex."""
    rows = np.flatnonzero(wanted)
    found = np.zeros(len(column), dtype=np.bool_)
    found[rows] = matches(column.gather(rows), regex)
    return found


def _questions(turns: list[tuple[str]]) -> Iterator[tuple[tuple[str, ...], bool]]:
    """For each turn of an agent, the entities that it asks for, and whether it only acknowledges."""
    prefilter = matches(pl.Series("text", [text for (text,) in turns], dtype=pl.String), ITEM_PREFILTER)
    for (text,), may_ask in zip(turns, prefilter.tolist(), strict=True):
        asks = may_ask and len(text) < LONGEST_QUESTION
        yield asked_for(text) if asks else (), goes_on(text)


def _dates(text: str, may_be_turn: bool) -> Iterator[Span]:
    """Dates of birth: by birth words, or a turn that is a date with a year, unless an agent asked for something
    else."""
    if not may_be_turn and has_plain_cases(text) and not any(word in text.lower() for word in _BORN_WORDS):
        return
    found = False
    for date in dates(text):
        if _BORN.search(text, max(0, date.start - 40), min(len(text), date.end + 20)):
            yield "DATE_OF_BIRTH", date.start, date.end, "spoken.date", 0.85
        elif may_be_turn and date.year is not None and _is_all(text, date):
            found = True
            yield "DATE_OF_BIRTH", date.start, date.end, "spoken.date", 0.75
    if may_be_turn and not found and text and is_date(text):
        yield "DATE_OF_BIRTH", 0, len(text), "spoken.date", 0.57


def _is_all(text: str, date: SpokenDate) -> bool:
    """Whether nothing but ``it's`` or ``yes`` surrounds the date."""
    before = text[: date.start]
    leading = LEADING.match(before)
    rest = before[leading.end() :] if leading else before
    return len(rest.strip(" .,-")) < 4 and len(text[date.end :].strip(" .,!-")) < 4


def _postcodes(text: str, *, sure: bool) -> Iterator[Span]:
    leading = LEADING.match(text)
    start = leading.end() if leading and leading.end() < len(text) else 0
    symbols = read(text[start:])
    confidence = spelled(symbols, upper=text.isupper())
    if not confidence and start:
        start, symbols = 0, read(text)
        confidence = spelled(symbols, upper=text.isupper())
    if confidence and symbols:
        confidence = confidence if sure else confidence / 2
        yield "UK_POSTCODE", start + symbols[0].start, start + symbols[-1].end, "spoken.postcode", confidence
