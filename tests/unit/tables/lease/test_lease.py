"""The lease on claims that are files: real processes, real threads, no Spark."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace

import pytest

from smelt.tables.lease.claims import Claim
from smelt.tables.lease.folder import KEPT, FolderClaims
from smelt.tables.lease.lease import Lease, LeaseLost, Pace, WarehouseBusy, break_lease, made, now
from smelt.tables.lease.process import Pid, is_gone, machine, pid
from smelt.tables.lease.turns import Turns

PACE = Pace(beat=0.05, expiry=600, poll=0.02)
"""No lease expires because a busy machine let its owner stand still; tests of expiry have a pace of their own."""
SHORT = 0.6

OWNER = """
import sys
from smelt.tables.lease.folder import FolderClaims
from smelt.tables.lease.lease import Lease, Pace
lease = Lease(FolderClaims(sys.argv[1]), Pace(beat=0.05, expiry=float(sys.argv[2])), java=None, owns_java=True)
lease.take("run in another process", 0)
print("taken", flush=True)
sys.stdin.read()
"""


def a_lease(folder, *, pace=PACE, owns_java=True) -> Lease:
    return Lease(FolderClaims(str(folder)), pace, java=None, owns_java=owns_java)


def owner(folder, expiry=PACE.expiry):
    process = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(folder), str(expiry)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout.readline() == "taken\n"
    return process


class LooksAfterEachSign(FolderClaims):
    """A watcher that looks again once the owner has given another sign, however long a busy machine takes for it."""

    seen = 0

    def newest(self):
        until = time.monotonic() + 60
        while (found := super().newest()).number == self.seen and time.monotonic() < until:
            time.sleep(0.01)
        self.seen = found.number
        return found


def test_one_owner_at_a_time_and_the_next_follows_at_once(tmp_path):
    first, second = a_lease(tmp_path), a_lease(tmp_path)
    assert first.take("run a", 0) is False
    with pytest.raises(WarehouseBusy, match=r"run a \(process \d+ on .*warehouse.wait_seconds") as caught:
        second.take("run b", 0.1)
    assert caught.value.exit_code == 3
    first.give_back()
    assert second.take("run b", 0) is False  # without a wait
    second.check()
    second.give_back()


def test_of_many_that_ask_at_once_one_has_it(tmp_path):
    inside, most, done = [], [], []

    def work(number):
        lease = a_lease(tmp_path)
        lease.take(f"run {number}", 300)
        inside.append(number)
        most.append(len(inside))
        time.sleep(0.01)
        inside.remove(number)
        lease.give_back()
        done.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == list(range(12))
    assert max(most) == 1


def test_a_number_is_given_once_also_to_who_looks_at_an_old_list(tmp_path):
    claims = FolderClaims(str(tmp_path))
    claim = made(1, "a", "held", "run", now(), 1)
    assert claims.put(claim)
    assert not claims.put(replace(claim, token="b"))
    for number in range(2, KEPT + 10):
        assert claims.put(replace(claim, number=number))
    assert not claims.put(replace(claim, number=3, token="late"))
    assert claims.newest() == replace(claim, number=KEPT + 9)
    assert len(list(tmp_path.iterdir())) == KEPT


def test_an_owner_that_was_killed_is_followed_at_once(tmp_path):
    process = owner(tmp_path)
    with pytest.raises(WarehouseBusy):
        a_lease(tmp_path).take("run", 0.1)
    process.send_signal(signal.SIGKILL)
    lease = a_lease(tmp_path)
    assert lease.take("run", 60) is False  # not waited for: it is still listed, as one that is to be buried
    lease.give_back()
    process.wait()


def test_an_owner_that_lives_and_gives_signs_is_never_followed(tmp_path):
    process = owner(tmp_path, SHORT)
    watcher = Lease(LooksAfterEachSign(str(tmp_path)), PACE, java=None, owns_java=True)
    with pytest.raises(WarehouseBusy):
        watcher.take("run", 2.5 * SHORT)
    process.kill()
    process.wait()


def test_an_owner_elsewhere_without_a_sign_is_followed_after_its_time_and_its_commits_are_doubted(tmp_path):
    """Held up for longer than its lease lasts, it finds out before it commits."""
    stalled = a_lease(tmp_path, pace=Pace(beat=3600, expiry=SHORT), owns_java=False)
    stalled.take("run elsewhere", 0)
    other = a_lease(tmp_path)
    began = time.monotonic()
    assert other.take("run here", 60) is True
    assert time.monotonic() - began >= SHORT
    with pytest.raises(LeaseLost, match="was lost"):
        stalled.check()
    other.check()
    stalled.give_back()  # of a lease that is another's by now: nothing happens
    other.check()
    other.give_back()


def test_an_owner_that_cannot_write_signs_stops_before_others_may_follow(tmp_path):
    pace = Pace(beat=3600, expiry=0.4)
    lease = a_lease(tmp_path, pace=pace)
    lease.take("run", 0)
    time.sleep(pace.own_expiry + 0.05)
    assert pace.own_expiry < pace.expiry
    with pytest.raises(LeaseLost, match="no sign of life"):
        lease.check()
    lease.give_back()


def test_unlock_frees_it_and_the_owner_stops(tmp_path):
    lease = a_lease(tmp_path)
    lease.take("run", 0)
    claims = FolderClaims(str(tmp_path))
    while not break_lease(claims, claims.newest()):
        pass
    with pytest.raises(LeaseLost, match="unlock"):
        lease.check()
    lease.give_back()
    other = a_lease(tmp_path)
    assert other.take("run b", 0) is True
    other.give_back()


def test_a_claim_that_a_power_cut_left_empty_expires(tmp_path, monkeypatch):
    (tmp_path / f"{7:020}.json").write_text("")
    monkeypatch.setattr("smelt.tables.lease.claims.UNREADABLE_EXPIRES", 0.2)
    lease = a_lease(tmp_path)
    assert lease.take("run", 60) is True
    assert FolderClaims(str(tmp_path)).newest().number >= 8
    lease.give_back()


def test_a_disk_without_links_has_leases_too(tmp_path, monkeypatch):
    def no_links(*_):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    first, second = a_lease(tmp_path), a_lease(tmp_path)
    first.take("run a", 0)
    with pytest.raises(WarehouseBusy):
        second.take("run b", 0)
    first.give_back()
    assert second.take("run b", 0) is False
    second.give_back()
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".")] == []


def test_numbers_of_processes_are_given_out_again():
    here = pid(os.getpid())
    assert not is_gone(here)
    assert is_gone(Pid(here.number, here.started + 1)) == (here.started > 0)
    assert is_gone(Pid(2**22 + 1, 0))


def test_another_machine_is_never_taken_for_dead():
    gone = replace(made(1, "a", "held", "run", now(), 1), pids=(Pid(2**22 + 1, 0),))
    assert gone.is_of_the_dead(machine(), ())
    assert not replace(gone, machine="another").is_of_the_dead(machine(), ())
    assert not replace(gone, owns_java=False).is_of_the_dead(machine(), ())
    assert Claim.from_json(gone.to_json()) == gone
    assert Claim.from_json(json.dumps(json.loads(gone.to_json()) | {"later": 1})) == gone


def test_threads_of_one_writer_share_the_lease(tmp_path):
    fenced = []
    turns = Turns(lambda: a_lease(tmp_path), wait=0, fence=lambda: fenced.append(1))
    others = Turns(lambda: a_lease(tmp_path), wait=0, fence=lambda: None)
    with turns.writing("run"):
        held = FolderClaims(str(tmp_path)).newest()

        def nested():
            with turns.writing("part"), turns.writing("part of the part"):
                turns.check()

        thread = threading.Thread(target=nested)
        thread.start()
        thread.join()
        turns.check()
        with pytest.raises(WarehouseBusy), others.writing("other"):
            pass
    assert FolderClaims(str(tmp_path)).newest().state == "free"
    assert held.purpose == "run"
    with others.writing("other"):
        others.check()
    with pytest.raises(LeaseLost):
        turns.check()
    assert fenced == []
