"""The memory that processes use, and that this one may still use."""

from __future__ import annotations

import contextlib
import ctypes
import os
from collections.abc import Iterator
from pathlib import Path

MEMINFO = Path("/proc/meminfo")
GROUPS = Path("/sys/fs/cgroup")


def available_memory(meminfo: Path = MEMINFO, groups: Path = GROUPS) -> int:
    """Bytes that the system can give to new processes, at most what is left of the container's limit; 0 if unknown.

    Linux only: proc(5), MemAvailable; memory.max and memory.current of control groups (v2), or
    memory.limit_in_bytes and memory.usage_in_bytes (v1).
    """
    try:
        lines = dict(line.split(":", 1) for line in meminfo.read_text("ascii").splitlines())
        free = int(lines["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError, ValueError):
        return 0
    return max(0, min([free, *_left_of_limits(groups)]))


def resident_memory(pid: int | None) -> int:
    """Bytes of the process in memory; 0 if unknown. Linux only: proc(5), statm."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1])
    except (OSError, IndexError, ValueError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def give_back() -> None:
    """Give memory that was freed back to the system: malloc_trim(3) of glibc; does nothing with another C library."""
    with contextlib.suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


def _left_of_limits(groups: Path) -> Iterator[int]:
    for limit, usage in (
        ("memory.max", "memory.current"),
        ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes"),
    ):
        try:
            most = (groups / limit).read_text("ascii").strip()
            if most != "max":
                yield int(most) - int((groups / usage).read_text("ascii"))
        except (OSError, ValueError):
            continue
