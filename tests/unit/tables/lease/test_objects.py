"""Claims as objects, against a real S3 server of this process: who is first, what is kept, servers that are unsafe."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from smelt.errors import EnvironmentProblem
from smelt.tables.lease.folder import KEPT
from smelt.tables.lease.lease import Lease, LeaseLost, Pace, WarehouseBusy, break_lease, made
from smelt.tables.lease.objects import ObjectClaims, s3_store
from tests.stores.s3_server import BUCKET, s3_server

QUICK = Pace(beat=0.1, expiry=5, poll=0.05)


@pytest.fixture(scope="module")
def server():
    with s3_server() as found:
        yield found


@pytest.fixture
def claims(server, request):
    """Makes claims as another process would: each over a client of its own."""
    return lambda: ObjectClaims(
        s3_store(f"s3a://{BUCKET}/a warehouse/{request.node.name}", server.options), ".lease"
    )


def a_claim(number, token="t", state="held"):
    return made(number, token, state, "run x", "now", 5)


def test_of_eight_at_once_one_is_first(claims):
    assert claims().newest() is None
    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(lambda each: claims().put(a_claim(1, str(each))), range(8)))
    assert won.count(True) == 1
    assert claims().newest().token == str(won.index(True))


def test_old_claims_go_and_their_numbers_are_not_taken_again(claims, server, request):
    one = claims()
    assert all(one.put(a_claim(number)) for number in range(1, KEPT + 10))
    assert len(server.objects(f"a warehouse/{request.node.name}/.lease/")) == KEPT
    assert not claims().put(a_claim(2))
    assert claims().newest().number == KEPT + 9


def test_one_owner_at_a_time_who_learns_that_the_lease_was_taken(claims):
    first = Lease(claims(), QUICK, java=None, owns_java=True)
    second = Lease(claims(), QUICK, java=None, owns_java=True)
    first.take("run a", 0)
    with pytest.raises(WarehouseBusy, match="run a"):
        second.take("run b", 0.3)
    first.check()
    while not break_lease(claims(), claims().newest()):
        pass
    assert second.take("run b", 1) is True
    with pytest.raises(LeaseLost, match="it was taken by"):
        first.check()
    first.give_back()
    second.check()
    second.give_back()


def test_a_server_that_overwrites_is_refused(claims, server):
    claims().prove()
    server.forgets_conditions = True
    try:
        with pytest.raises(EnvironmentProblem, match="cannot keep two writers apart"):
            claims().prove()
        with pytest.raises(EnvironmentProblem, match="cannot keep two writers apart"):
            claims().put(a_claim(1))
    finally:
        server.forgets_conditions = False
