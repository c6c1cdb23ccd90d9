from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from smelt.pii.spans import CONTAINERS, claim
from smelt.pii.types import Finding


def a_finding(start, end, entity="PHONE", confidence=0.8, text=0, detector="d"):
    return Finding(text, entity, start, end, detector, confidence)


def test_the_surer_finding_takes_the_span():
    card = a_finding(0, 16, "CREDIT_CARD", 0.95)
    assert claim([a_finding(0, 16, "PHONE", 0.5), card]) == [card]


def test_of_two_equally_sure_the_longer_wins():
    long = a_finding(0, 12)
    assert claim([a_finding(4, 12), long]) == [long]


def test_a_container_keeps_what_is_left_of_it():
    url = a_finding(0, 40, "URL", 0.9)
    email = a_finding(18, 34, "EMAIL", 0.97)
    assert [(f.entity, f.start, f.end) for f in claim([url, email])] == [
        ("URL", 0, 18),
        ("EMAIL", 18, 34),
        ("URL", 34, 40),
    ]


def test_a_container_drops_rests_too_short_to_tell_anything():
    address = a_finding(0, 20, "STREET_ADDRESS", 0.75)
    postcode = a_finding(3, 20, "UK_POSTCODE", 0.9)
    assert [f.entity for f in claim([address, postcode])] == ["UK_POSTCODE"]


def test_a_number_that_juts_out_of_an_address_is_not_lost():
    address, phone = a_finding(0, 40, "STREET_ADDRESS", 0.85), a_finding(38, 50, "PHONE", 0.55)
    assert [(f.entity, f.start, f.end) for f in claim([address, phone])] == [
        ("STREET_ADDRESS", 0, 40),
        ("PHONE", 40, 50),
    ]


def test_the_wider_span_of_an_entity_stands_for_those_within_it():
    number, whole = a_finding(0, 3, "CREDIT_CARD", 0.8), a_finding(0, 8, "CREDIT_CARD", 0.75)
    assert [(f.start, f.end, f.confidence) for f in claim([number, whole])] == [(0, 8, 0.8)]


def test_texts_do_not_disturb_each_other():
    first, second = a_finding(0, 5, text=0), a_finding(0, 5, text=1, confidence=0.6)
    assert claim([second, first]) == [first, second]


findings = st.builds(
    lambda text, entity, start, length, confidence: Finding(
        text, entity, start, start + length, "d", confidence
    ),
    st.integers(0, 2),
    st.sampled_from(["PHONE", "URL", "EMAIL", "STREET_ADDRESS"]),
    st.integers(0, 40),
    st.integers(0, 15),
    st.sampled_from([0.5, 0.7, 0.9]),
)


@given(st.lists(findings, max_size=25), st.randoms())
def test_claims_never_overlap_and_do_not_depend_on_order(found, random):
    claimed = claim(found)
    for left, right in pairwise(claimed):
        assert left.text < right.text or left.end <= right.start
    shuffled = found * 2
    random.shuffle(shuffled)
    assert claim(shuffled) == claimed


@given(st.lists(findings, max_size=25))
def test_what_is_claimed_lies_within_a_finding_of_its_entity(found):
    for kept in claim(found):
        origins = [f for f in found if f.text == kept.text and f.entity == kept.entity]
        assert any(f.start <= kept.start and kept.end <= f.end for f in origins)
        is_whole = any((f.start, f.end) == (kept.start, kept.end) for f in origins)
        beside = [f for f in claim(found) if f.text == kept.text and f.entity in CONTAINERS]
        assert (
            is_whole
            or any(f.end == kept.start or kept.end == f.start for f in beside)
            or kept.entity in CONTAINERS
        )


@given(st.lists(findings, max_size=25))
def test_every_finding_is_covered_or_touches_a_claim(found):
    claimed = claim(found)
    for finding in found:
        if finding.start < finding.end:
            assert any(
                c.text == finding.text and c.start < finding.end and finding.start < c.end for c in claimed
            )


@given(st.lists(findings, max_size=25))
def test_claiming_twice_changes_nothing(found):
    assert claim(claim(found)) == claim(found)


@given(st.lists(findings, max_size=12), st.data())
def test_the_same_span_and_entity_with_less_priority_changes_nothing(found, data):
    weaker = [
        finding._replace(detector="e", confidence=data.draw(st.floats(0.1, finding.confidence)))
        for finding in found
    ]
    assert claim([*found, *weaker]) == claim(found)
