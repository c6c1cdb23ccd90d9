"""External rows over tables: credited in the release, and gone when their source is withdrawn."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from pyspark.sql import functions as F

from smelt.config import load_config
from smelt.jobs import load_stage
from smelt.pipeline.job import open_job
from smelt.pipeline.run import run_stage
from smelt.releases.attribution import ExternalShareError, read_attributions
from smelt.releases.export import export
from smelt.releases.manifest import find_manifest
from smelt.releases.withdrawal import WithdrawalError, withdraw
from tests.builders import an_example, rows_of


@pytest.fixture
def job(spark, tmp_path):
    (tmp_path / "LICENSE").write_text("CC BY 4.0")
    file = tmp_path / "mine.yaml"
    file.write_text(
        f"""
warehouse: {{root: {tmp_path / "w"}}}
pii: {{key: {{demo: true}}, gate: {{enabled: false}}}}
intake: {{sources: [{{name: faq, kind: articles, format: markdown, path: faq}}]}}
external:
  sources:
    faq: {{licence: CC-BY-4.0, licence_file: LICENSE, retrieved: 2026-01-31, title: Questions, owner: Example Ltd}}
"""
    )

    def of(run, **more):
        given = {key: value for key, value in more.items() if key == "settings"}
        config = load_config([file], settings=given.get("settings", ()))
        return open_job(
            config, run_id=run, release=more.get("release"), predecessor=more.get("predecessor"), spark=spark
        )

    rows = [
        an_example(
            str(n), source="faq" if n % 3 == 0 else "mail",
            question=f"How do I change the address of order number {n}?",
            answer=f"Open the settings of order {n}, choose its address, and type the new one there.",
        )
        for n in range(60)
    ]  # fmt: skip
    first = of("r0")
    first.warehouse.replace_where("silver.examples", rows_of(spark, "silver.examples", rows), "true")
    for stage in ("scores", "curated_examples"):
        run_stage(first, load_stage(stage))
    return of


def test_a_public_answer_that_quotes_a_test_row_stays_out_of_train(job, spark):
    first = job("c0", release="before")
    run_stage(first, load_stage("releases"))
    held = first.warehouse.read("gold.training_splits").where("release = 'before' AND source = 'mail'")
    quoted = held.where("split = 'test'").select("output").first()["output"]
    trained = first.warehouse.read("gold.training_splits").where("release = 'before' AND source = 'faq'")
    number = trained.where("split = 'train'").select("example_id").first()["example_id"]
    curated = first.warehouse.read("gold.curated_examples")
    answer = F.when(
        F.col("example_id") == number, F.lit(f"Our agents say: {quoted} We hope that it helps you.")
    )
    with first.warehouse.scratch(
        curated.withColumn("answer", answer.otherwise(F.col("answer"))), "quoting"
    ) as rows:
        first.warehouse.replace_where("gold.curated_examples", rows, "true")
    result = run_stage(job("c1", release="after"), load_stage("releases")).result
    left = first.warehouse.read("gold.left_out").where("release = 'after'").collect()
    assert [(row["example_id"], row["source"], row["reason"]) for row in left] == [
        (number, "faq", "like_test_split")
    ]
    assert [e.count for e in result.entries if e.reason == "like_test_split"] == [1]
    after = first.warehouse.read("gold.training_splits").where("release = 'after'")
    assert after.where(f"example_id = '{number}'").isEmpty()
    assert after.count() == 59


def test_documents_and_pairs_of_the_kind_external_become_examples(spark, tmp_path):
    (tmp_path / "landing" / "faq").mkdir(parents=True)
    (tmp_path / "landing" / "set").mkdir()
    (tmp_path / "landing" / "faq" / "cards.md").write_text(
        "# Cards\n\n## How much is a new card?\n\nA new card is five euros a year, paid in advance by transfer.\n\n"
        "## Limits\n\nQ: How much may I spend a day?\nA: A thousand euros a day, by card and by phone together.\n"
    )
    (tmp_path / "landing" / "set" / "README.md").write_text("---\nlicense: cc-by-4.0\n---\n# A set\n")
    lines = [{"q": "Where do I find my pin?", "a": "It comes by post, two days after the card.", "n": 7}]
    (tmp_path / "landing" / "set" / "train.jsonl").write_text(
        "".join(json.dumps(line) + "\n" for line in lines)
    )
    (tmp_path / "LICENSE").write_text("CC BY 4.0")
    file = tmp_path / "mine.yaml"
    terms = (
        "licence: CC-BY-4.0, licence_file: LICENSE, retrieved: 2026-01-31, title: Cards, owner: Example Ltd"
    )
    file.write_text(
        f"""
warehouse: {{root: {tmp_path / "w"}}}
pii: {{key: {{demo: true}}}}
intake:
  landing: landing
  sources:
    - {{name: faq, kind: external, format: markdown, path: faq}}
    - {{name: set, kind: external, format: json_lines, path: set, glob: "*.jsonl",
       mapping: {{source_key: n, body: q, resolution: a}}}}
