import pytest
from pydantic import ValidationError

from smelt.errors import ConfigError
from smelt.pii.config import PiiConfig
from smelt.pii.detect.patterns import PatternDetector
from smelt.pii.detect.patterns.matching.labels import Labels
from smelt.pii.spans import claim
from smelt.pii.types import TextBatch

LABELS = Labels()


def read(text, value):
    start = text.index(value)
    return LABELS.read(text, start, start + len(value))


def turns(*spoken):
    """Two-sided conversation: (role, text) in order."""
    return TextBatch([text for _, text in spoken], [0] * len(spoken), [role for role, _ in spoken], [[]])


def found(batch, **config):
    detector = PatternDetector(PiiConfig.model_validate(config))
    return [(f.text, f.entity, batch.texts[f.text][f.start : f.end]) for f in claim(detector.detect(batch))]


def test_the_nearest_label_is_the_direct_one():
    assert read("order 12 for my phone number: 5551234", "5551234").direct == "phone"
    assert read("my phone broke, order no 5551234", "5551234").direct == "veto"


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Refund of credit 37.30\n\nThere is a credit of €265.19 that nobody pays out", []),
        ("Refund of credit 4730 EUR", []),
        ("account 1,234.56 is open", []),
        ("account 4821 EUR were taken; account 48213399 is mine", ["48213399"]),
        ("my account number 4821.55", ["4821.55"]),
    ],
)
def test_an_amount_is_no_account(text, numbers):
    assert [value for _, _, value in found(turns(("customer", text)))] == numbers


def test_a_word_between_makes_a_label_indirect():
    reading = read("the account we opened together 1234567", "1234567")
    assert reading.direct == ""
    assert "account" in reading.nearby


def test_a_sentence_ends_a_label():
    assert read("I have an account. It took 1234567 steps", "1234567").nearby == frozenset()


def test_two_words_are_one_label():
    assert read("my social security number is 1234", "1234").direct == "ssn"
    assert read("my social media 1234", "1234").direct == ""


def test_a_label_may_follow():
    assert read("4783 this is my ssn number", "4783").after == "ssn"
    assert read("415 2671 (mobile)", "415 2671").after == "phone"


def test_the_agents_question_says_what_a_bare_answer_is():
    batch = turns(("agent", "What are the last four of your SSN?"), ("customer", "8556"))
    assert found(batch) == [(1, "US_SSN", "8556")]


def test_without_the_question_four_digits_are_nothing():
    assert found(turns(("customer", "8556"))) == []


def test_a_question_of_another_conversation_does_not_count():
    batch = TextBatch(["What is your SSN?", "8556"], [0, 1], ["agent", "customer"], [[], []])
    assert found(batch) == []


def test_a_birth_date_after_a_question():
    batch = turns(("agent", "And your date of birth, please?"), ("customer", "26 April 1960"))
    assert found(batch) == [(1, "DATE_OF_BIRTH", "26 April 1960")]


def test_custom_entities_need_their_context_and_checksum():
    pattern = {"pattern": "[0-9]{11}", "checksum": "luhn", "context": ["policy"], "veto": ["old"]}
    batch = TextBatch.of(
        ["policy 79927398713", "policy 79927398710", "old policy 79927398713", "79927398713 kg"]
    )
    rows = found(batch, custom={"POLICY_NUMBER": pattern})
    assert [row for row, entity, _ in rows if entity == "POLICY_NUMBER"] == [0]


def test_custom_entities_that_cannot_work_are_refused_together():
    patterns = {"A_B": "(", "C_D": r"(a)\1", "E_F": "(?=x)x", "G_H": "(?:a{1000}){1000}"}
    with pytest.raises(ValidationError) as refused:
        PiiConfig.model_validate({"custom": {name: {"pattern": each} for name, each in patterns.items()}})
    assert all(name in str(refused.value) for name in patterns)
    assert "look-around" in str(refused.value)
    config = PiiConfig.model_validate(
        {"custom": {name: {"pattern": "x", "checksum": f"no.{name}"} for name in ("A_B", "C_D")}}
    )
    with pytest.raises(ConfigError) as caught:
        PatternDetector(config)
    assert all(name in str(caught.value) for name in ("A_B", "C_D"))


def test_a_disabled_entity_is_not_found():
    assert found(TextBatch.of(["see https://example.org"]), entities={"URL": {"enabled": False}}) == []


def test_reserved_ranges_are_a_policy():
    batch = TextBatch.of(["call 415-555-0132 from 192.168.0.1, card 4111111111111111, mail a@example.com"])
    ignore = dict.fromkeys(("phones", "ips", "cards", "emails"), "ignore")
    assert {entity for _, entity, _ in found(batch)} == {"PHONE", "IP", "CREDIT_CARD", "EMAIL"}
    assert found(batch, reserved=ignore) == []
