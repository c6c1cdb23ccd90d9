from __future__ import annotations

import json

import pytest

from smelt.augment.model.client import ChatClient, ModelError
from smelt.augment.model.config import ModelConfig
from smelt.augment.model.prompt import UnusableAnswerError, WrittenPair, pairs_of, request_of
from smelt.augment.model.writing import Spent, requests_for, write_pairs
from tests.unit.augment.model.misbehaving_server import GOOD, breaks_off, hangs_up, said, serving, stalls

PARENTS = [
    {
        "example_id": str(n),
        "question": f"How do I pay bill {n}?",
        "answer": f"Choose pay for bill {n}.",
        "category": "pay",
    }
    for n in range(6)
]


def config_of(url, **more):
    return ModelConfig(**({"url": url, "name": "tiny", "retries": 2, "backoff": 0, "timeout": 20} | more))


def complete(url, waits=None, **more):
    config = config_of(url, **more)
    body = request_of("How do I pay?", "Choose pay.", "pay", config)
    return ChatClient(config, sleep=(waits if waits is not None else []).append).complete(body)


def test_a_request_says_what_the_server_needs(monkeypatch):
    monkeypatch.setenv("SMELT_MODEL_KEY", "secret")
    with serving(said(GOOD)) as (url, seen):
        found = complete(url)
    assert (found.content, found.tokens_in, found.tokens_out) == (GOOD, 100, 50)
    [(path, headers, body)] = seen
    assert path == "/v1/chat/completions"
    assert headers["Authorization"] == "Bearer secret"
    assert (body["model"], body["messages"][0]["role"], body["max_tokens"]) == ("tiny", "system", 800)
    assert json.loads(body["messages"][1]["content"]) == {
        "topic": "pay",
        "question": "How do I pay?",
        "answer": "Choose pay.",
    }


@pytest.mark.parametrize(
    "bad",
    [(429, b"slow down"), (500, b"oops"), (503, b""), hangs_up, stalls, breaks_off, (200, b"<html>"),
     (200, b'{"choices": []}'), said(""), said(None)],
)  # fmt: skip
def test_what_passes_is_tried_again(bad):
    with serving(bad, said(GOOD)) as (url, seen):
        patience = {"timeout": 1, "retries": 10} if bad is stalls else {}  # a busy machine may stall, too
        assert complete(url, **patience).content == GOOD
    assert len(seen) >= 2


def test_the_server_says_how_long_to_wait_else_it_doubles():
    waits = []
    with serving((429, b"", {"Retry-After": "7"}), (500, b""), said(GOOD)) as (url, _):
        complete(url, waits, backoff=3)
    assert waits == [7.0, 6]


@pytest.mark.parametrize(
    ("bad", "reason", "tries"),
    [
        ((503, b""), "status_503", 3),
        (hangs_up, "unreachable", 3),
        (said(" "), "empty", 3),
        ((200, b"no"), "not_json", 3),
        ((200, b'{"choices": [{"message": "Hello"}]}'), "not_json", 3),
        (said("I cannot", finish_reason="content_filter"), "refused", 1),
        (said('{"pairs": [{"que', finish_reason="length"), "cut", 1),
    ],
)
def test_what_stays_is_a_failure_with_its_reason(bad, reason, tries):
    with serving(bad) as (url, seen), pytest.raises(UnusableAnswerError) as error:
        complete(url)
    assert (error.value.reason, len(seen)) == (reason, tries)


def test_a_wrong_key_stops_everything_with_a_hint():
    with (
        serving((401, b'{"error": "bad key"}')) as (url, seen),
        pytest.raises(ModelError, match=r"401.*environment"),
    ):
        complete(url)
    assert len(seen) == 1


@pytest.mark.parametrize(
    "content",
    [GOOD, f"Sure! Here you are:\n```json\n{GOOD}\n```\nAnything else?", f'[1] as asked: {GOOD}',
     json.dumps(json.loads(GOOD)["pairs"]), json.dumps(json.loads(GOOD)["pairs"][0])],
)  # fmt: skip
def test_pairs_are_found_in_json_whatever_stands_around_it(content):
    assert pairs_of(content) == [WrittenPair(**json.loads(GOOD)["pairs"][0])]


@pytest.mark.parametrize(
    ("content", "reason"),
    [("", "empty"), ("I am sorry, I cannot do that.", "no_json"), (GOOD[:60], "cut"), ('{"pairs": []}', "no_pairs"),
     ('{"pairs": [{"question": "x", "answer": " "}, 3]}', "no_pairs"), ("[" * 100_000, "cut")],
)  # fmt: skip
def test_an_answer_without_pairs_has_a_reason(content, reason):
    with pytest.raises(UnusableAnswerError) as error:
        pairs_of(content)
    assert error.value.reason == reason


def asked(
    url,
    spent,
    parents=PARENTS,
    kept=None,
    may_leave=lambda text: True,
    accept=lambda parent, pair: True,
    **more,
):
    config = config_of(url, **more)
    client = ChatClient(config, sleep=lambda _: None)
    requests = requests_for(parents, config, kept=kept or {}, may_leave=may_leave)
    return list(write_pairs(requests, config, client, accept=accept, spent=spent))


@pytest.mark.parametrize(
    ("limit", "requests"),
    [({"target": 2}, 2), ({"max_requests": 3}, 3), ({"max_tokens": 300}, 2),
     ({"max_cost": 0.0003, "price_in": 1.0, "price_out": 1.0}, 2)],
)  # fmt: skip
def test_asking_ends_at_the_first_limit(limit, requests):
    spent = Spent()
    with serving(said(GOOD)) as (url, seen):
        asked(url, spent, **limit)
    assert (len(seen), spent.requests) == (requests, requests)
    assert spent.limit_reached(config_of("http://x", **limit)) == next(iter(limit))


def test_answers_are_kept_and_failures_are_not():
    with serving(said(GOOD), said("I cannot."), said(GOOD)) as (url, seen):
        first = asked(url, Spent(), PARENTS[:3])
        kept = {each.request_hash: each.content for each in first if each.content}
        again = asked(url, Spent(), PARENTS[:3], kept)
    assert [each.outcome for each in first] == ["answered", "no_json", "answered"]
    assert [each.outcome for each in again] == ["kept", "answered", "kept"]
    assert len(seen) == 4


def test_what_may_not_leave_is_never_sent():
    spent = Spent()
    with serving(said(GOOD)) as (url, seen):
        found = asked(url, spent, may_leave=lambda text: "bill 1?" not in text, max_requests=10)
    assert [each.outcome for each in found].count("not_sent_personal_data") == 1
    assert not any("bill 1?" in body["messages"][1]["content"] for _, _, body in seen)
    assert (spent.requests, spent.accepted) == (5, 5)


def test_only_accepted_pairs_count_towards_the_target():
    spent = Spent()
    with serving(said(GOOD)) as (url, _):
        asked(url, spent, accept=lambda parent, pair: parent["example_id"] in "35", target=1)
    assert (spent.requests, spent.accepted) == (4, 1)


def test_contradictions_are_told_together():
    with pytest.raises(ValueError, match=r"url must begin.*name of the model.*max_cost needs"):
        ModelConfig(url="localhost", max_cost=3)
