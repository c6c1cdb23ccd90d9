"""The gate over tables: counts only, and no release with severe residue."""

from __future__ import annotations

import pytest

from smelt.pii.config import PiiConfig
from smelt.privacy.gate import Residual, ResidualPiiError, check_release
from smelt.releases.residual import scan_new_rows, without_held_back
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
