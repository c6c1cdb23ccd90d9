from __future__ import annotations

import os
import platform

import pytest

from smelt.memory import available_memory, give_back, resident_memory


@pytest.fixture
def system(tmp_path):
    """A folder like /proc and /sys/fs/cgroup of a system with 8 GB free."""
    (tmp_path / "meminfo").write_text(
        "MemTotal:  16000000 kB\nMemAvailable:    8000000 kB\nHugePages_Total: 0\n"
    )
    (tmp_path / "memory").mkdir()
    return tmp_path


def free(system):
    return available_memory(system / "meminfo", system)


def test_without_a_limit_it_is_what_the_system_has(system):
    assert free(system) == 8_000_000 * 1024
    (system / "memory.max").write_text("max\n")
    assert free(system) == 8_000_000 * 1024


@pytest.mark.parametrize(
    ("limit", "usage"),
    [
        ("memory.max", "memory.current"),
        ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes"),
    ],
)
def test_a_containers_limit_counts(system, limit, usage):
    (system / limit).write_text("3000000000\n")
    (system / usage).write_text("1000000000\n")
    assert free(system) == 2_000_000_000

    (system / usage).write_text("3500000000\n")
    assert free(system) == 0


def test_a_limit_above_what_the_system_has_changes_nothing(system):
    (system / "memory/memory.limit_in_bytes").write_text("9223372036854771712\n")
    (system / "memory/memory.usage_in_bytes").write_text("1000\n")
    assert free(system) == 8_000_000 * 1024


def test_another_system_does_not_tell(tmp_path):
    assert available_memory(tmp_path / "meminfo", tmp_path) == 0


def test_this_system_tells():
    assert available_memory() > 0


def test_a_process_takes_memory_while_it_runs():
    assert resident_memory(os.getpid()) > 10_000_000
    assert resident_memory(0) == resident_memory(None) == 0


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="malloc_trim is glibc's")
def test_freed_memory_is_given_back():
    small = [bytes(1_000) for _ in range(100_000)]
    last = bytes(1_000)  # keeps the end of the heap in use, so that it does not shrink by itself
    del small
    before = resident_memory(os.getpid())
    give_back()
    assert resident_memory(os.getpid()) < before - 50_000_000
    assert last
