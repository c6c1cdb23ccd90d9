"""The classifier of an item's type, on pairs that its rules were not made from; docs/training.md has the figure."""

from __future__ import annotations

from pathlib import Path

import yaml

from smelt.tuning.encoding.instructions import TEMPLATES, instruction_pair, kind_asked, kind_of

LABELLED = yaml.safe_load((Path(__file__).parent / "item_kinds.yaml").read_text("utf-8"))


def test_how_often_it_is_right():
    rows = [(kind, pair["question"], pair["answer"]) for kind, pairs in LABELLED.items() for pair in pairs]
    wrong = [(kind, kind_of(q, a), q) for kind, q, a in rows if kind_of(q, a) != kind]
    assert 1 - len(wrong) / len(rows) >= 0.8, wrong


def test_how_often_it_is_right_by_the_question_alone():
    rows = [(kind, pair["question"]) for kind, pairs in LABELLED.items() for pair in pairs]
    wrong = [(kind, kind_asked(q), q) for kind, q in rows if kind_asked(q) != kind]
    assert 1 - len(wrong) / len(rows) >= 0.7, wrong


def test_what_is_asked_of_a_model_says_nothing_of_the_reference_answer():
    row = {"example_id": "e1", "instruction": "printing double sided", "input": ""}
    steps, fact = (row | {"output": text} for text in ("1. Open it\n2. Press OK\n3. Wait", "It can do that."))
    assert instruction_pair(steps, is_known=True).prompt != instruction_pair(fact, is_known=True).prompt
    assert instruction_pair(steps, is_known=False).prompt == instruction_pair(fact, is_known=False).prompt


def test_a_pair_is_worded_by_its_kind_and_says_what_came_before():
    row = {
        "example_id": "e1", "instruction": "Where is {input}?", "input": "Customer: hello", "output": "On Main Street."
    }  # fmt: skip
    pair = instruction_pair(row, is_known=True)
    text = pair.prompt[0]["content"]
    assert text == TEMPLATES["qa"].replace("{instruction}", "Where is {input}?") + (
        "\n\nWhat was said before:\nCustomer: hello"
    )
    assert pair.answer == "On Main Street."
