from __future__ import annotations

import pyarrow as pa

from smelt.augment.categories import checking, learn

VERBS = ("open", "find", "change", "see", "cancel", "ask about", "get", "lose", "return", "order")
ABOUT = {"card": ("card", "pin", "atm"), "loan": ("loan", "mortgage", "interest")}
ROWS = [
    (f"How do I {verb} my {thing} number {n}?", category)
    for n in range(6)
    for verb in VERBS
    for category, things in ABOUT.items()
    for thing in things
]


def learned(rows=ROWS):
    return learn([question for question, _ in rows], [category for _, category in rows], seed="s")


def test_it_is_measured_on_questions_that_it_has_not_seen():
    found = learned()
    assert found.accuracy == 1.0
    assert 50 <= found.held < len(ROWS) / 3
    assert found.of(["May I have a new pin for the atm?", "What is the interest of a mortgage?"]) == [
        "card",
        "loan",
    ]


def test_categories_by_chance_are_measured_as_such():
    by_chance = [(question, "even" if hash_of(question) % 2 else "odd") for question, _ in ROWS]
    assert learned(by_chance).accuracy < 0.7


def hash_of(text):
    return sum(text.encode()) // 7


def test_too_few_questions_or_one_category_teach_nothing():
    assert learned(ROWS[:40]) is None
    assert learned([row for row in ROWS if row[1] == "card"]) is None


def test_only_a_change_that_the_classifier_can_see_is_one():
    rows = [
        ("kept", "card", "How do I change my pin?", "Could you tell me how to change my pin?"),
        ("changed", "card", "How do I change my pin?", "How do I get a mortgage loan?"),
        ("unsure", "card", "How do I pay interest on the loan?", "How do I get a mortgage loan?"),
    ]
    names = ("example_id", "category", "parent_question", "question")
    batch = pa.RecordBatch.from_pylist([dict(zip(names, row, strict=True)) for row in rows])
    [out] = checking(learned())([batch])
    assert out.to_pylist() == [{"example_id": "changed"}]
