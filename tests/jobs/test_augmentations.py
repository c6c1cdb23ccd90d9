"""Made pairs over tables: every child is kept with its reasons, and goes where its parent is, or nowhere."""

from __future__ import annotations

import pytest
from pyspark.sql import functions as F

from smelt.augment.arrow import DDL
from smelt.config import load_config
from smelt.jobs import load_stage
from smelt.jobs.augmentations import judged, judging
from smelt.pipeline.job import open_job
from smelt.pipeline.run import run_stage, run_stages
from smelt.tables.contract import contract
from tests.builders import an_example, rows_of

ANSWER = "Open the settings of order {}, choose its address, type the new one and save it there."


@pytest.fixture
def job(spark, tmp_path):
    def of(run, **more):
        settings = [
            f"warehouse.root={tmp_path / 'w'}",
            "pii.gate.enabled=false",
            *(f"{k}={v}" for k, v in more.items()),
        ]
        return open_job(load_config(settings=settings), run_id=run, release=more.get("name"), spark=spark)

    return of


def land(job, count):
    rows = [
        an_example(
            str(n), question=f"How do I change the address of my order number {n}?", answer=ANSWER.format(n)
        )
        for n in range(count)
    ]
    job.warehouse.replace_where("silver.examples", rows_of(job.spark, "silver.examples", rows), "true")
    for stage in ("scores", "curated_examples"):
        run_stage(job, load_stage(stage))


def released(job, name):
    return job.warehouse.read("gold.training_splits").where(f"release = '{name}'").collect()


def test_children_go_into_train_beside_their_parents_and_nowhere_else(job, spark):
    first = job("r1")
    land(first, 80)
    result = run_stage(first, load_stage("augmentations")).result
    made = first.warehouse.read("silver.augmentations").collect()
    assert result.total("in") == len(made) > 80
    accepted = {row["example_id"]: row for row in made if not row["rejections"]}
    assert 40 < len(accepted) == result.total("out")
    assert all(
        row["composite"] is not None and row["origin"].startswith("rules:") for row in accepted.values()
    )
    assert run_stage(job("r2"), load_stage("augmentations")).result.note == "nothing new"

    plain = open_job(first.config, run_id="r3", release="plain", spark=spark)
    list(run_stages(plain, [load_stage("releases")]))
    assert {row["origin"] for row in released(plain, "plain")} == {None}

    config = job("r4", **{"release.augmented": "true"}).config
    with_made = open_job(config, run_id="r4", release="made", spark=spark)
    [report] = run_stages(with_made, [load_stage("releases")])
    rows = released(with_made, "made")
    own = {row["example_id"]: row["split"] for row in rows if row["origin"] is None}
    assert own == {row["example_id"]: row["split"] for row in released(plain, "plain")}
    children = [row for row in rows if row["origin"]]
    assert {row["split"] for row in children} == {"train"}
    assert {row["example_id"] for row in children} == {
        child for child, row in accepted.items() if own[row["parent_id"]] == "train"
    }
    parents = {row["example_id"]: row for row in rows}
    assert all(
        parents[accepted[row["example_id"]]["parent_id"]]["group_id"] == row["group_id"] for row in children
    )
    assert report.result.total("out") == len(rows)

    changed = job("r5")
    rows = [an_example("1", question="How do I change the address of my order?", answer=ANSWER.format(1))]
    changed.warehouse.replace_where("silver.examples", rows_of(spark, "silver.examples", rows), "true")
    for stage in ("scores", "curated_examples", "augmentations"):
        run_stage(changed, load_stage(stage))
    left = changed.warehouse.read("silver.augmentations").collect()
    assert {row["parent_id"] for row in left} == {rows[0]["example_id"]}


def a_child(name, parent, question, answer, category):
    values = {
        "example_id": name, "parent_id": parent["example_id"], "record_id": parent["record_id"], "source": "mail",
        "category": category, "origin": "model:x", "question": question, "answer": answer, "parent_hash": "h",
        "text_hash": name, "rules": [], "rejections": [],
    }  # fmt: skip
    return tuple(values[part.split()[0]] for part in DDL.split(", "))


def test_children_are_held_against_the_corpus_and_its_categories(job, spark):
    about = {"parcels": "change the address of parcel", "invoices": "get a copy of invoice"}
    rows = [
        an_example(
            f"{name}-{n}",
            question=f"How do I {asked} {n} once it was sent to me by post?",
            answer=f"Open the page of {name} number {n}, choose the menu on its right side and confirm what you want.",
            category=name,
        )
        for n in range(150)
        for name, asked in about.items()
    ]
    made = job("r1")
    made.warehouse.replace_where("silver.examples", rows_of(spark, "silver.examples", rows), "true")
    for stage in ("scores", "curated_examples"):
        run_stage(made, load_stage(stage))
    parcel, other, invoice = rows[0], rows[2], rows[1]
    corpus_question = other["question"]
    children = [
        a_child("a_new", parcel, "Where may I change the address of parcel 0 after it was posted?", parcel["answer"],
                "parcels"),
        a_child("as_another", parcel, corpus_question, parcel["answer"], "parcels"),
        a_child("as_a_child", invoice, "Where may I change the address of parcel 0 after it was posted?",
                invoice["answer"], "invoices"),
        a_child("elsewhere", invoice, "How do I change the address of parcel 0?", invoice["answer"], "invoices"),
        a_child("alike", parcel, "How do I change the address of parcel 0 once it was sent me by post?",
                parcel["answer"], "parcels"),
    ]  # fmt: skip
    judge = judging(made)
    assert judge.categories.accuracy == 1.0
    assert "categories checked by a classifier that is right about 100.0% of" in judge.note
    with made.warehouse.scratch(spark.createDataFrame(children, DDL), "children") as frame:
        found = {row["example_id"]: row["rejections"] for row in judged(frame, made, judge).collect()}
    assert "near_corpus" not in found["a_new"]
    assert "category_changed" not in found["a_new"]
    assert "near_corpus" in found["as_another"]
    assert {"near_corpus", "category_changed"} <= set(found["as_a_child"])  # of two alike, one stays
    assert "category_changed" in found["elsewhere"]
    assert "near_corpus" not in found["alike"]  # its own parent is no other question

    curated = made.warehouse.read("gold.curated_examples")
    with made.warehouse.scratch(
        curated.withColumn("category", F.substring("example_id", 1, 1)), "by_chance"
    ) as rows:
        made.warehouse.replace_where("gold.curated_examples", rows, "true")
    by_chance = judging(made)
    assert by_chance.categories is None
    assert "categories are not checked" in by_chance.note


@pytest.mark.of_spark
def test_a_table_of_an_older_version_gets_the_new_column(job, spark):
    older = job("r1")
    declared = contract("gold.training_splits")
    identifier = older.warehouse.identifier("gold.training_splits")
    spark.sql(declared.model_copy(update={"columns": declared.columns[:-1]}).create_statement(identifier))
    assert "origin" not in older.warehouse.read("gold.training_splits").columns
    newer = job("r2")
    newer.warehouse.check("gold.training_splits")
    assert newer.warehouse.compare("gold.training_splits") == []
    assert newer.warehouse.read("gold.training_splits").columns[-1] == "origin"
