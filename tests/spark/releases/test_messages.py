"""Rows in, the columns that trainers read out."""

from __future__ import annotations

import pytest

from smelt.releases.messages import add_training_columns

SCHEMA = "question string, answer string, context array<struct<role:string,text:string>>"


def rendered(spark, context, *, system_prompt=None, context_turns=6):
    rows = spark.createDataFrame([("Why?", "Because.", context)], SCHEMA)
    done = add_training_columns(rows, system_prompt=system_prompt, context_turns=context_turns)
    return done.collect()[0].asDict(recursive=True)


def said(row, column):
    return [(message["role"], message["content"]) for message in row[column]]


def test_without_context(spark):
    row = rendered(spark, [])
    assert said(row, "prompt") == [("user", "Why?")]
    assert said(row, "completion") == [("assistant", "Because.")]
    assert said(row, "messages") == [("user", "Why?"), ("assistant", "Because.")]
    assert (row["instruction"], row["input"], row["output"]) == ("Why?", "", "Because.")


def test_context_becomes_earlier_messages(spark):
    row = rendered(spark, [("customer", "Hi"), ("agent", "Hello")], system_prompt="Be kind.")
    assert said(row, "prompt") == [
        ("system", "Be kind."),
        ("user", "Hi"),
        ("assistant", "Hello"),
        ("user", "Why?"),
    ]
    assert row["input"] == "Customer: Hi\nAgent: Hello"


def test_a_leading_assistant_is_left_out_of_messages_but_not_of_alpaca(spark):
    row = rendered(spark, [("agent", "Hello, Ada here."), ("customer", "Hi")])
    assert said(row, "prompt") == [("user", "Hi\nWhy?")]
    assert row["input"] == "Agent: Hello, Ada here.\nCustomer: Hi"


def test_neighbours_of_one_role_are_one_message(spark):
    row = rendered(spark, [("customer", "a"), ("agent", "b"), ("bot", "c")])
    assert said(row, "prompt") == [("user", "a"), ("assistant", "b\nc"), ("user", "Why?")]


@pytest.mark.parametrize(("turns", "expected"), [(0, ["Why?"]), (1, ["c\nWhy?"]), (9, ["a", "b", "c\nWhy?"])])
def test_only_the_last_turns_are_kept(spark, turns, expected):
    row = rendered(spark, [("customer", "a"), ("agent", "b"), ("customer", "c")], context_turns=turns)
    assert [content for _, content in said(row, "prompt")] == expected
