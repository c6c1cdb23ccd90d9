"""What ``smelt run`` refuses before Spark starts."""

from __future__ import annotations

import pytest

from smelt.cli.app import app
from smelt.errors import ConfigError


@pytest.mark.parametrize("command", ["run", "curate"])
def test_a_missing_key_is_told_before_anything_is_taken_in(command, monkeypatch, tmp_path):
    monkeypatch.delenv("SMELT_PII_KEY", raising=False)
    monkeypatch.setattr("smelt.spark.session.get_session", lambda *_: pytest.fail("Spark was started"))
    with pytest.raises(ConfigError, match="without a key"):
        app([command, f"--set=warehouse.root={tmp_path}/warehouse"], standalone_mode=False)
    assert list(tmp_path.iterdir()) == []
