"""Every rule keeps what it must: case, names, numbers, codes, negations; and each does what it says."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smelt.augment.acceptance import facts_of, rejections_of, similarity
from smelt.augment.children import children_of
from smelt.augment.config import AugmentConfig
from smelt.augment.rules import applied, domain, english

RULES = {rule.name: rule for rule in english()}


def said(name, question):
    return list(applied(RULES[name], question))


@pytest.mark.parametrize(
    ("rule", "question", "children"),
    [
        ("how_do_i", "How do i set up my PIN?", ["How can I set up my PIN?",
                                                 "Could you tell me how to set up my PIN?"]),
        ("how_do_i_step", "How do I set up my PIN?", ["What do I need to do to set up my PIN?"]),
        ("how_do_i_step", "How do I know?", []),
        ("can_i", "Can I be charged twice?", []),
        ("assist", "Can you help me find it?", []),
        ("assist", "Please help me!", ["Please assist me!"]),
        ("can_i", "My card is lost. Can I block it?", ["My card is lost. Am I able to block it?",
                                                       "My card is lost. Is it possible for me to block it?",
                                                       "My card is lost. Would I be able to block it?"]),
        ("greeting", "Hi, where is my order?", ["Hello, where is my order?"]),
        ("i_am", "Sorry, I'm waiting.", ["Sorry, I am waiting."]),
        ("what_is", "What's been changed?", []),
        ("what_is", "What's my limit?", ["What is my limit?"]),
        ("thanks", "It works thanks to you", []),
        ("how_do_i", "How do I pay, and how can I see it?", []),
    ],
)  # fmt: skip
def test_what_a_rule_says(rule, question, children):
    assert said(rule, question) == children


def test_a_question_without_its_mark_stays_without():
    assert said("how_can_i", "how can i pay")[0] == "How do I pay"


@pytest.mark.parametrize(
    "question",
    [
        'He wrote "let me know" to me', "See https://x.org/let-me-know please", "I will not let me know",
        "[LET_ME_KNOW_1] is it", "Ask {{let me know}} now",
    ],
)  # fmt: skip
def test_what_is_protected_is_left_alone(question):
    assert said("let_me_know", question) == []


def test_synonyms_of_the_domain_are_whole_words_in_their_case_and_number():
    [one, many] = domain({"fee": ("charge",)})
    assert list(applied(one, "Fee on coffee?")) == ["Charge on coffee?"]
    assert list(applied(many, "Which fees apply?")) == ["Which charges apply?"]
    assert list(applied(one, "There is no fee here")) == []
    assert list(applied(one, "Which fees apply?")) == []
    assert list(applied(domain({"country": ("state",)})[1], "Which countries?")) == ["Which states?"]


def test_children_are_new_named_and_the_same_every_time():
    question = "Hi, I want to know this. How do I change the address of order AB-123?"
    first = children_of(question, english(), many=4, most_rules=2, seed="s")
    assert first == children_of(question, english(), many=4, most_rules=2, seed="s")
    assert len({child.question.casefold() for child in first} | {question.casefold()}) == len(first) + 1
    assert all(1 <= len(child.rules) <= 2 and set(child.rules) <= set(RULES) for child in first)
    assert all("AB-123" in child.question for child in first)


WORDS = st.sampled_from(
    ["how do i", "can i", "i need to", "pay", "not", "never", "[NAME_1]", "AB-12", "37.50", "Paris", "let me know",
     "?", ".", "hi", "don't", "thanks", "immediately", "https://a.b/c", "my card", "until", "i'm"]
)  # fmt: skip


@settings(max_examples=50)
@given(st.lists(WORDS, min_size=1, max_size=9).map(" ".join))
def test_no_child_that_passes_has_other_facts(question):
    for child in children_of(question, english(), many=5, most_rules=3, seed="s"):
        reasons = rejections_of(child.question, "a" * 60, question, (), AugmentConfig())
        assert ("facts_changed" in reasons) == (facts_of(child.question) != facts_of(question))


@pytest.mark.parametrize(
    ("child", "reason"),
    [
        ("How can I pay 37.50 now?", None),
        ("How can I pay 38.50 now?", "facts_changed"),
        ("How can I not pay 37.50 now?", "facts_changed"),
        ("How do I pay 37.50 NOW?", "near_parent"),
        ("Pay 37.50?", None),
        ("37.50?", "question_too_short"),
        ("How can I pay 37.50 " + "now " * 60, "question_too_long"),
    ],
)
def test_every_gate_has_its_reason(child, reason):
    found = rejections_of(child, "a" * 60, "How do I pay 37.50 now?", (), AugmentConfig())
    assert (reason in found) if reason else (found == [])


def test_gates_of_the_answer_and_of_siblings():
    assert rejections_of("How can I pay you?", "short", "How do I pay?", (), AugmentConfig()) == [
        "answer_too_short"
    ]
    twice = rejections_of(
        "How can I pay you?", "a" * 60, "How do I pay?", ("how can I pay you",), AugmentConfig()
    )
    assert twice == ["near_sibling"]
    assert similarity("a b c", "a b c.") == 1


def test_synonyms_that_cannot_be_used_are_told_together():
    with pytest.raises(
        ValueError, match=r"fee: names no other.*'4g' must be letters.*card: stands for itself"
    ):
        AugmentConfig(synonyms={"fee": (), "net": ("4g",), "card": ("Card",)})
