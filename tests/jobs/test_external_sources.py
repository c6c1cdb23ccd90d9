"""External rows over tables: credited in the release, and gone when their source is withdrawn."""

from __future__ import annotations

import json

import pytest
from pyspark.sql import functions as F

from smelt.config import load_config
from smelt.external.attribution import ExternalShareError, read_attributions
from smelt.external.withdrawal import WithdrawalError, withdraw
from smelt.jobs import load_stage
from smelt.pipeline.job import open_job
from smelt.pipeline.run import run_stage
from smelt.releases.export import export
from smelt.releases.manifest import find_manifest
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
