from __future__ import annotations

import json

import pytest

from smelt.augment.config import AugmentConfig
from smelt.augment.model.children import problems_of, written_children
from smelt.augment.model.config import ModelConfig
from smelt.augment.model.prompt import WrittenPair, request_of

PARENT = {
    "example_id": "e", "record_id": "r", "source": "mail", "category": "pay", "content_hash": "h",
    "question": "How do I pay bill AB-12 from abroad?",
    "answer": "Open the app, choose the bill AB-12, then pay 37.50 with your card before Friday evening.",
}  # fmt: skip
GOOD = WrittenPair(
    "I am travelling. What is the way to settle my bill?",
    "In the app, choose the bill AB-12 and pay 37.50 with your card. Do so before Friday evening, please.",
)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({}, None),
        ({"answer": GOOD.answer.replace("37.50", "38.50")}, "facts_changed"),
        ({"answer": GOOD.answer.replace(" 37.50", "")}, "facts_changed"),
        ({"question": "I am in room 99. How do I pay my bill?"}, "facts_changed"),
        ({"question": "Pay?"}, "question_too_short"),
        ({"answer": "AB-12 Friday 37.50"}, "answer_too_short"),
        ({"question": PARENT["question"]}, "near_parent"),
        (
            {
                "answer": "AB-12 37.50 Friday is something else altogether, so nobody would ever say it like that here."
            },
            "answer_apart",
        ),
    ],
)
def test_a_written_pair_keeps_the_facts_and_is_new(changed, reason):
    config = AugmentConfig(answer_overlap=0.3)
    found = problems_of(GOOD._replace(**changed), PARENT, (), config)
    assert (reason in found) if reason else (found == [])


def test_rows_are_those_of_children_with_the_models_name():
    config = AugmentConfig.model_validate({"model": {"url": "http://127.0.0.1/v1", "name": "tiny"}})
    rows = written_children(PARENT, [GOOD, GOOD], config, holds_personal_data=lambda texts: False)
    [row] = rows
    assert (row["origin"], row["parent_id"], row["parent_hash"]) == ("model:tiny", "e", "h")
    leaking = written_children(PARENT, [GOOD], config, holds_personal_data=lambda texts: True)
    assert leaking[0]["rejections"] == ["personal_data"]


SECTION = {
    "kind": "external", "question": "Fees",
    "answer": "A card is 5 euros a year, paid in advance. A lost one is replaced for 12 euros within 3 days by post.",
}  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "reasons"),
    [
        ("A lost card is replaced for 12 euros, and comes within 3 days by post.", []),
        ("A lost card is replaced for 13 euros, and comes within 3 days by post.", ["facts_changed"]),
        (
            "Please call our friendly people, who will be glad to help you with whatever it is.",
            ["answer_apart"],
        ),
    ],
)
def test_an_answer_of_a_document_says_what_its_section_says(answer, reasons):
    pair = WrittenPair("What do I pay when I lose my card?", answer)
    assert problems_of(pair, PARENT | SECTION, (), AugmentConfig()) == reasons


def test_a_document_is_asked_about_by_its_heading_and_section():
    config = ModelConfig(url="http://127.0.0.1/v1", name="tiny")
    system, asked = request_of("Fees", "A card is 5 euros.", "cards", config, "external")["messages"]
    assert "section of a document" in system["content"]
    assert json.loads(asked["content"]) == {
        "topic": "cards",
        "heading": "Fees",
        "section": "A card is 5 euros.",
    }
