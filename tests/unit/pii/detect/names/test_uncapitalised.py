"""Names without capitals in headers, before addresses and below messages; and what there is no name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smelt.pii.config import PiiConfig
from smelt.pii.detect.names import NameDetector
from smelt.pii.detect.names.uncapitalised import SIGNED_PREFILTER, signed
from smelt.pii.types import TextBatch

DETECTOR = NameDetector(PiiConfig())


def people(text):
    findings = DETECTOR.detect(TextBatch.of([text]))
    spans = sorted({(f.start, f.end) for f in findings if f.entity == "PERSON" and f.confidence >= 0.5})
    whole = [
        span for span in spans if not any(o != span and o[0] <= span[0] and span[1] <= o[1] for o in spans)
    ]
    return [text[start:end] for start, end in whole]


@pytest.mark.parametrize(
    "name", ["peter brolin", "maria", "anna k. schmidt", "jean-luc picot", "wintermuth", "sean o'dowd"]
)
@pytest.mark.parametrize(
    "header",
    [
        "On Friday 09 August 2019 14:21, {} wrote:\n> the printer",
        "On Fri, Aug 9, 2019 at 02:21:10PM +0100, {} wrote:\n> the printer",
        "On 9/8/2019, {} wrote:\n> the printer",
        "> On 2019-08-09 {} wrote:\n> > the printer",
        "Am 09.08.2019 um 10:11 schrieb {}:\n> der Drucker",
        "Le 9 août 2019 à 10:11, {} a écrit :\n> l'imprimante",
        "El 9/8/2019 a las 10:11, {} escribió:\n> la impresora",
        "Il giorno 9 ago 2019, alle ore 10:11, {} ha scritto:\n> la stampante",
        "Op 9 aug. 2019 om 10:11 schreef {}:\n> de printer",
    ],
)
def test_whoever_stands_between_date_and_verb(header, name):
    assert people(header.format(name)) == [name]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("From: peter brolin <peter@mail.net>\nSubject: printer", ["peter brolin"]),
        ("To: anna schmidt; peter brolin\nSubject: printer", ["anna schmidt", "peter brolin"]),
        ("peter brolin wrote:\n> the printer", ["peter brolin"]),
        ("peter brolin <pb@mail.net> wrote:\n> the printer", ["peter brolin"]),
        ("please write to peter brolin <peter@mail.net> about it", ["peter brolin"]),
        ("The printer works again.\n\npeter", ["peter"]),
        ("The printer works again.\n\n- peter\n", ["peter"]),
        ("It does not.\n\npeter\n\n-- \nsent from my phone", ["peter"]),
    ],
)
def test_before_addresses_in_header_lines_and_below_messages(text, found):
    assert people(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "On 9 August 2019 14:21, you wrote:\n> the printer",
        "On 9 August 2019 the customer wrote:\n> the printer",
        "Le 9 août 2019 à 10:11, vous avez écrit :\n> l'imprimante",
        "Am 09.08.2019 um 10:11 haben sie geschrieben:\n> der Drucker",
        "On 9 August 2019 14:21, support team wrote:\n> the printer",
        "From: support <help@mail.net>\nSubject: printer",
        "Write to our support <help@mail.net> then.",
        "Write, or else <help@mail.net> will.",
        "The printer works again.\n\nthanks",
        "Try these:\n\n- mark\n- rose\n",
        "It ended at 14:21, nothing else wrote: the log is empty",
        "We met in 2019, and the report that followed wrote: all is well",
    ],
)
def test_what_is_nobody(text):
    assert people(text) == []


@given(st.text(alphabet="ab petrmi\n->.", max_size=80))
def test_names_below_messages_lie_in_the_text_and_the_prefilter_misses_none(text):
    import polars as pl

    text = f"{text}\n\npeter{text}"
    found = signed(text, DETECTOR.lexicon)
    assert all(0 <= start < end <= len(text) for start, end in found)
    assert not found or pl.Series([text]).str.contains(SIGNED_PREFILTER)[0] or "-" in text