external:
  sources:
    faq: {{{terms}}}
    set: {{{terms}}}
"""
    )
    job = open_job(load_config([file]), run_id="k1", spark=spark)
    for stage in ("ingest", "conversations", "records", "examples"):
        run_stage(job, load_stage(stage))
    rows = job.warehouse.read("silver.examples").collect()
    assert {row["kind"] for row in rows} == {"external"}
    assert {(row["source"], row["question"], row["answer"]) for row in rows} == {
        ("faq", "How much is a new card?", "A new card is five euros a year, paid in advance by transfer."),
        ("faq", "How much may I spend a day?", "A thousand euros a day, by card and by phone together."),
        ("set", "Where do I find my pin?", "It comes by post, two days after the card."),
    }
    assert job.warehouse.read("bronze.external").count() == 2


def test_withdrawing_names_models_and_makes_the_successor(job, tmp_path, capsys, monkeypatch):
    made = job("w1", release="one")
    run_stage(made, load_stage("releases"))
    held = sources_of(made, "one")
    print_ = find_manifest(made.warehouse, "one").fingerprint
    runs = {
        "of-one": {"release": "one", "fingerprint": print_, "sources": held},
        "of-dropped": {"release": "zero", "fingerprint": "f", "sources": {"faq": 3}},
        "of-mail": {"release": "mail-only", "fingerprint": "g", "sources": {"mail": 9}},
    }
    for name, data in runs.items():
        (tmp_path / "tuning" / "runs" / name).mkdir(parents=True)
        (tmp_path / "tuning" / "runs" / name / "run.json").write_text(json.dumps({"data": data}))
    (tmp_path / "tuning" / "models" / "of-one").mkdir(parents=True)
    (tmp_path / "tuning" / "models" / "of-one" / "smelt.json").write_text(
        json.dumps({"release": runs["of-one"]})
    )
    (tmp_path / "tuning" / "runs" / "torn").mkdir()
    (tmp_path / "tuning" / "runs" / "torn" / "run.json").write_text("{")

    from smelt.cli.external import withdraw as command

    monkeypatch.setattr("smelt.pipeline.job.open_job", lambda config: replace(job("w2"), config=config))
    command("faq", reason="the owner asked", successor=True, conf=[tmp_path / "mine.yaml"], env=None,
            settings=[f"tuning.out={tmp_path / 'tuning'}"], as_json=True)  # fmt: skip
    told = json.loads(capsys.readouterr().out)
    assert told["releases"] == {"one": held["faq"]}
    assert [(each["kind"], each["name"].rsplit("/", 1)[1], each["release"]) for each in told["models"]] == [
        ("run", "of-dropped", "zero"), ("run", "of-one", "one"), ("model", "of-one", "one"),
    ]  # fmt: skip
    assert "torn" in told["not_read"][0]
    assert f"one without {held['faq']:,} rows" in told["successor"]
    [noted] = made.warehouse.read("ops.withdrawals").collect()
    assert len(noted["models"]) == 3


def sources_of(job, release):
    rows = job.warehouse.read("gold.training_splits").where(f"release = '{release}'")
    return {row["source"]: row["count"] for row in rows.groupBy("source").count().collect()}


def test_external_rows_are_credited_and_can_be_withdrawn(job, tmp_path):
    made = job("r1", release="one")
    run_stage(made, load_stage("releases"))
    held = sources_of(made, "one")
    [credit] = read_attributions(made.warehouse, "one")
    assert (credit["source"], credit["rows"], credit["licence"]) == ("faq", held["faq"], "CC-BY-4.0")
    export(made.warehouse, find_manifest(made.warehouse, "one"), tmp_path / "out")
    assert '"Questions" by Example Ltd' in (tmp_path / "out" / "ATTRIBUTION.md").read_text()
    assert "ATTRIBUTION.md" in (tmp_path / "out" / "README.md").read_text()
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["attributions"][0]["source"] == "faq"

    with pytest.raises(ExternalShareError, match="would be external"):
        run_stage(job("r2", release="two", settings=["external.max_share=0.1"]), load_stage("releases"))

    with pytest.raises(WithdrawalError, match="sources: faq, mail"):
        withdraw(made.warehouse, "nobody", "no reason", run_id="r3")
    killed = made.warehouse.read("gold.training_splits").withColumn("run_id", F.lit("killed"))
    made.warehouse.append("gold.training_splits", killed)  # no manifest stands for these rows
    assert withdraw(made.warehouse, "faq", "the owner asked", run_id="r3") == {"one": held["faq"]}
    result = run_stage(job("r4"), load_stage("curated_examples")).result
    assert [e.count for e in result.entries if e.reason == "source_withdrawn"] == [20]
    after = job("r5", release="three")
    run_stage(after, load_stage("releases"))
    assert set(sources_of(after, "three")) == {"mail"}
    assert read_attributions(after.warehouse, "three") == []

    successor = job("r6", release="one-again", predecessor="one")
    run_stage(successor, load_stage("successors"))
    assert sources_of(successor, "one-again") == {"mail": held["mail"]}
