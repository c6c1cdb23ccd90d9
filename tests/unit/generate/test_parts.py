"""The small parts: counts a stream, spans through transformations, forms of values."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smelt.generate.calls import spoken_form
from smelt.generate.config import KINDS, GenerateConfig, Kind, stream_counts
from smelt.generate.people import People, social_security_number
from smelt.generate.plan import BLOCK, plan
from smelt.generate.sinks import with_invalid_utf8
from smelt.generate.text import compile_template, render, sentence


@given(st.integers(1, 2_000_000), st.sets(st.sampled_from(KINDS), min_size=1))
def test_counts_add_up(records: int, kinds: set[Kind]) -> None:
    counts = stream_counts(records, tuple(kinds))
    assert sum(counts.values()) == records
    assert records < 50 or min(counts.values()) >= 1


def test_config_refuses_no_kind_at_all() -> None:
    with pytest.raises(ValueError, match="at least one of"):
        GenerateConfig(records=1, kinds=())


parts = st.lists(st.tuples(st.text(), st.sampled_from(["", "EMAIL", "PERSON"])))


@given(parts)
def test_spans_follow_a_transformation(given_parts: list[tuple[str, str]]) -> None:
    text, spans = render(given_parts, lambda piece: piece.replace("&", "&amp;") + " ")
    assert [text[span.start : span.end] for span in spans] == [span.value for span in spans]
    assert [span.entity for span in spans] == [entity for _, entity in given_parts if entity]


def test_template_and_sentence() -> None:
    template = compile_template("call {phone} now")
    assert template == (("call ", False), ("phone", True), (" now", False))
    assert sentence([("call ", ""), ("1", "PHONE")]) == [("Call ", ""), ("1", "PHONE"), (".", "")]
    assert sentence([("Why?", "")]) == [("Why?", "")]


@given(st.integers(0, 10_000))
def test_plan_copies_only_earlier_originals(number: int) -> None:
    planned = plan(3, "tickets", number, duplicates=0.3, messy=0.1)
    assert planned.origin <= number
    if planned.copy:
        assert planned.origin % BLOCK == 0
    else:
        assert planned.origin == number


@given(st.integers(0, 1 << 32))
def test_social_security_numbers_lie_in_issued_areas(seed: int) -> None:
    area, group, serial = social_security_number(Random(seed)).replace(" ", "-").split("-")
    assert 0 < int(area) < 666
    assert int(group) > 0
    assert int(serial) > 0


def test_people_are_the_same_wherever_they_appear() -> None:
    assert People(5).customer(42) == People(5).customer(42)
    assert People(5).customer(42) != People(6).customer(42)


@pytest.mark.parametrize(
    ("written", "entity", "said"),
    [
        ("a.b@mail.com", "EMAIL", {"a dot b at mail dot com", "alpha dot bravo at mail dot com"}),
        ("415-555-26", "PHONE", {"four one five dash five five five dash two six", "415 555 26"}),
        ("Main St, 5", "STREET_ADDRESS", {"main st 5"}),
    ],
)
def test_spoken_forms(written: str, entity: str, said: set[str]) -> None:
    assert {spoken_form(written, entity, Random(seed)) for seed in range(40)} <= said


@given(st.text(min_size=1))
def test_invalid_utf8_can_never_be_decoded(text: str) -> None:
    with pytest.raises(UnicodeDecodeError):
        with_invalid_utf8(("{" + text + "}").encode("utf-8", "replace")).decode("utf-8")
