"""The gate over tables: counts only, and no release with severe residue."""

from __future__ import annotations

import pytest

from smelt.pii.config import PiiConfig
from smelt.pii.gate import Residual, ResidualPiiError, check_release, require_clean
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
    with pytest.raises(ResidualPiiError) as error:
        require_clean(rows, PiiConfig())
    assert "EMAIL 3" in str(error.value)
    assert "roe" not in str(error.value)


def test_clean_rows_pass_and_a_gate_that_is_off_only_counts(spark):
    clean = rows_of(spark, "silver.examples", [an_example("1", answer="Ask [PERSON_1] to reset it.")])
    assert require_clean(clean, PiiConfig()).passed
    dirty = rows_of(spark, "silver.examples", [an_example("1", answer="Ask jane.roe@mail.net")])
    assert require_clean(dirty, PiiConfig(gate={"enabled": False})).rows == 1
