"""The gate over tables: counts only, and no release with severe residue."""

from __future__ import annotations

import datetime as dt

import pytest
from pyspark.sql import functions as F

from smelt.pii.config import PiiConfig
from smelt.privacy.gate import Residual, ResidualPiiError, check_release
from smelt.releases import residual
from smelt.releases.config import ReleaseConfig
from smelt.releases.manifest import Manifest
from smelt.releases.messages import add_training_columns
from smelt.releases.residual import scan_new_rows, scan_settings, without_held_back
from tests.builders import an_example, rows_of


def test_gate_counts_rows_and_spans(spark):
    rows = rows_of(
        spark,
        "silver.examples",
        [
            an_example("1"),
            an_example("2", answer="Write to jane.roe@mail.net or to jim.roe@mail.net."),
            an_example("3", context=[("customer", "I am at jane.roe@mail.net")]),
        ],
    )
    report = check_release(rows, PiiConfig())
    assert report.rows == 3
    assert report.residuals == (Residual("EMAIL", "severe", 2, 3),)
    assert report.problems == ("3 severe spans (EMAIL 3); pii.gate.max_severe is 0",)


def test_a_release_that_is_stopped_names_records_and_no_text(spark):
    rows = rows_of(
        spark,
        "silver.examples",
        [an_example(str(number), answer=f"Ask user{number}@mail.net about it.") for number in range(7)]
        + [an_example("clean")],
    )
    released = rows.selectExpr("'r' AS release", "example_id", "content_hash").where("false")
    with pytest.raises(ResidualPiiError) as error:
        scan_new_rows(rows, released, None, PiiConfig(), total=8)
    said = str(error.value)
    assert "7 severe spans (EMAIL 7)" in said
    named = [row["record_id"] for row in rows.collect() if row["record_id"] in said]
    assert len(named) == 5
    assert an_example("clean")["record_id"] not in named
    assert "mail.net" not in said


def test_clean_rows_pass_and_a_gate_that_is_off_only_counts(spark):
    clean = rows_of(spark, "silver.examples", [an_example("1", answer="Ask [PERSON_1] to reset it.")])
    assert check_release(clean, PiiConfig()).passed
    dirty = rows_of(spark, "silver.examples", [an_example("1", answer="Ask jane.roe@mail.net")])
    assert check_release(dirty, PiiConfig(gate={"enabled": False})) == (1, (), (), 0)


def test_few_rows_are_held_back_and_more_stop_the_release(spark):
    dirty = [
        an_example("mail", answer="Ask jane.roe@mail.net about it."),
        an_example("header", answer="On Tue, Aug 13, 2002 Jane Roe wrote:\n> it works"),
    ]
    rows = rows_of(spark, "silver.examples", [an_example(str(number)) for number in range(8)] + dirty)
    released = rows.selectExpr("'r' AS release", "example_id", "content_hash").where("false")
    enough = PiiConfig(gate={"max_held_back": 0.2})
    scan = scan_new_rows(rows, released, None, enough, total=10)
    assert scan.held_back == tuple(sorted((row["example_id"], row["source"]) for row in dirty))
    assert (dict(scan.rows), dict(scan.spans)) == ({}, {})
    assert without_held_back(rows, scan).count() == 8
    with pytest.raises(ResidualPiiError, match="2 of 10 rows would have to be held back"):
        scan_new_rows(rows, released, None, PiiConfig(gate={"max_held_back": 0.1}), total=10)
    with pytest.raises(ResidualPiiError, match="1 severe spans"):
        scan_new_rows(rows, released, None, PiiConfig(gate={"max_held_back": 0}), total=10)


def manifest(config):
    return Manifest(
        release="r",
        created_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        input_versions={},
        config_hash="c",
        code_version="1",
        counts={},
        rows=2,
        groups=2,
        fingerprint="f",
        split_fingerprints={},
        scan_settings=scan_settings(config),
        residual_rows={},
        residual_spans={},
        run_id="r1",
    )


def test_rows_that_say_the_same_as_in_the_last_release_are_not_scanned_again(spark, monkeypatch):
    monkeypatch.setattr(residual, "MANY", 0)
    config, release = PiiConfig(gate={"max_held_back": 0.5}), ReleaseConfig(context_turns=2)
    told = [("customer", "It is about my account."), ("agent", "Which one?")]
    before = rows_of(
        spark,
        "silver.examples",
        [
            an_example("old", answer="Ask jane.roe@mail.net about it.", context=told),
            an_example("new", answer="Ask her about it.", context=told),
        ],
    )
    released = before.transform(add_training_columns, system_prompt=None, context_turns=2).select(
        F.lit("r").alias("release"), "example_id", F.lit("scored before").alias("content_hash"), "messages"
    )
    after = before.withColumn(
        "answer",
        F.when(F.col("answer").startswith("Ask her"), "Ask joe.roe@mail.net about it.").otherwise(
            F.col("answer")
        ),
    )

    def held(with_release):
        scan = scan_new_rows(after, released, manifest(config), config, total=4, release=with_release)
        return {example for example, _ in scan.held_back}

    assert held(release) == {an_example("new")["example_id"]}
    assert held(ReleaseConfig(context_turns=2, system_prompt="Be kind.")) == {
        an_example("new")["example_id"],
        an_example("old")["example_id"],
    }
