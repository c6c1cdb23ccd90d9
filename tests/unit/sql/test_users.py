from __future__ import annotations

import base64
import hashlib
import os

import pytest

from smelt.errors import ConfigError
from smelt.sql.users import ROUNDS, hashed, put_user, user_names


def test_users_are_added_and_given_new_passwords(tmp_path):
    file = tmp_path / "private" / "users"
    put_user(file, "anna", "first password")
    put_user(file, "ben@example.org", "another one")
    put_user(file, "anna", "second password")
    assert sorted(user_names(file)) == ["anna", "ben@example.org"]
    text = file.read_text("utf-8")
    assert "password" not in text
    assert file.stat().st_mode & 0o777 == 0o600
    [line] = [line for line in text.splitlines() if line.startswith("anna:")]
    _, rounds, salt, stored = line.split(":")
    made = hashlib.pbkdf2_hmac("sha256", b"second password", base64.b64decode(salt), int(rounds))
    assert base64.b64encode(made).decode() == stored


def test_equal_passwords_have_unequal_hashes():
    assert hashed("the same one") != hashed("the same one")
    assert hashed("x", b"salt" * 4).startswith(f"{ROUNDS}:")


def test_what_cannot_be_used_is_said(tmp_path):
    file = tmp_path / "users"
    with pytest.raises(ConfigError) as said:
        put_user(file, "a:b", "short")
    assert len(said.value.problems) == 2
    with pytest.raises(ConfigError, match="--add-user"):
        user_names(file)
    put_user(file, "anna", "long enough")
    os.chmod(file, 0o644)
    with pytest.raises(ConfigError, match="chmod 600"):
        user_names(file)
