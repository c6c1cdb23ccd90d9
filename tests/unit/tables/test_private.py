from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from smelt.tables import private
from smelt.tables.lease.process import machine, pid


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    monkeypatch.setattr(private.tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_the_folder_is_this_accounts_alone_and_this_processs(temporary):
    folder = private.local_folder()
    assert os.path.isdir(folder)
    assert stat.S_IMODE(os.stat(folder).st_mode) == 0o700
    assert stat.S_IMODE(os.stat(os.path.dirname(folder)).st_mode) == 0o700
    assert private.local_folder() == folder


def test_what_dead_processes_left_is_removed_and_nothing_else(temporary):
    dead = subprocess.Popen([sys.executable, "-c", "pass"])
    gone = pid(dead.pid)
    dead.wait()
    base = os.path.dirname(private.local_folder())
    left = os.path.join(base, f"{gone.number}-{gone.started}-{machine()[:12]}")
    alive = os.path.join(base, f"{os.getppid()}-{pid(os.getppid()).started}-{machine()[:12]}")
    elsewhere = os.path.join(base, f"{gone.number}-1-{'0' * 12}")
    for folder in (left, alive, elsewhere):
        os.makedirs(os.path.join(folder, "blockmgr"))
    private.local_folder()
    assert [os.path.exists(folder) for folder in (left, alive, elsewhere)] == [False, True, True]


def test_a_name_that_somebody_took_is_not_used(temporary):
    (temporary / "target").mkdir()
    os.symlink(temporary / "target", temporary / f"smelt-{os.getuid()}")
    folder = private.local_folder()
    assert not Path(folder).is_relative_to(temporary / f"smelt-{os.getuid()}")
    assert os.listdir(temporary / "target") == []


@pytest.mark.parametrize(("wanted", "mode"), [("", 0o600), ("027", 0o640), ("rubbish", 0o600)])
def test_command_lines_write_for_their_account_alone(tmp_path, monkeypatch, wanted, mode):
    monkeypatch.setenv(private.UMASK, wanted)
    before = os.umask(0o022)
    try:
        private.keep_private()
        (tmp_path / "file").write_text("x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == mode
