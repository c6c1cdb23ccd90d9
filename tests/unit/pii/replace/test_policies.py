"""Each policy by example, and what holds for all of them."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smelt.errors import ConfigError
from smelt.pii.config import DEFAULT_RULES, PiiConfig
from smelt.pii.keys import ScrubKey
from smelt.pii.scrubber import Scrubber
from smelt.pii.types import Finding, TextBatch

KEY = ScrubKey("1", b"a" * 32)
OTHER_KEY = ScrubKey("2", b"b" * 32)
POLICIES = ["tag", "index", "mask", "hash", "surrogate", "keep", "reject"]


class Marker(NamedTuple):
    """Finds what stands between the given words, so that a test says what is personal."""

    entity: str
    pattern: str
    confidence: float = 0.9
    name: str = "marker"

    def detect(self, batch: TextBatch) -> list[Finding]:
        return [
            Finding(index, self.entity, match.start(), match.end(), self.name, self.confidence)
            for index, text in enumerate(batch.texts)
            for match in re.finditer(self.pattern, text)
        ]


EMAILS = Marker("EMAIL", r"[\w.]+@[\w.]+\w")
NAMES = Marker("PERSON", r"\b(?:John Smith|Smith, John|john|Smith|Jane Smith|Ann)\b")
PHONES = Marker("PHONE", r"\+?[\d(][\d ()-]{6,}\d")
CARDS = Marker("CREDIT_CARD", r"\d{4}(?:[ -]?\d{4}){3}")


def scrubber(policy: str, *detectors: Marker, key: ScrubKey | None = KEY) -> Scrubber:
    rules = {entity: {"policy": policy} for entity in DEFAULT_RULES}
    return Scrubber(PiiConfig(entities=rules), key, detectors or (EMAILS, NAMES, CARDS, PHONES))


@cache
def scrubber_of(policy: str) -> Scrubber:
    """The scrubber of a policy, made once: properties ask it over and over."""
    return scrubber(policy)


def one_conversation(*texts: str) -> TextBatch:
    return TextBatch(list(texts), [0] * len(texts), ["customer"] * len(texts), [[]])


def test_tag():
    assert scrubber("tag").scrub(one_conversation("mail a@b.co, A@b.co")).texts == ["mail [EMAIL], [EMAIL]"]


def test_index_is_shared_by_spellings_of_one_value_over_all_texts_of_a_conversation():
    batch = one_conversation("mail a@b.co or c@d.org", "A@B.co, (415) 555-2671", "+1 415 555 2671 again")
    assert scrubber("index").scrub(batch).texts == [
        "mail [EMAIL_1] or [EMAIL_2]",
        "[EMAIL_1], [PHONE_1]",
        "[PHONE_1] again",
    ]


def test_index_starts_anew_in_each_conversation():
    batch = TextBatch(["a@b.co", "c@d.org", "c@d.org"], [0, 1, 1], ["", "", ""], [[], []])
    assert scrubber("index").scrub(batch).texts == ["[EMAIL_1]"] * 3


def test_index_does_not_reuse_a_number_that_stands_in_the_text():
    batch = one_conversation("c@d.org", "as [EMAIL_1] and [EMAIL_4] wrote")
    assert scrubber("index").scrub(batch).texts == ["[EMAIL_5]", "as [EMAIL_1] and [EMAIL_4] wrote"]


def test_part_of_a_name_has_the_number_of_the_only_full_name_that_holds_it():
    batch = one_conversation("I am John Smith.", "Thanks john", "Smith, John wrote")
    assert scrubber("index").scrub(batch).texts == [
        "I am [PERSON_1].",
        "Thanks [PERSON_1]",
        "[PERSON_1] wrote",
    ]


def test_part_of_two_names_has_a_number_of_its_own():
    batch = one_conversation("John Smith and Jane Smith", "Smith called john")
    assert scrubber("index").scrub(batch).texts == [
        "[PERSON_1] and [PERSON_2]",
        "[PERSON_3] called [PERSON_1]",
    ]


def test_mask_keeps_the_last_four_of_numbers_alone():
    batch = one_conversation("card 4111 1111 1111 1111, a@b.co, Ann")
    assert scrubber("mask").scrub(batch).texts == ["card ****1111, ****, ****"]


def test_hash_is_the_same_everywhere_and_depends_on_the_key():
    texts = one_conversation("a@b.co"), TextBatch.of(["write A@B.co"])
    first, second = (scrubber("hash").scrub(batch).texts[0] for batch in texts)
    assert re.fullmatch(r"\[EMAIL#[0-9a-f]{12}\]", first)
    assert second == f"write {first}"
    assert scrubber("hash", key=OTHER_KEY).scrub(texts[0]).texts[0] != first


def test_surrogate_keeps_format_and_is_the_same_over_the_corpus():
    once = (
        scrubber("surrogate")
        .scrub(one_conversation("John Smith, (415) 555-2671, 4111 1111 1111 1111"))
        .texts[0]
    )
    assert re.fullmatch(r"[A-Z][a-z]+ [A-Z][a-z]+, \(\d{3}\) 555-01\d\d, 4000 0000 \d{4} \d{4}", once)
    again = scrubber("surrogate").scrub(one_conversation("john at +1 415 555 2671")).texts[0]
    assert again == f"{once.split()[0].lower()} at +1 " + " ".join(re.findall(r"\d+", once)[:3])


def test_keep_leaves_the_value_and_reports_it():
    result = scrubber("keep").scrub(one_conversation("mail a@b.co"))
    assert result.texts == ["mail a@b.co"]
    assert [(entry.entity, entry.start, entry.end) for entry in result.replaced] == [("EMAIL", 5, 11)]


def test_an_address_inside_a_kept_url_is_replaced():
    config = PiiConfig(entities={"URL": {"policy": "keep"}})
    found = Scrubber(config, KEY, (EMAILS, Marker("URL", r"https?://\S+", 0.99)))
    batch = one_conversation("see https://x.io/?m=a@b.co and https://x.io/help")
    assert found.scrub(batch).texts == ["see https://x.io/?m=[EMAIL_1] and https://x.io/help"]


def test_reject_names_the_conversation_and_cleans_its_text():
    batch = TextBatch(["fine", "mail a@b.co"], [0, 1], ["", ""], [[], []])
    result = scrubber("reject").scrub(batch)
    assert result.texts == ["fine", "mail [EMAIL]"]
    assert result.rejected == {1: ["EMAIL"]}


def test_a_disabled_entity_and_a_doubtful_finding_are_left():
    config = PiiConfig(entities={"PHONE": {"enabled": False}}, min_confidence=0.6)
    found = Scrubber(config, None, (PHONES, EMAILS._replace(confidence=0.5)))
    assert found.scrub(one_conversation("a@b.co 415 555 2671")).texts == ["a@b.co 415 555 2671"]


def test_policies_that_need_a_key_say_so_together():
    with pytest.raises(ConfigError) as error:
        Scrubber(
            PiiConfig(entities={"EMAIL": {"policy": "hash"}, "PHONE": {"policy": "surrogate"}}), None, ()
        )
    assert len(error.value.problems) == 2


def test_account_gives_spans_before_and_after_and_no_value():
    result = scrubber("index").scrub(one_conversation("😀 a@b.co and c@d.org"))
    rows = result.findings.to_pylist()
    assert [(row["start"], row["end"], row["new_start"], row["new_end"]) for row in rows] == [
        (2, 8, 2, 11),
        (13, 20, 16, 25),
    ]
    assert {len(row["value_hash"]) for row in rows} == {32}
    assert "@" not in str(rows)


def test_findings_without_a_key_have_no_hash():
    row = scrubber("index", key=None).scrub(one_conversation("a@b.co")).findings.to_pylist()[0]
    assert (row["value_hash"], row["key_version"]) == (None, None)


@pytest.mark.parametrize("policy", POLICIES)
@given(data=st.data())
@settings(max_examples=30, deadline=None)
def test_scrubbing_twice_changes_nothing(policy, data):
    pieces = st.one_of(
        st.text(max_size=8),
        st.emails(),
        st.sampled_from(
            [" [EMAIL_1] ", "****1234", "****", "[PERSON#00ff00ff00ff]", "John Smith", "john", " 415 555 2671 ",
             "4111 1111 1111 1111", "[EMAIL", "_1]", "a@b.co", " ", "(212) 555-0143", "[PHONE_2]5551234567"]
        ),
    )  # fmt: skip
    texts = data.draw(st.lists(st.lists(pieces, max_size=6).map("".join), min_size=1, max_size=4))
    mine = scrubber_of(policy)
    once = mine.scrub(one_conversation(*texts)).texts
    assert mine.scrub(one_conversation(*once)).texts == once


@pytest.mark.parametrize("policy", POLICIES)
@given(st.lists(st.sampled_from(["a@b.co", "john", "John Smith", "c@d.org"]), max_size=8), st.integers(1, 7))
@settings(max_examples=12, deadline=None)
def test_batches_may_be_cut_between_conversations(policy, texts, cut):
    mine = scrubber_of(policy)
    whole = mine.scrub(TextBatch.of(texts)).texts
    parts = [mine.scrub(TextBatch.of(part)).texts for part in (texts[:cut], texts[cut:])]
    assert whole == parts[0] + parts[1]
