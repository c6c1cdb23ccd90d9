"""Tables by layer and name in a catalog."""

from __future__ import annotations

import pytest

from smelt.sql.catalog_names import qualified

NAMES = {
    "gold.releases": lambda: "`main`.`a_gold`.`releases`",
    "ops.rejections": lambda: "`smelt_ops_rejections`",
}


@pytest.mark.parametrize(
    ("asked", "sent"),
    [
        ("SELECT * FROM gold.releases", "SELECT * FROM `main`.`a_gold`.`releases`"),
        ("SELECT * FROM `gold` . `Releases` r", "SELECT * FROM `main`.`a_gold`.`releases` r"),
        (
            "SELECT gold.releases.rows FROM gold.releases, ops.rejections",
            "SELECT `main`.`a_gold`.`releases`.rows FROM `main`.`a_gold`.`releases`, `smelt_ops_rejections`",
        ),
        ("SELECT 'gold.releases' -- gold.releases", "SELECT 'gold.releases' -- gold.releases"),
        ("SELECT * FROM main.gold.releases", "SELECT * FROM main.gold.releases"),
        ("SELECT * FROM gold.unknown", "SELECT * FROM gold.unknown"),
    ],
)
def test_known_tables_are_named_as_the_catalog_does(asked, sent):
    assert qualified(asked, NAMES) == sent


def test_only_a_name_that_is_met_is_asked_for():
    met = []
    names = {name: lambda name=name: met.append(name) or name for name in NAMES}
    qualified("SELECT 1 FROM ops.rejections", names)
    assert met == ["ops.rejections"]
