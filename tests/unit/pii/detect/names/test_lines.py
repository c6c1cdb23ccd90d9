"""What is found line by line is what is found in the whole text."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from smelt.pii.config import NamesConfig
from smelt.pii.detect.names import introductions, known, people
from smelt.pii.detect.names.identity import Identity
from smelt.pii.detect.names.languages import lexicon_in
from smelt.pii.detect.names.lexicon import Lexicon, load
from smelt.pii.detect.names.lines import Kind, Lines, kind_of
from smelt.pii.detect.names.readings import Readings
from smelt.pii.detect.names.runs import lower_each
from smelt.pii.types import Known

READINGS = {codes: Readings(lexicon_in(load(), codes)) for codes in ((), ("de",), ("cs", "en"))}

PIECES_JOINED = (
    "John|Jessica Miller|Mark|Alan J.|J.|Will|Grant|Ann|Paris|Łukasz Żak|Overmars|kevin|van|Dr.|Mr. van|"
    "Mrs|sr|hi|Hi|dear|Thanks|thank you,|kind regards,|Regards|Best|name|my|My name is|name:|surname|"
    "lastname|suryname|domain|named|dog|call me|this is|from:|Agent:|Group|Support|Team|Restaurant|and|&|"
    "with|told|said|'s|,|.|:|!|-|--|>|*|(|#|°|&amp;|AT&T|12|7B|day|pm|12:30|2002|am|weeks|\n|\n\n|\n |"
    "\n\t|\xa0|\r|\x0b| |  |İ|Σ|ΟΔΟΣ|LLC|, Inc|code|café called|turn|on|Elm|corner of|é|—|xxxx|III|"
    "Virginia DMV|New York|moved to|Herr|Grüße,"
)
PIECES = PIECES_JOINED.split("|")

texts = st.lists(
    st.tuples(st.sampled_from(PIECES), st.sampled_from(("", " ", " ", " ", "\n"))), max_size=14
).map(lambda pieces: "".join(piece + gap for piece, gap in pieces))
codes = st.sampled_from(tuple(READINGS))


def whole(text: str, kind: Kind, lowered: str, readings: Readings) -> tuple[list[people.Person], object]:
    """Introductions and people of a text that is looked at as one line."""
    lexicon = readings.lexicon
    (cues,) = introductions.read_lines([text], [lowered], lexicon, caseless=kind.caseless)
    named = [introductions.introduced(text, lowered, 0, cue, lexicon, kind.caseless) for cue in cues]
    runs = people.read_line(text, readings)
    return [person for person in named if person], people.weighed(text, [(0, runs)], lexicon)


@given(texts, codes)
@example("Regards\nJohn\nGroup", ())
@example("x12 \nJohn Smith", ())
@example("room #\n\nJohn said", ())
@example("AT&T\nJessica", ())
@example("Mark 12\n day", ())
@example("so\n\xa0Mark told", ())
@example("my\nname is Overmars", ())
@example("x\nsurname is Overmars", ())
@example("surname is Overmars", ())
@example("Thanks,\n\nkevin\n", ())
@example("Mr. van\nMiller", ())
@example("İ\nmy name is Overmars\nΟΔΟΣ", ())
def test_lines_say_what_the_whole_text_says(text, codes):
    readings = READINGS[codes]
    lexicon = readings.lexicon
    kind, lowered = kind_of(text, has_case=True, lexicon=lexicon)
    (lines,) = Lines(readings, kind, NamesConfig(), load()).of([text])
    named = [
        introductions.introduced(text, lowered, at, cue, lexicon, kind.caseless)
        for at, line in lines
        for cue in line.cues
    ]
    scored = people.weighed(text, ((at, line.runs) for at, line in lines), lexicon)
    assert ([person for person in named if person], scored) == whole(text, kind, lowered, readings)
    one_line = text.replace("\n", " ")
    (rare,) = known.rare_words([one_line], load(), is_ascii=kind.is_ascii)
    assert {word for _, line in lines for word in line.rare} == set(rare)


@given(st.lists(texts, max_size=5))
def test_lines_are_the_same_when_they_are_kept(many):
    kinds = [kind_of(text, has_case=True, lexicon=load())[0] for text in many]
    lines = Lines(READINGS[()], Kind(True, False, True, False), NamesConfig(), load())
    plain = [text for text, kind in zip(many, kinds, strict=True) if kind == Kind(True, False, True, False)]
    first = lines.of(plain)
    assert lines.of(plain) == first
    assert [lines.of([text])[0] for text in plain] == first


def test_the_kind_of_a_text():
    plain = READINGS[()].lexicon
    assert kind_of("Anna", has_case=True, lexicon=plain) == (Kind(True, False, True, False), "anna")
    assert kind_of("anna é", has_case=False, lexicon=plain) == (Kind(False, True, True, False), "anna é")
    assert kind_of("İ—", has_case=True, lexicon=plain) == (Kind(True, True, False, True), lower_each("İ—"))
    german = READINGS[("de",)].lexicon
    assert not kind_of("anna", has_case=False, lexicon=german)[0].caseless


IDENTITIES = [
    [Known("name", "Jessica Miller"), Known("email", "kevin.overmars@mail.net"), Known("phone", "12:30")],
    [Known("name", "Łukasz Żak"), Known("username", "team\nam"), Known("name", "Will")],
]


@pytest.mark.parametrize("known_to_record", IDENTITIES)
@given(st.lists(texts, max_size=5))
@example(["Team", "am", "team\nam", "JESSICA  miller", "x Jessica", "é Miller,Jessica"])
def test_texts_searched_together_hold_what_each_holds(known_to_record, many):
    lexicon: Lexicon = load()
    identity = Identity.of(known_to_record, lexicon)
    alone = [known.search([text], identity, lexicon, rare=[])[0] for text in many]
    assert known.search(many, identity, lexicon, rare=[]) == alone
