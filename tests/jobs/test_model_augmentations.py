"""Pairs of a language model over tables, with a server on this machine in its place."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from smelt.config import load_config
from smelt.errors import ConfigError
from smelt.jobs import load_stage
from smelt.pipeline.job import open_job
from smelt.pipeline.run import run_stage
from tests.builders import an_example, rows_of
from tests.unit.augment.model.batch_server import BatchServer, completed, serving_batches
from tests.unit.augment.model.misbehaving_server import said, serving

ANSWER = "Open the settings of order {0}, choose its address, type the new one and save order {0} there."


def written(handler):
    """Two pairs for the order that was asked about: one good, one that changes a number."""
    number = re.search(r"order number (\d+)", handler.asked).group(1)
    good = {
        "question": f"Where can I type another address for order number {number}?",
        "answer": f"In the settings of order {number}, choose its address, type the new one, then save order {number}.",
    }
    wrong = good | {
        "question": "Where do I type another address?",
        "answer": good["answer"].replace(number, "999"),
    }
    status, body = said(f"Here: {json.dumps({'pairs': [good, wrong]})}")
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


@pytest.fixture
def job(spark, tmp_path):
    def of(run, url, **more):
        settings = [
            f"warehouse.root={tmp_path / 'w'}", "pii.key.demo=true", f"augment.model.url={url}",
            "augment.model.name=tiny", "augment.model.target=6",
            "augment.model.backoff=0", *(f"{key}={value}" for key, value in more.items()),
        ]  # fmt: skip
        return open_job(load_config(settings=settings), run_id=run, spark=spark)

    rows = [
        an_example(
            str(n), question=f"How do I change the address of my order number {n}?", answer=ANSWER.format(n)
        )
        for n in range(10, 30)
    ]
    first = of("r0", "null")
    first.warehouse.replace_where("silver.examples", rows_of(spark, "silver.examples", rows), "true")
    for stage in ("scores", "curated_examples"):
        run_stage(first, load_stage(stage))
    return of


def test_pairs_are_written_gated_and_asked_for_once(job):
    with serving((429, b""), written) as (url, seen):
        made = job("r1", url)
        result = run_stage(made, load_stage("model_augmentations")).result
        asked = len(seen)
        rows = made.warehouse.read("silver.augmentations").collect()
        again = run_stage(
            job("r2", url, **{"augment.most_similar": "0.9"}), load_stage("model_augmentations")
        ).result
    assert result.total("out") == 6 == sum(not row["rejections"] for row in rows)
    assert {row["rejections"][0] for row in rows if row["rejections"]} == {"facts_changed"}
    assert {row["origin"] for row in rows} == {"model:tiny"}
    assert asked == 7  # six parents, and the first one twice
    answers = made.warehouse.read("silver.model_answers").collect()
    assert len(answers) == 6
    sent = made.warehouse.read("ops.model_requests").collect()
    assert {row["request_hash"] for row in sent if row["outcome"] == "answered"} == {
        row["request_hash"] for row in answers
    }
    assert {row["outcome"] for row in sent} == {"answered", "not_asked"}
    assert "target" in result.note
    assert len(seen) == asked
    assert "kept 6" in again.note


def pairs_for(request):
    """The line of a batch's answer: one good pair for the order that was asked about."""
    number = re.search(r"order number (\d+)", json.dumps(request["body"])).group(1)
    good = {
        "question": f"Where can I type another address for order number {number}?",
        "answer": f"In the settings of order {number}, choose its address, type the new one, then save order {number}.",
    }
    return completed(json.dumps({"pairs": [good]}))


def test_a_batch_is_made_once_whatever_kills_the_run(job, monkeypatch):
    failing = iter([True])

    def answer(request):
        return completed("", status=500) if next(failing, False) else pairs_for(request)

    server = BatchServer(answer)
    settings = {"augment.model.batch": "{requests: 4, poll: 0.01}", "augment.model.pairs_a_request": 1}
    with serving_batches(server) as url:
        killed = job("b1", url, **settings)
        with monkeypatch.context() as patched:
            patched.setattr("smelt.augment.model.client.time.sleep", lambda seconds: None)
            patched.setattr("smelt.augment.model.batch.BatchClient.results", interrupted)
            with pytest.raises(KeyboardInterrupt):
                run_stage(killed, load_stage("model_augmentations"))
        sent = killed.warehouse.read("ops.model_requests").collect()
        assert {(row["batch_id"], row["outcome"], row["server"]) for row in sent} == {("batch-1", None, url)}
        assert len(sent) == 4
        said = []
        done = replace(job("b2", url, **settings), say=said.append)
        result = run_stage(done, load_stage("model_augmentations")).result
    assert "1 batches of earlier runs taken up" in result.note
    assert result.total("out") == 6
    custom = [request["custom_id"] for batch in server.batches.values() for request in batch["requests"]]
    assert len(custom) == len(set(custom)) + 1  # the one that the server failed on is asked again
    rows = done.warehouse.read("ops.model_requests").collect()
    assert {row["outcome"] for row in rows} == {"answered"}
    assert all(row["tokens_in"] == 100 for row in rows)
    assert any(line.startswith("6 of 6 pairs accepted") for line in said)
    assert any("in_progress" in line for line in said)


def interrupted(self, batch):
    raise KeyboardInterrupt


def test_a_batch_that_is_open_is_left_to_the_next_run(job):
    server = BatchServer(pairs_for)
    server.looks = 3
    settings = {"augment.model.batch": "{requests: 9, poll: 0.01, give_up: 0.001}", "augment.model.target": 2}
    with serving_batches(server) as url:
        first = run_stage(job("o1", url, **settings), load_stage("model_augmentations")).result
        server.looks = 0
        for batch in server.batches.values():
            batch["looks"] = 0
        second = run_stage(job("o2", url, **settings), load_stage("model_augmentations")).result
    assert "a batch is open: the next run takes it up" in first.note
    assert first.total("in") == 0
    assert second.total("out") == 2
    assert len(server.batches) == 2  # the first asked for one request only: two pairs were hoped for


def test_without_a_server_it_says_what_to_set(job):
    with pytest.raises(ConfigError, match=r"augment\.model\.url"):
        run_stage(job("r3", "null"), load_stage("model_augmentations"))
