"""silver.duplicates from silver.examples: in one run or in many, the same rows."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from pyspark.sql import functions as F

from smelt.config import SmeltConfig
from smelt.duplicates.config import BoilerplateConfig, DuplicatesConfig, NearConfig
from smelt.jobs import duplicates as duplicates_job
from smelt.jobs import load_stage
from smelt.pipeline.job import Job
from smelt.pipeline.run import run_stage
from smelt.tables.contract import contract

NOON = dt.datetime(2026, 1, 1, 12)
WORDS = [f"word{i}" for i in range(400)]


def an_example(example_id, answer, *, question="How?", record=None, hour=0, version="1", rejections=()):
    return {
        "example_id": example_id, "record_id": record or f"r-{example_id}", "conversation_id": f"c-{example_id}",
        "source": "mail", "kind": "tickets", "position": 0, "question": question, "answer": answer, "context": [],
        "asked_at": NOON + dt.timedelta(hours=hour), "text_hash": example_id, "rejections": list(rejections),
        "content_hash": version, "ingested_at": NOON, "run_id": "made",
    }  # fmt: skip


def job_of(spark, warehouse, run_id, **settings):
    return Job(spark, SmeltConfig(duplicates=DuplicatesConfig(**settings)), warehouse, run_id)


def put_examples(spark, warehouse, rows):
    declared = contract("silver.examples")
    df = spark.createDataFrame(
        [{c: row.get(c) for c in declared.column_names} for row in rows], declared.ddl()
    )
    warehouse.merge("silver.examples", df)


def run_once(spark, warehouse, run_id, **settings):
    job = job_of(spark, warehouse, run_id, **settings)
    job.warehouse.create("ops.runs", "ops.ledger", *duplicates_job.WRITES)
    return run_stage(job, load_stage("duplicates")).result


def rows_of(warehouse):
    columns = [c for c in contract("silver.duplicates").column_names if c != "run_id"]
    return sorted(tuple(row) for row in warehouse.read("silver.duplicates").select(*columns).collect())


def text(draw, words=40):
    return " ".join(draw.choices(WORDS, k=words))


def edited(draw, base, edits):
    words = base.split()
    for _ in range(edits):
        words[draw.randrange(len(words))] = draw.choice(WORDS)
    return " ".join(words)


def test_exact_and_near_duplicates_and_the_kept_one(spark, warehouse):
    draw = random.Random(1)
    one, other = text(draw), text(draw)
    put_examples(spark, warehouse, [
        an_example("e1", one, hour=3), an_example("e2", one.upper() + "!", hour=1),
        an_example("e3", one + " and more", hour=2), an_example("e4", other),
        an_example("e5", "Yes.", question="Is it?"),
        an_example("e6", "Yes.", question="Are you open on Sunday?"), an_example("e7", "yes", question="is it"),
        an_example("e8", "..."), an_example("e9", one, rejections=["too_old"]),
    ])  # fmt: skip
    result = run_once(spark, warehouse, "run1")
    found = {row["example_id"]: row for row in warehouse.read("silver.duplicates").collect()}
    assert sorted(found) == ["e1", "e2", "e3", "e5", "e7"]
    assert [(found[e]["kind"], found[e]["kept_id"], found[e]["is_kept"]) for e in sorted(found)] == [
        ("exact", "e2", False), ("exact", "e2", True), ("near", "e2", False),
        ("exact", "e5", True), ("exact", "e5", False),
    ]  # fmt: skip
    assert found["e3"]["similarity"] == pytest.approx(36 / 38)
    assert (result.total("in"), result.total("out"), result.total("rejected")) == (8, 5, 3)


@pytest.mark.slow
@pytest.mark.parametrize(
    "one_task_rows",
    [
        pytest.param(400_000, id="one task"),
        pytest.param(0, id="many in one task of the embedded engine"),
        pytest.param(0, id="distributed", marks=pytest.mark.of_spark),
    ],
)
def test_many_runs_give_what_one_run_gives(spark, warehouse, tmp_path, one_task_rows):
    from smelt.tables.warehouse import Warehouse

    draw = random.Random(7)
    bases = [text(draw) for _ in range(12)] + [
        "short answer",
        "another one here",
        "word1 word2 word3 word4 word5 word6",
    ]
    footer = "\nYour ticket is answered within the legal term of three days"
    examples = {}
    for i in range(90):
        base = draw.choice(bases)
        answer = edited(draw, base, draw.choice((0, 0, 1, 2, 3)))
        if draw.random() < 0.4:
            answer += footer
        examples[f"e{i:02d}"] = an_example(f"e{i:02d}", answer, hour=draw.randrange(5))
    names = sorted(examples)
    settings = {
        "one_task_rows": one_task_rows,
        "boilerplate": BoilerplateConfig(min_conversations=10, min_share=0.0),
        "near": NearConfig(hot_bucket=4),
    }
    put_examples(spark, warehouse, [examples[n] for n in names[:60]])
    run_once(spark, warehouse, "run1", **settings)
    put_examples(spark, warehouse, [examples[n] for n in names[60:75]])
    run_once(spark, warehouse, "run2", **settings)
    for n in names[5:12]:  # other content
        examples[n] = an_example(n, edited(draw, draw.choice(bases), 1), hour=1, version="2")
    for n in names[20:26]:  # no longer accepted
        examples[n] = examples[n] | {"rejections": ["withdrawn"]}
    put_examples(spark, warehouse, [examples[n] for n in names[5:12] + names[20:26] + names[75:]])
    run_once(spark, warehouse, "run3", **settings)

    fresh = Warehouse(spark, root=str(tmp_path / "other"))
    put_examples(spark, fresh, list(examples.values()))
    run_once(spark, fresh, "only", **settings | {"one_task_rows": 400_000})
    assert len(rows_of(fresh)) > 30
    assert rows_of(warehouse) == rows_of(fresh)
    assert warehouse.read("silver.signatures").count() == 84


def test_examples_that_only_come_join_clusters_as_in_one_run(spark, warehouse, tmp_path):
    from smelt.tables.warehouse import Warehouse

    draw = random.Random(11)
    bases = [text(draw) for _ in range(4)]
    answers = [edited(draw, draw.choice(bases), draw.choice((0, 2, 5))) for _ in range(24)]
    # Two that are not alike (.65), and one that comes later, is alike to both (.89, .72) and links them.
    words = text(draw).split()
    middle = words[:30] + ["a"] * 10
    answers[0] = " ".join(middle[:36] + words[36:])
    answers[1] = " ".join(["b", "c", "d", "e", "f", *middle[5:]])
    answers.append(" ".join(middle))
    examples = [an_example(f"e{i:02d}", answer, hour=i % 5) for i, answer in enumerate(answers)]
    settings = {"boilerplate": BoilerplateConfig(enabled=False)}
    put_examples(spark, warehouse, examples[:20])
    run_once(spark, warehouse, "run1", **settings)
    put_examples(spark, warehouse, examples[20:])
    assert run_once(spark, warehouse, "run2", **settings).note == "+5 changed 0 -0"

    fresh = Warehouse(spark, root=str(tmp_path / "other"))
    put_examples(spark, fresh, examples)
    run_once(spark, fresh, "only", **settings)
    cluster = {row[0]: row[2] for row in rows_of(fresh)}
    assert cluster["e00"] == cluster["e01"] == cluster["e24"]
    assert rows_of(warehouse) == rows_of(fresh)


@pytest.mark.of_spark
def test_a_run_killed_between_signatures_and_clusters_is_finished_by_the_next(spark, warehouse):
    from smelt.duplicates.contamination import NOTHING
    from smelt.duplicates.signatures import accepted, settings_of, update_signatures

    draw = random.Random(3)
    base = [text(draw) for _ in range(8)]
    put_examples(spark, warehouse, [an_example(f"a{i}", b) for i, b in enumerate(base)])
    run_once(spark, warehouse, "run1")
    assert rows_of(warehouse) == []
    put_examples(spark, warehouse, [an_example("b0", base[0]), an_example("b1", edited(draw, base[1], 1))])
    killed = job_of(spark, warehouse, "run2")
    config = killed.config.duplicates
    examples = accepted(warehouse.read("silver.examples"), settings_of(config, NOTHING))
    update_signatures(warehouse, examples, config, NOTHING, "run2")
    run_once(spark, warehouse, "run3")
    assert [row[0] for row in rows_of(warehouse)] == ["a0", "a1", "b0", "b1"]


def test_better_scores_choose_another_one(spark, warehouse):
    draw = random.Random(4)
    base = text(draw)
    put_examples(spark, warehouse, [an_example("e1", base, hour=0), an_example("e2", base, hour=1)])
    run_once(spark, warehouse, "run1")
    scores = contract("silver.scores")
    measures = {c.name: 1.0 for c in scores.columns if c.type == "double"}
    given = [
        measures
        | {"example_id": e, "record_id": "r", "composite": c, "rejections": r, "content_hash": "h", "run_id": "r"}
        for e, c, r in (("e1", 0.9, ["rude"]), ("e2", 0.5, []))
    ]  # fmt: skip
    rows = [{c: row.get(c) for c in scores.column_names} for row in given]
    warehouse.merge("silver.scores", spark.createDataFrame(rows, scores.ddl()))
    run_once(spark, warehouse, "run2")
    assert [(row[0], row[6], row[8]) for row in rows_of(warehouse)] == [
        ("e1", "e2", -0.1),
        ("e2", "e2", 0.5),
    ] or [(row[0], row[6]) for row in rows_of(warehouse)] == [("e1", "e2"), ("e2", "e2")]


def test_other_settings_rebuild_and_say_so(spark, warehouse):
    put_examples(spark, warehouse, [an_example("e1", "one two three four five six"), an_example("e2", "zzz")])
    run_once(spark, warehouse, "run1")
    result = run_once(spark, warehouse, "run2", compare="question")
    assert "rebuilt" in result.note
    assert [row[0] for row in rows_of(warehouse)] == ["e1", "e2"]
    assert warehouse.read("silver.signatures").agg(F.countDistinct("parameters")).first()[0] == 1


def test_nothing_new_changes_nothing(spark, warehouse):
    put_examples(
        spark,
        warehouse,
        [an_example("e1", "same text as the other"), an_example("e2", "same text as the other")],
    )
    run_once(spark, warehouse, "run1")
    version = warehouse.version("silver.duplicates")
    before = rows_of(warehouse)
    run_once(spark, warehouse, "run2")
    assert rows_of(warehouse) == before
    assert warehouse.version("silver.duplicates") == version
