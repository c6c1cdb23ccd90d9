"""Credit and obligations of external rows in a release."""

from __future__ import annotations

import datetime as dt

import pytest

from smelt.external.policy import checked
from smelt.releases.attribution import (
    ExternalShareError,
    as_markdown,
    attribution_rows,
    check_share,
    inherited,
)
from tests.unit.external.terms import a_source, config_of, sources_of


def test_the_share_of_a_release_is_held(tmp_path):
    evidence = checked(config_of(queries=a_source(tmp_path)), sources_of(*{"queries"}))
    check_share({"queries": 30, "mail": 70}, evidence, 0.3)
    with pytest.raises(ExternalShareError, match=r"31\.0% .*queries 31.*30\.0%"):
        check_share({"queries": 31, "mail": 69}, evidence, 0.3)
    check_share({}, evidence, 0)


def test_an_export_credits_what_it_holds(tmp_path):
    evidence = checked(
        config_of(queries=a_source(tmp_path), spare=a_source(tmp_path, "CC0-1.0")),
        sources_of(*{"queries", "spare"}),
    )
    [row] = attribution_rows("r", {"queries": 3, "mail": 9}, evidence, "run")
    names = (
        "release",
        "source",
        "rows",
        "licence",
        "obligations",
        "attribution",
        "licence_hash",
        "retrieved",
        "run_id",
        "licence_text",
    )
    said = as_markdown([dict(zip(names, row, strict=True))])
    assert '"Queries" by Example Ltd' in said
    assert "- credit the owner as the attribution says: queries" in said
    assert "3 rows, licence CC-BY-4.0" in said
    assert as_markdown([]) == ""


def test_a_successor_credits_what_it_still_holds():
    rows = [{"release": "one", "source": name, "rows": 5, "licence": "MIT", "obligations": ["attribution"],
             "attribution": "by somebody", "licence_hash": "h", "retrieved": dt.date(2026, 1, 31),
             "licence_text": "MIT"}
            for name in ("faq", "gone")]  # fmt: skip
    found = inherited(rows, {"faq": 3, "gone": 0}, release="two", run_id="r")
    assert found == [
        ("two", "faq", 3, "MIT", ["attribution"], "by somebody", "h", dt.date(2026, 1, 31), "r", "MIT")
    ]
