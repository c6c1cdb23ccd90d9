"""What ``smelt sql`` says before there is anything to ask."""

from __future__ import annotations

import pytest

from smelt.cli.app import app


@pytest.mark.parametrize("made", [False, True])
def test_a_place_without_tables_is_named(tmp_path, capsys, made):
    root = tmp_path / "warehouse"
    if made:
        (root / "gold").mkdir(parents=True)
    app(["sql", "--set", f"warehouse.root={root}", "-e", "SELECT 1 AS one"], standalone_mode=False)
    said = capsys.readouterr()
    assert "one" in said.out
    assert ("there are no tables" in said.err) is not made
    assert (str(root) in said.err) is not made
