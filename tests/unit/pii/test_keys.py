"""Where the key comes from, that it turns, and that it never shows."""

from __future__ import annotations

import logging

import pytest

from smelt.errors import ConfigError
from smelt.pii.config import KeyConfig
from smelt.pii.keys import DEMO_VERSION, ScrubKey, _warn_of_demo, load_keys

SECRET, OLDER = "5e" * 32, "0d" * 32


def test_bare_secret_has_the_configured_version():
    ring = load_keys(KeyConfig(version="2026-11"), environ={"SMELT_PII_KEY": f"  {SECRET}\n"})
    assert ring.current == ScrubKey("2026-11", SECRET.encode())


def test_first_of_several_writes_and_the_others_read(tmp_path):
    file = tmp_path / "key"
    file.write_text(f"v2:{SECRET}\nv1:{OLDER}\n", "utf-8")
    ring = load_keys(KeyConfig(source="file", name=str(file)))
    assert ring.current.version == "v2"
    assert ring.version("v1").secret == OLDER.encode()
    with pytest.raises(ConfigError, match="v0"):
        ring.version("v0")


def test_databricks_secret_is_asked_by_scope_and_key():
    asked = []
    config = KeyConfig(source="databricks", name="privacy/smelt")
    ring = load_keys(config, databricks_secret=lambda scope, key: asked.append((scope, key)) or SECRET)
    assert asked == [("privacy", "smelt")]
    assert ring.current.secret == SECRET.encode()


def test_databricks_secret_elsewhere_says_so():
    with pytest.raises(ConfigError, match="only be read on Databricks"):
        load_keys(KeyConfig(source="databricks", name="privacy/smelt"))


def test_missing_key_stops_unless_it_is_a_demo(caplog):
    with pytest.raises(ConfigError, match="SMELT_PII_KEY"):
        load_keys(KeyConfig(), environ={})
    _warn_of_demo.cache_clear()
    with caplog.at_level(logging.WARNING):
        ring = load_keys(KeyConfig(demo=True), environ={})
    assert ring.current.version == DEMO_VERSION
    assert ring.current.is_demo
    assert "demo key" in caplog.text


def test_all_problems_of_a_key_come_at_once_and_quote_nothing():
    with pytest.raises(ConfigError) as error:
        load_keys(KeyConfig(), environ={"SMELT_PII_KEY": f"2:short {SECRET} 1:{OLDER}"})
    assert len(error.value.problems) == 3
    assert SECRET not in str(error.value)
    assert "short" not in str(error.value).replace("shorter", "")


def test_key_never_shows():
    key = ScrubKey("1", SECRET.encode())
    assert SECRET not in f"{key!r} {key}"


def test_purposes_have_keys_of_their_own():
    key = ScrubKey("1", SECRET.encode())
    assert len({key.derive(purpose) for purpose in ("hash", "vault", "surrogate", "pseudonym")}) == 4
    assert key.derive("hash") != ScrubKey("2", OLDER.encode()).derive("hash")
