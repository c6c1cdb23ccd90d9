"""Pairs of a language model over tables, with a server on this machine in its place."""

from __future__ import annotations

import json
import re

import pytest

from smelt.config import load_config
from smelt.errors import ConfigError
from smelt.jobs import load_stage
from smelt.pipeline.job import open_job
from smelt.pipeline.run import run_stage
from tests.builders import an_example, rows_of
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
    assert "target" in result.note
    assert len(seen) == asked
    assert "kept 6" in again.note


def test_without_a_server_it_says_what_to_set(job):
    with pytest.raises(ConfigError, match=r"augment\.model\.url"):
        run_stage(job("r3", "null"), load_stage("model_augmentations"))
