from __future__ import annotations

import contextlib

import pytest

from tests.lanes import hidden, is_of_a_lane


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_protocol(item):
    """What runs in one lane alone shows that it needs nothing of which the other lane has another version."""
    with contextlib.nullcontext() if is_of_a_lane(item.path) else hidden():
        yield
