from __future__ import annotations

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smelt.monitor.logs.config import LogConfig
from smelt.monitor.logs.parse import Parser, feedback, message_of

NOW = dt.datetime(2026, 11, 28, 12, tzinfo=dt.UTC)


def parse(entry, versions=(), **log):
    config = LogConfig.model_validate({"name": "prod", "path": "logs", **log})
    return Parser(config, now=NOW, ahead_s=300, versions=versions).parse(entry)


def a_request(**changes):
    line = {
        "id": "a1",
        "at": "2026-11-28T10:00:00Z",
        "model_version": "3",
        "question": "Where is it?",
        "answer": "Here.",
    }
    return line | changes


def test_a_line_of_smelts_own_shape():
    found = parse(a_request(latency_ms="12.5", prompt_tokens=7, rating="up"))
    assert found.reasons == ()
    assert found.at == dt.datetime(2026, 11, 28, 10, tzinfo=dt.UTC)
    assert (found.values["question"], found.values["latency_ms"], found.values["tokens_in"]) == (
        "Where is it?",
        12.5,
        7,
    )
    assert [said.kind for said in found.feedback] == ["rating"]


def test_an_openai_request_and_response():
    asked = [
        {"role": "system", "content": "be kind"},
        {"role": "user", "content": [{"type": "text", "text": "Hi?"}]},
    ]
    answered = {
        "created": 1795600000,
        "model": "ft:x-2",
        "choices": [{"message": {"role": "assistant", "content": "Hello"}}],
        "usage": {"prompt_tokens": 9, "completion_tokens": 2},
    }
    request = {"model": "ft:x", "user": "u1", "messages": asked}
    found = parse({"id": "c-1", "request": request, "response": answered, "latency": 1.5}, shape="openai")
    assert found.reasons == ()
    assert found.values["question"] == "Hi?"
    assert found.values["answer"] == "Hello"
    assert found.values["model_version"] == "ft:x-2"
    assert found.values["latency_ms"] == 1500
    assert found.values["tokens_out"] == 2


def test_an_mlflow_trace_with_texts_as_json():
    info = {
        "trace_id": "tr-1",
        "request_time": "2026-11-28T09:00:00Z",
        "execution_duration": "0.25s",
        "tags": {"model_version": "7"},
    }
    data = {
        "request": json.dumps({"messages": [{"role": "user", "content": "Why?"}]}),
        "response": json.dumps({"choices": [{"message": {"role": "assistant", "content": "So."}}]}),
    }
    found = parse({"info": info, "data": data}, shape="mlflow")
    assert (found.reasons, found.values["question"], found.values["answer"]) == ((), "Why?", "So.")
    assert found.values["latency_ms"] == 250
    assert found.values["model_version"] == "7"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"id": None}, "missing_key"),
        ({"at": None}, "missing_time"),
        ({"at": "yesterday-ish"}, "bad_time"),
        ({"at": "2026-11-29T10:00:00Z"}, "time_in_future"),
        ({"model_version": None}, "missing_model_version"),
        ({"model_version": "9"}, "unknown_model_version"),
        ({"latency_ms": -3}, "negative_latency"),
        ({"tokens_in": "many"}, "bad_number"),
        ({"rating": "meh"}, "bad_feedback"),
    ],
)
def test_an_entry_that_cannot_be_used_says_why(changes, reason):
    assert reason in parse(a_request(**changes), versions=("3",)).reasons


def test_all_reasons_are_given_at_once():
    found = parse({"latency_ms": -1})
    assert set(found.reasons) == {"missing_key", "missing_time", "missing_model_version", "negative_latency"}


def test_a_clock_that_is_a_little_ahead_is_forgiven():
    assert parse(a_request(at="2026-11-28T12:04:00Z")).reasons == ()


def test_the_kind_of_an_error_is_kept_and_not_its_message():
    assert (
        parse(a_request(error="RateLimitError: user jane@example.org hit a limit")).values["error"]
        == "RateLimitError"
    )


def test_feedback_alone_needs_a_kind_that_is_known():
    assert parse({"id": "a1", "at": "2026-11-28"}, holds="feedback", of="prod").reasons == ("no_feedback",)


def test_feedback_is_about_the_request_of_its_log():
    asked = parse(a_request())
    said = parse({"id": "a1", "at": "2026-11-28", "reopened": True}, name="back", holds="feedback", of="prod")
    assert asked.record_id == said.record_id


@pytest.mark.parametrize(
    ("kind", "value", "score"),
    [
        ("rating", "up", 1.0), ("rating", "down", 0.0), ("rating", 5, 1.0), ("rating", 1, 0.0), ("csat", "3", 0.5),
        ("reopened", True, 0.0), ("reopened", "no", 1.0), ("correct", 1, 1.0), ("review", "accept", 1.0),
        ("review", "reject", 0.0),
    ],
)  # fmt: skip
def test_scores_of_feedback(kind, value, score):
    assert feedback(kind, value).score == score


@pytest.mark.parametrize(
    ("kind", "value"), [("csat", 9), ("rating", 0), ("review", "fine"), ("reopened", "perhaps")]
)
def test_what_says_nothing_known_is_none(kind, value):
    assert feedback(kind, value) is None


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda x: st.lists(x) | st.dictionaries(st.text(), x),
    )
)
def test_no_value_stops_the_parser(value):
    for shape in ("smelt", "openai", "mlflow"):
        found = parse(
            {
                "id": "a",
                "at": value,
                "question": value,
                "rating": value,
                "request": value,
                "latency_ms": value,
            },
            shape=shape,
        )
        assert isinstance(found.reasons, tuple)


def test_the_last_question_of_a_conversation_is_meant():
    messages = [
        {"role": "user", "content": "one"},
        {"role": "assistant", "content": "x"},
        {"role": "user", "content": "two"},
    ]
    assert message_of(messages, "user") == "two"
    assert message_of({"messages": messages}, "user") == "two"
