"""What people say: spelled letters and digits, dates, addresses, and answers to an agent's question."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smelt.pii.config import PiiConfig
from smelt.pii.detect.spoken import SpokenDetector
from smelt.pii.detect.spoken.dates import dates
from smelt.pii.detect.spoken.questions import answer_span, asked_for, goes_on
from smelt.pii.detect.spoken.symbols import read
from smelt.pii.types import TextBatch
from tests.linear import superlinear

DETECTOR = SpokenDetector(PiiConfig())


def hits(*turns: tuple[str, str], sure: float = 0.5) -> list[tuple[int, str, str]]:
    """(turn, entity, text) of what one conversation of (role, text) turns holds."""
    texts, roles = [text for _, text in turns], [role for role, _ in turns]
    findings = DETECTOR.detect(TextBatch(texts, [0] * len(texts), roles, [[]]))
    return sorted(
        {(f.text, f.entity, texts[f.text][f.start : f.end]) for f in findings if f.confidence >= sure}
    )


def said(text: str) -> list[tuple[str, str]]:
    return [(entity, value) for _, entity, value in hits(("customer", text))]


@pytest.mark.parametrize(
    ("text", "characters"),
    [
        ("double oh seven", "007"),
        ("triple three five", "3335"),
        ("whiskey two zero alpha bravo", "w20ab"),
        ("T for Tommy Q for Queen 6", "tq6"),
        ("m as in mike n", "mn"),
        ("twenty three forty", "2340"),
        ("double u x", "wx"),
        ("n 7s D 8 ba", "n7sd8ba"),
    ],
)
def test_symbols(text, characters):
    assert "".join(symbol.characters for symbol in read(text)) == characters


def test_symbols_know_where_they_came_from():
    text = "T for Tommy, double 4"
    assert [text[s.start : s.end] for s in read(text)] == ["T for Tommy", "double 4"]


@pytest.mark.parametrize(
    ("text", "hit"),
    [
        (
            "my phone number is five five five one two three four five six seven",
            ("PHONE", "five five five one two three four five six seven"),
        ),
        (
            "you can reach me on oh seven seven double zero nine double two one two",
            ("PHONE", "oh seven seven double zero nine double two one two"),
        ),
        ("the last four of my social are one two three four", ("US_SSN", "one two three four")),
        (
            "card number four five three nine one four eight eight oh three four three six four six seven",
            (
                "CREDIT_CARD",
                "four five three nine one four eight eight oh three four three six four six seven",
            ),
        ),
        ("it's john dot doe at gmail dot com thanks", ("EMAIL", "john dot doe at gmail dot com")),
        (
            "my email is j underscore smith twenty at example dot co dot uk",
            ("EMAIL", "j underscore smith twenty at example dot co dot uk"),
        ),
        (
            "I was born on the twenty sixth of april nineteen sixty",
            ("DATE_OF_BIRTH", "the twenty sixth of april nineteen sixty"),
        ),
        ("26th of April 1980", ("DATE_OF_BIRTH", "26th of April 1980")),
        ("7th of the 8th 1992", ("DATE_OF_BIRTH", "7th of the 8th 1992")),
        ("27 03 1930", ("DATE_OF_BIRTH", "27 03 1930")),
        ("whiskey 8 hotel 3 Delta Yankee", ("UK_POSTCODE", "whiskey 8 hotel 3 Delta Yankee")),
        ("my postcode is n p 3 2 w b", ("UK_POSTCODE", "n p 3 2 w b")),
        ("What is your date of birth?\n2300 1193", ("DATE_OF_BIRTH", "2300 1193")),
        ("Agent: what's your name please? Customer: Penny Cavalcanti", ("PERSON", "Penny Cavalcanti")),
    ],
)
def test_what_is_said(text, hit):
    assert hit in said(text)


@pytest.mark.parametrize(
    "text",
    [
        "my order number is four eight one five one six two three four two",
        "the ticket is one two three four five six seven",
        "one two three testing",
        "look at the website dot com",
        "I bought it on the 26th of April 2024 and it broke",
        "can I have a 12",
        "okay for me",
        "How do I change my name? I want to know",
        "What is your phone number? It doesn't work",
    ],
)
def test_what_is_not(text):
    assert said(text) == []


@pytest.mark.parametrize(
    ("turn", "asked"),
    [
        ("Thanks. And could I take your postcode?", ("UK_POSTCODE",)),
        ("What is your date of birth please", ("DATE_OF_BIRTH",)),
        ("May I have your full name and date of birth?", ("DATE_OF_BIRTH", "PERSON")),
        ("Who am I speaking with?", ("PERSON",)),
        ("Please confirm the last four digits of your social security number", ("US_SSN",)),
        ("What is your email address?", ("EMAIL",)),
        ("Could you tell me your order number?", ()),
        ("What is the product name?", ()),
        ("I have sent it to you.", ()),
        ("Is there anything else I can help you with?", ()),
    ],
)
def test_questions(turn, asked):
    assert asked_for(turn) == asked


def test_an_acknowledgement_keeps_the_question_standing():
    assert goes_on("okay, go on")
    assert goes_on("Which year?")
    assert goes_on("and the last four digits?")
    assert not goes_on("what is your number")
    assert goes_on("Sorry, could you repeat that please?")
    assert not goes_on("Your order is on its way")


@pytest.mark.parametrize(
    ("turn", "answer"),
    [
        ("yes it's Max Savage", "Max Savage"),
        ("um my postcode is t q 6", "t q 6"),
        ("sorry, what did you say?", None),
        ("hold on a moment please", None),
        ("", None),
    ],
)
def test_answer_spans(turn, answer):
    span = answer_span(turn)
    assert (None if span is None else turn[slice(*span)]) == answer


class TestAnswers:
    def test_garbled_answers_count_when_the_question_stands_before(self):
        assert hits(("agent", "And your postcode?"), ("customer", "straight up plate")) == [
            (1, "UK_POSTCODE", "straight up plate")
        ]
        assert (1, "DATE_OF_BIRTH", "night may 1948") in hits(
            ("agent", "What is your date of birth?"), ("customer", "night may 1948")
        )

    def test_a_value_split_over_turns(self):
        got = hits(
            ("agent", "What number can we reach you on?"),
            ("customer", "07700"),
            ("agent", "yes"),
            ("customer", "nine hundred 123"),
            ("customer", "double 4"),
        )
        assert [(turn, entity) for turn, entity, _ in got] == [(1, "PHONE"), (3, "PHONE")] or (
            1,
            "PHONE",
            "07700",
        ) in got

    def test_another_question_ends_it(self):
        assert (
            hits(
                ("agent", "What is your postcode?"),
                ("customer", "hang on"),
                ("agent", "How can I help you today?"),
                ("customer", "straight up"),
            )
            == []
        )

    def test_what_asks_back_is_no_answer(self):
        assert hits(("agent", "Can I have your name please?"), ("customer", "why do you need it")) == []

    def test_a_date_after_another_question_is_no_birth(self):
        assert hits(("agent", "When was the charge?"), ("customer", "26th of April 1980")) == []

    def test_the_next_conversation_starts_without_a_question(self):
        texts = ["What is your postcode?", "straight up plate"]
        batch = TextBatch(texts, [0, 1], ["agent", "customer"], [[], []])
        assert DETECTOR.detect(batch) == []


def test_dates_give_their_year():
    assert [d.year for d in dates("26th of April 1980")] == [1980]
    assert [d.year for d in dates("the 5th of may")] == [None]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(max_size=60), min_size=1, max_size=6))
def test_spans_lie_in_their_text_and_reruns_agree(texts):
    roles = ["agent" if i % 2 else "customer" for i in range(len(texts))]
    batch = TextBatch(texts, [0] * len(texts), roles, [[]])
    findings = DETECTOR.detect(batch)
    assert all(0 <= f.start < f.end <= len(texts[f.text]) for f in findings)
    assert findings == DETECTOR.detect(batch)


UNITS = (
    "one two ",
    "1",
    "dot at ",
    "a at b dot com ",
    "the 5th of ",
    "T for T ",
    "name? ",
    "what is your name?\n",
    "double ",
    "born 5 5 ",
)
"""What a text is made of, over and over."""


def test_time_is_linear_in_the_text():
    DETECTOR.detect(TextBatch.of(["warm up"]))
    assert superlinear(lambda text: DETECTOR.detect(TextBatch.of([text])), UNITS, 25_000) == {}
