"""A real PostgreSQL server: first pull, changes, late and deleted rows, odd types and keys, what is refused."""

from __future__ import annotations

import datetime as dt
import getpass
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from adbc_driver_postgresql import dbapi

from smelt.errors import ConfigError, EnvironmentProblem
from smelt.intake.databases.config import DatabaseConfig
from smelt.intake.databases.postgres import DELETED, pull
from tests.ports import free_port

NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


def programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    plain = shutil.which("initdb")
    return found[-1].parent if found else Path(plain).resolve().parent if plain else None


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A server of this module's own on a free port; PostgreSQL refuses to be run by root."""
    bin_folder = programs()
    if bin_folder is None:
        pytest.skip("no PostgreSQL server on this machine")
    # Not pytest's own folder: every other run of pytest takes the others' rights to it away.
    folder = Path(tempfile.mkdtemp(prefix="smelt-postgres-"))
    user = "nobody" if os.getuid() == 0 else None
    if user:
        shutil.chown(folder, user)
    port = free_port()
    data = folder / "data"
    common = {"check": True, "capture_output": True, "user": user, "cwd": folder}
    subprocess.run(
        [
            bin_folder / "initdb",
            "-D",
            data,
            "-U",
            "smelt",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
        ],
        **common,
    )
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    control = [bin_folder / "pg_ctl", "-D", data, "-l", folder / "log", "-w", "-t", "300"]
    subprocess.run([*control, "-o", options, "start"], **common)
    yield f"postgresql://smelt@127.0.0.1:{port}/postgres"
    subprocess.run([*control, "-m", "immediate", "stop"], **common)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def tickets(server, monkeypatch):
    """Runs statements; the table tickets is empty at first."""

    def run(*statements):
        with dbapi.connect(server, autocommit=True) as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    run(
        "DROP TABLE IF EXISTS tickets",
        'CREATE TABLE tickets ("Id" text PRIMARY KEY, subject text, cost numeric, meta jsonb, tags text[], ref uuid,'
        " open boolean, updated_at timestamptz)",
    )
    monkeypatch.setenv("TICKETS_URL", server)
    return run


def row(key, at, subject="How do I reset it?"):
    when = "NULL" if at is None else f"'{at.isoformat()}'"
    return (
        f"INSERT INTO tickets VALUES ('{key}', '{subject}', 1.50, '{{\"a\": [1]}}', '{{x,y}}',"
        f" '00000000-0000-0000-0000-000000000001', true, {when})"
    )


CONFIG = DatabaseConfig(
    name="desk", url="TICKETS_URL", table="public.tickets", key="Id", updated_at="updated_at", folder="desk"
)


def landed(tmp_path, names):
    return sorted(
        fields["Id"] for name in names for fields in pq.read_table(tmp_path / "desk" / name).to_pylist()
    )


def test_the_first_pull_takes_all_rows_as_plain_types(tickets, tmp_path):
    keys = [f"t{number}" for number in range(50)]
    tickets(*(row(key, NOON) for key in keys))
    done = pull(CONFIG, str(tmp_path))
    assert (done.rows, done.late, done.deleted) == (50, 0, 0)
    assert landed(tmp_path, done.files) == sorted(keys)
    assert 1 < len(done.files) <= 4
    first = pq.read_table(tmp_path / "desk" / done.files[0]).to_pylist()[0]
    assert first["cost"] == "1.50"
    assert first["meta"] == '{"a": [1]}'
    assert first["tags"] == "{x,y}"
    assert first["open"] is True
    assert first["updated_at"] == NOON


def test_a_later_pull_takes_what_changed_and_the_overlap(tickets, tmp_path):
    tickets(
        row("old", NOON - dt.timedelta(hours=3)),
        row("near", NOON - dt.timedelta(minutes=30)),
        row("new", NOON),
    )
    pull(CONFIG, str(tmp_path))
    tickets(
        "UPDATE tickets SET subject = 'changed', updated_at = '2026-03-01T12:05:00Z' WHERE \"Id\" = 'old'",
        row("fresh", NOON + dt.timedelta(hours=1)),
    )
    done = pull(CONFIG, str(tmp_path))
    assert landed(tmp_path, done.files) == ["fresh", "near", "new", "old"]
    again = pull(CONFIG.model_copy(update={"overlap": dt.timedelta(0)}), str(tmp_path))
    assert landed(tmp_path, again.files) == ["fresh"]


def test_rows_that_came_later_than_any_overlap_are_not_lost(tickets, tmp_path):
    odd = 'a"b\\c, {d}'
    tickets(row("new", NOON))
    pull(CONFIG, str(tmp_path))
    tickets(
        row("late", NOON - dt.timedelta(days=30)), row(odd, NOON - dt.timedelta(days=9)), row("none", None)
    )
    done = pull(CONFIG, str(tmp_path))
    assert landed(tmp_path, done.files) == sorted(["new", "late", "none", odd])
    assert done.late == 2
    assert pull(CONFIG, str(tmp_path)).late == 0


def test_deleted_rows_are_told_and_listed(tickets, tmp_path):
    tickets(row("one", NOON), row("two", NOON))
    pull(CONFIG, str(tmp_path))
    assert (tmp_path / "desk" / DELETED).read_text("utf-8") == ""
    tickets("DELETE FROM tickets WHERE \"Id\" = 'two'")
    assert pull(CONFIG, str(tmp_path)).deleted == 1
    assert (tmp_path / "desk" / DELETED).read_text("utf-8") == "two\n"


def test_what_cannot_be_pulled_is_said(tickets, tmp_path, monkeypatch):
    with pytest.raises(ConfigError) as said:
        pull(CONFIG.model_copy(update={"key": "nosuch", "updated_at": "never"}), str(tmp_path))
    assert len(said.value.problems) == 3
    with pytest.raises(ConfigError, match="name a timestamp"):
        pull(CONFIG.model_copy(update={"updated_at": "subject"}), str(tmp_path))
    with pytest.raises(ConfigError, match="there is no such table"):
        pull(CONFIG.model_copy(update={"table": "nosuch"}), str(tmp_path))
    monkeypatch.setenv("TICKETS_URL", f"postgresql://{getpass.getuser()}:hush-hush@127.0.0.1:1/x")
    with pytest.raises(EnvironmentProblem) as refused:
        pull(CONFIG, str(tmp_path))
    assert "hush-hush" not in str(refused.value)
    monkeypatch.delenv("TICKETS_URL")
    with pytest.raises(ConfigError, match="TICKETS_URL"):
        pull(CONFIG, str(tmp_path))
