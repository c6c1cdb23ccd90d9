import random
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from smelt.pii.config import PiiConfig
from smelt.pii.detect.patterns import PatternDetector
from smelt.pii.detect.patterns.detector import families
from smelt.pii.detect.patterns.matching.engine import Engine
from smelt.pii.detect.patterns.matching.folding import fold
from smelt.pii.detect.patterns.matching.labels import Labels
from smelt.pii.detect.patterns.matching.pieces import PIECE_CHARS, pieces
from smelt.pii.spans import claim
from smelt.pii.types import TextBatch
from tests.linear import superlinear

DETECTOR = PatternDetector(PiiConfig())
FAMILIES = families(PiiConfig())
UNFILTERED = Engine([family._replace(prefilters=("",), within=()) for family in FAMILIES], Labels())
FILTERED = Engine(FAMILIES, Labels())

FRAGMENTS = [
    "my ssn is 219-09-1234", "call (415) 555-2671", "card 4111 1111 1111 1111", "a.b@example.com",
    "john (at) example dot com",
    "albert 111 hotmailcom", "453 e 15", "DE89 3704 0044 0532 0130 00", "10.0.0.7", "2001:db8::1",
    "00:1A:2B:3C:4D:5E",
    "http://x.org/a", "example.org", "AB 12 34 56 C", "943 476 5919", "SW1A 1AA", "130-692-544", "12345678Z",
    "S1234567D",
    "16Yeky6GMjeNkAiNcBY7ZhrLoMSgg1BoyZ", "born 26 April 1960", "dob 4/26/60", "742 Evergreen Terrace",
    "po box 12",
    "username: jdoe_84", "password is hunter2", "pass word raj 12", "AKIAIOSFODNN7EXAMPLE",
    "last 4 digits are 1234", "1234 ssn",
    "account number 12345", "order 4815162342", "version 1.2.3.4", "passport A12803456", "license D1234567",
    "\u00a0", "\u2013", "\u200b",
    "+49 30 1234567", "address 12 main", "é", "\n", ".", ",", " ", "x", "7", "(", ")", "@", "-",
]  # fmt: skip
texts = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=6), max_size=8).map(" ".join) | st.text(
    max_size=60
)


@given(st.lists(texts, max_size=4))
@settings(max_examples=100, deadline=None)
def test_prefilters_let_through_whatever_python_would_find(batch):
    assert FILTERED.detect(TextBatch.of(batch)) == UNFILTERED.detect(TextBatch.of(batch))


@given(st.lists(texts, max_size=4))
@settings(max_examples=40, deadline=None)
def test_spans_lie_within_their_text_and_do_not_overlap_once_claimed(batch):
    claimed = claim(DETECTOR.detect(TextBatch.of(batch)))
    for finding in claimed:
        assert 0 <= finding.start < finding.end <= len(batch[finding.text])
        assert 0 < finding.confidence <= 1
    for left, right in pairwise(claimed):
        assert left.text < right.text or left.end <= right.start


@given(st.lists(texts, min_size=1, max_size=4))
@settings(max_examples=30, deadline=None)
def test_a_text_is_judged_alone_unless_a_question_stands_before_it(batch):
    together = DETECTOR.detect(TextBatch.of(batch))
    alone = [
        finding._replace(text=row)
        for row, text in enumerate(batch)
        for finding in DETECTOR.detect(TextBatch.of([text]))
    ]
    assert sorted(together) == sorted(alone)


def test_an_empty_batch_has_no_findings():
    assert DETECTOR.detect(TextBatch.of([])) == []
    assert DETECTOR.detect(TextBatch.of([""])) == []


@given(st.text(alphabet="ab 1\n", max_size=3 * PIECE_CHARS))
@settings(max_examples=20, deadline=None)
def test_pieces_own_every_position_once(text):
    owned = [(piece.first, piece.last) for piece in pieces(text)]
    assert [first for first, _ in owned] == [0, *(last for _, last in owned)][: len(owned)]
    assert not text or owned[-1][1] == len(text)
    for piece in pieces(text):
        assert piece.begin <= piece.first <= piece.last <= piece.stop


def test_a_long_text_gives_the_findings_of_its_sentences():
    sentences = [f"{fragment}." for fragment in FRAGMENTS if len(fragment) > 3] * 8
    random.Random(7).shuffle(sentences)
    long = "\n\n".join(f"Filler words without anything personal stand here first. {s}" for s in sentences)
    single = claim(DETECTOR.detect(TextBatch.of([long])))
    parts = long.split("\n\n")
    expected = sum(len(claim(DETECTOR.detect(TextBatch.of([part])))) for part in parts)
    assert len(long) > 5 * PIECE_CHARS
    assert len(single) == expected


@given(st.text(alphabet=st.sampled_from("ab1@. \u00a0\u200b\uff10\u2013&#64;\u00c2"), max_size=40))
def test_folding_keeps_track_of_positions(text):
    folded = fold(text)
    for position, char in enumerate(folded.text):
        start, end = folded.original(position, position + 1)
        assert 0 <= start < end <= len(text)
        if char.isascii() and char.isalpha():
            assert text[start] == char or text[start:end] != char


HOSTILE = {
    "digits": "1",
    "spaced digits": "1 ",
    "dashed digits": "12-",
    "at signs": "a@",
    "dots": "a.",
    "open brackets": "(",
    "colons": "a:",
    "one word": "x",
    "mixed code": "A1",
    "passwords": "password is ",
    "houses": "12 oak ",
    "base64": "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo0MTIzNDU2Nzg5",
    "keys": "-----BEGIN PRIVATE KEY-----",
    "ibans": "DE89 3704 ",
    "at dot": "a at b dot ",
    "urls": "http://",
    "births": "born ",
}


def test_time_per_character_does_not_grow():
    assert superlinear(lambda text: DETECTOR.detect(TextBatch.of([text])), HOSTILE.values(), 25_000) == {}
