"""The spoken detector: values said aloud, and answers to what an agent asked."""

from __future__ import annotations

import re
from collections.abc import Iterator

import polars as pl

from smelt.pii.config import PiiConfig
from smelt.pii.names.lexicon import load
from smelt.pii.spoken import answers as answering
from smelt.pii.spoken import inline
from smelt.pii.spoken.dates import SpokenDate, dates, is_date
from smelt.pii.spoken.emails import emails
from smelt.pii.spoken.numbers import numbers
from smelt.pii.spoken.postcodes import spelled
from smelt.pii.spoken.questions import LEADING, asked_for, goes_on
from smelt.pii.spoken.symbols import read
from smelt.pii.types import Finding, TextBatch

AGENTS = frozenset(("agent", "bot", "system"))
TURN_CHARACTERS = 100
TURNS_OF_AN_ANSWER = 4
LONGEST_QUESTION = 400
_NOBODY_ASKED = ((), False, False)
_WORD = (
    r"(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|double|triple|treble|ten|eleven|twelve"
    r"|(?:thir|four|fif|six|seven|eigh|nine)teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty)"
)
DIGITS_SAID = (
    rf"(?i)\b{_WORD}[\s,.-]+(?:{_WORD}|\d)[\s,.-]+(?:{_WORD}|\d)|\b(?:double|triple"
    rf"|treble)\s+(?:\d|{_WORD})|\d\s+(?:double|triple|oh|zero)\s+(?:\d|{_WORD})"
)
EMAIL_SAID = r"(?i)\b(?:at|@)\b.{1,40}?(?:\bdot\b|\.\s?com\b|\bcom\b)"
BORN_SAID = r"(?i)\b(?:born|birth|birthday|dob|d\.o\.b)\b"
_BORN = re.compile(r"\b(?:born|birth|birthday|birthdate|dob)\b", re.I)


class SpokenDetector:
    """Finds PHONE, CREDIT_CARD, US_SSN, EMAIL, DATE_OF_BIRTH, UK_POSTCODE, PERSON, ... in speech and chat.

    A Rust pass finds the texts that can hold anything of the kind. Questions are read from the turns of
    agents (role agent, bot or system); an answer may run over several turns of the customer.
    """

    name = "spoken"

    def __init__(self, config: PiiConfig) -> None:
        """Shares the name lexicon with the name detector."""
        self.lexicon = load(tuple(config.names.lexicon_files), tuple(config.names.not_names))

    def detect(self, batch: TextBatch) -> list[Finding]:
        """All findings; they may overlap."""
        if not batch.texts:
            return []
        column = pl.Series("text", batch.texts, dtype=pl.String)
        said = column.str.contains(DIGITS_SAID).to_list()
        mailed = column.str.contains(EMAIL_SAID).to_list()
        born = column.str.contains(BORN_SAID).to_list()
        asks = column.str.contains(inline.GATE).to_list()
        short = (column.str.len_chars() <= TURN_CHARACTERS).to_list()
        questions = _questions(batch)
        findings: list[Finding] = []
        for index, text in enumerate(batch.texts):
            asked, again, agent_spoke = questions.get(index, _NOBODY_ASKED)
            customer = batch.role[index] not in AGENTS
            if asked:
                for answer in answering.answers(text, asked, self.lexicon, again=again):
                    findings.append(Finding(index, *answer[:3], "spoken.answer", answer[3]))
            if asks[index]:
                for wanted, begin, stop in inline.exchanges(text):
                    for entity, start, end, confidence in answering.answers(
                        text[begin:stop], wanted, self.lexicon, again=True
                    ):
                        findings.append(
                            Finding(index, entity, begin + start, begin + end, "spoken.answer", confidence)
                        )
            if said[index]:
                for entity, start, end, confidence in numbers(text, read(text)):
                    findings.append(Finding(index, entity, start, end, "spoken.number", confidence))
            if mailed[index]:
                for start, end, confidence in emails(text):
                    findings.append(Finding(index, "EMAIL", start, end, "spoken.email", confidence))
            if born[index] or (customer and short[index]):
                findings += _dates(index, text, customer and short[index] and not agent_spoke)
            if customer and short[index]:
                findings += _postcodes(index, text, sure=not agent_spoke or "UK_POSTCODE" in asked)
        return findings


def _questions(batch: TextBatch) -> dict[int, tuple[tuple[str, ...], bool, bool]]:
    """By text: what the standing question asks for, whether a turn answered it, whether an agent spoke."""
    standing: dict[int, tuple[tuple[str, ...], bool, bool]] = {}
    asked: tuple[str, ...] = ()
    conversation, answered, agent_spoke = -1, 0, False
    for index, (text, role) in enumerate(zip(batch.texts, batch.role, strict=True)):
        if batch.conversation[index] != conversation:
            conversation, asked, answered, agent_spoke = batch.conversation[index], (), 0, False
        if role in AGENTS:
            agent_spoke = True
            now = asked_for(text) if len(text) < LONGEST_QUESTION else ()
            if now or not goes_on(text):
                asked, answered = now, 0
        elif role:
            standing[index] = asked if answered < TURNS_OF_AN_ANSWER else (), answered > 0, agent_spoke
            answered += bool(text.strip())
    return standing


def _dates(index: int, text: str, may_be_turn: bool) -> Iterator[Finding]:
    """Dates said to be of birth; and a turn that is a date with a year, where no agent's question says otherwise."""
    found = False
    for date in dates(text):
        if _BORN.search(text, max(0, date.start - 40), min(len(text), date.end + 20)):
            yield Finding(index, "DATE_OF_BIRTH", date.start, date.end, "spoken.date", 0.85)
        elif may_be_turn and date.year is not None and _is_all(text, date):
            found = True
            yield Finding(index, "DATE_OF_BIRTH", date.start, date.end, "spoken.date", 0.75)
    if may_be_turn and not found and text and is_date(text):
        yield Finding(index, "DATE_OF_BIRTH", 0, len(text), "spoken.date", 0.57)


def _is_all(text: str, date: SpokenDate) -> bool:
    """True where nothing but ``it's`` or ``yes`` stands around the date."""
    before = text[: date.start]
    leading = LEADING.match(before)
    rest = before[leading.end() :] if leading else before
    return len(rest.strip(" .,-")) < 4 and len(text[date.end :].strip(" .,!-")) < 4


def _postcodes(index: int, text: str, *, sure: bool) -> Iterator[Finding]:
    leading = LEADING.match(text)
    start = leading.end() if leading and leading.end() < len(text) else 0
    symbols = read(text[start:])
    confidence = spelled(symbols, upper=text.isupper())
    if not confidence and start:
        start, symbols = 0, read(text)
        confidence = spelled(symbols, upper=text.isupper())
    if confidence and symbols:
        confidence = confidence if sure else confidence / 2
        yield Finding(
            index,
            "UK_POSTCODE",
            start + symbols[0].start,
            start + symbols[-1].end,
            "spoken.postcode",
            confidence,
        )
