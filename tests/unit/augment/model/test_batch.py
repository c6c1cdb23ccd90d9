from __future__ import annotations

import json

import pytest

from smelt.augment.model.batch import LOST, BatchClient, BatchOpenError, results_in, that_fit
from smelt.augment.model.client import ChatClient, Completion, ModelError
from smelt.augment.model.config import ModelConfig
from smelt.augment.model.writing import Spent, requests_for
from tests.unit.augment.model.batch_server import BatchServer, completed, serving_batches
from tests.unit.augment.model.misbehaving_server import GOOD
from tests.unit.augment.model.test_client import PARENTS


def config_of(url="http://127.0.0.1/v1", **more):
    return ModelConfig(
        **({"url": url, "name": "tiny", "retries": 2, "backoff": 0, "batch": {"poll": 1.0}} | more)
    )


def requests_of(config, parents=PARENTS):
    return list(requests_for(parents, config, kept={}, may_leave=lambda text: True))


def client_of(config, waits=None, said=None, clock=lambda: 0.0):
    chat = ChatClient(config, sleep=(waits if waits is not None else []).append)
    return BatchClient(config, chat, say=(said if said is not None else []).append, clock=clock)


@pytest.fixture
def server():
    return BatchServer(lambda request: completed(GOOD))


def test_a_batch_goes_there_and_back(server):
    waits, said = [], []
    with serving_batches(server) as url:
        config = config_of(url)
        requests = requests_of(config)
        client = client_of(config, waits, said)
        batch = client.start(requests)
        found = client.results(batch)
    assert found == {request.request_hash: Completion(GOOD, 100, 50) for request in requests}
    assert waits == [1.0, 1.0]
    assert said[-1] == "batch batch-1: completed, 0 of 6 answered"
    lines = [json.loads(line) for line in server.files["file-1"].splitlines()]
    assert [line["custom_id"] for line in lines] == [request.request_hash for request in requests]
    assert lines[0]["body"] == requests[0].body
    assert {line["url"] for line in lines} == {"/v1/chat/completions"}


@pytest.mark.parametrize("fail", [[503], [200, 500, 429], [200, 200, 500], [200, 200, 0], [200, 0]])
def test_a_server_that_fails_in_between_makes_one_batch(server, fail):
    server.fail = fail
    with serving_batches(server) as url:
        config = config_of(url)
        client = client_of(config)
        assert client.results(client.start(requests_of(config)))
    assert len(server.batches) == 1


def test_a_run_that_was_killed_finds_its_batch_again(server):
    with serving_batches(server) as url:
        config = config_of(url)
        requests = requests_of(config)
        first = client_of(config).start(requests)
        assert client_of(config).start(list(reversed(requests))) == first
        assert client_of(config).start(requests[:3]) != first
        assert client_of(config).start(requests, read=[first]) == "batch-3"  # what failed there is asked anew
        server.lists = False
        assert client_of(config).start(requests) == "batch-4"
    assert server.uploads == 4


def test_a_batch_that_takes_too_long_is_left_open(server):
    server.looks = 5
    with serving_batches(server) as url:
        config = config_of(url, batch={"give_up": 10})
        clock = iter(range(0, 100, 6))
        client = client_of(config, clock=lambda: next(clock))
        batch = client.start(requests_of(config))
        with pytest.raises(BatchOpenError):
            client.results(batch)


def test_answers_that_cannot_be_fetched_now_are_left_for_later(server):
    with serving_batches(server) as url:
        config = config_of(url)
        client = client_of(config)
        batch = client.start(requests_of(config))
        server.fail = [200, 200, 200, 500, 500, 500]
        with pytest.raises(BatchOpenError):
            client.results(batch)
        assert len(client.results(batch)) == 6


def test_a_refusal_says_what_to_do(server):
    server.fail = [401]
    with serving_batches(server) as url, pytest.raises(ModelError, match=r"401.*environment"):
        client_of(config_of(url)).start(requests_of(config_of(url)))
    server.fail = [200, 503, 503, 503]
    with serving_batches(server) as url, pytest.raises(ModelError, match="could not be made: status_503"):
        client_of(config_of(url)).start(requests_of(config_of(url)))
    with serving_batches(server) as url, pytest.raises(ModelError, match="404"):
        client_of(config_of(url)).results("nobodys")


def test_every_line_has_its_result_or_is_nobodys():
    lines = [
        json.dumps({"custom_id": "good"} | completed(GOOD)),
        json.dumps({"custom_id": "late", "response": None, "error": {"code": "batch_expired"}}),
        json.dumps({"custom_id": "wrong", "response": None, "error": {"code": "other"}}),
        json.dumps({"custom_id": "busy"} | completed(GOOD, status=503)),
        json.dumps({"custom_id": "odd", "response": {"status_code": 200, "body": []}}),
        json.dumps({"custom_id": "empty"} | completed(" ")),
        json.dumps({"custom_id": 3}), "[]", "", "[" * 100_000, '{"custom_id": "cut", "resp',
    ]  # fmt: skip
    assert results_in("\n".join(lines).encode()) == {
        "good": Completion(GOOD, 100, 50), "late": "batch_expired", "wrong": "batch_error", "busy": "status_503",
        "odd": "not_json", "empty": "empty",
    }  # fmt: skip
    assert LOST not in results_in(b"")


@pytest.mark.parametrize(
    ("limits", "many", "passed"),
    [
        ({"target": 100}, 6, None),
        ({"target": 3}, 2, None),
        ({"max_requests": 4}, 4, None),
        ({"batch": {"requests": 5}}, 5, None),
        ({"max_tokens": 3500}, 3, None),
        ({"max_tokens": 500}, 0, "max_tokens"),
        ({"max_cost": 0.0001, "price_out": 1.0}, 0, "max_cost"),
    ],
)
def test_a_batch_is_no_larger_than_the_limits_allow(limits, many, passed):
    config = config_of(**limits)
    spent = Spent()
    assert len(that_fit(requests_of(config), config, spent)) == many
    assert spent.next_passes == passed
    assert (spent.limit_reached(config) is not None) == (passed is not None)


def test_what_was_answered_before_takes_no_room():
    config = config_of(max_requests=1)
    requests = requests_of(config)
    known = {request.request_hash: GOOD for request in requests[:3]}
    again = list(requests_for(PARENTS, config, kept=known, may_leave=lambda text: True))
    assert len(that_fit(again, config, Spent())) == 4
