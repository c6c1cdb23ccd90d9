from __future__ import annotations

import contextlib

import pytest

from tests.lanes import hidden, is_of_a_lane

# Not pytest_runtest_protocol: once this file is loaded, pytest calls that for the tests of all folders, and the last
# test of a process also ends what the whole run shares, such as a Spark session.


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item):
    """What runs in one lane alone shows that it needs nothing of which the other lane has another version."""
    with _lane_of(item):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    with _lane_of(item):
        return (yield)


def _lane_of(item):
    return contextlib.nullcontext() if is_of_a_lane(item.path) else hidden()
