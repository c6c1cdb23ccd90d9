"""What serve-sql refuses before Spark starts."""

from __future__ import annotations

import socket

import pytest

from smelt.cli.app import app
from smelt.cli.serve_sql import half_set, is_loopback
from smelt.errors import ConfigError, EnvironmentProblem
from smelt.sql.users import put_user


def serve(*arguments):
    app(["serve-sql", *arguments], standalone_mode=False)


@pytest.mark.parametrize(
    ("host", "own"), [("127.0.0.1", True), ("127.8.0.1", True), ("::1", True), ("localhost", True),
                      ("0.0.0.0", False), ("10.0.0.5", False), ("warehouse.example.org", False)],
)  # fmt: skip
def test_only_this_machine_is_served_in_the_clear(host, own):
    assert is_loopback(host) is own


def test_all_that_is_unsafe_is_said_at_once():
    with pytest.raises(ConfigError) as said:
        serve("--host", "0.0.0.0", "--set", "warehouse.catalog=main")
    assert len(said.value.problems) == 3


SERVER = "spark.hadoop.hive.server2"


@pytest.mark.parametrize(
    ("given", "has_users", "missing"),
    [
        ({}, True, []),
        ({}, False, ["--users FILE"]),
        ({"authentication": "LDAP"}, False, ["authentication.ldap.url"]),
        ({"authentication": "ldap", "authentication.ldap.url": "ldap://127.0.0.1"}, False, []),
        ({"authentication": "LDAP", "authentication.ldap.url": "ldap://127.0.0.1"}, True, ["said twice"]),
        ({"authentication": "KERBEROS"}, False, ["kerberos.principal", "kerberos.keytab"]),
        ({"authentication": "CUSTOM"}, False, ["custom.authentication.class"]),
        ({"authentication": "LDPA"}, False, ["none of LDAP"]),
        ({"use.SSL": "true"}, True, ["keystore.path", "keystore.password"]),
        ({"use.SSL": "TRUE", "keystore.path": "/none.jks", "keystore.password": "x"}, True, ["no file /none.jks"]),
        ({"keystore.path": __file__, "keystore.password": "x"}, True, ["keystore.password is", "keystore.path is"]),
        ({"use.SSL": "true", "keystore.path": __file__, "keystore.password": "x"}, True, []),
    ],
)  # fmt: skip
def test_what_is_half_set_is_said(given, has_users, missing):
    said = list(half_set({f"{SERVER}.{name}": value for name, value in given.items()}, has_users=has_users))
    assert len(said) == len(missing), said
    for sentence, part in zip(said, missing, strict=True):
        assert part in sentence


def test_a_port_in_use_is_said_before_spark_starts(tmp_path):
    put_user(tmp_path / "users", "anna", "long enough")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(EnvironmentProblem, match="cannot be listened at"):
            serve("--users", str(tmp_path / "users"), "--port", str(taken.getsockname()[1]))
