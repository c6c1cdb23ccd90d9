"""Peak memory and CPU time of a process and all it started, sampled from /proc (Linux)."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import NamedTuple

SECONDS = 0.5


class Peak(NamedTuple):
    """Megabytes at their highest, each for itself: all processes, the JVM, Python workers together; CPU seconds.

    CPU seconds hold on a machine that others use as well, where seconds on the clock do not.
    """

    total: float
    jvm: float
    python: float
    cpu: float


class Sampler(threading.Thread):
    """Samples proportional set sizes (shared pages are counted once) until it is stopped."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._root = pid
        self._done = threading.Event()
        self.peak = Peak(0, 0, 0, 0)

    def run(self) -> None:
        """Take samples."""
        while not self._done.wait(SECONDS):
            tree = _tree(self._root)
            sizes = [(_name(pid), _megabytes(pid)) for pid in tree]
            jvm = sum(size for name, size in sizes if name == "java")
            python = sum(size for name, size in sizes if name.startswith("python"))
            now = (sum(size for _, size in sizes), jvm, python, sum(_cpu_seconds(pid) for pid in tree))
            self.peak = Peak(*(max(old, new) for old, new in zip(self.peak, now, strict=True)))

    def stop(self) -> Peak:
        """The peak so far."""
        self._done.set()
        self.join()
        return self.peak


def _tree(root: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found, queue = [], [root]
    while queue:
        pid = queue.pop()
        found.append(pid)
        queue += children.get(pid, [])
    return found


def _name(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def _cpu_seconds(pid: int) -> float:
    """User and system time of the process and of its children that have ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return sum(int(field) for field in fields[11:15]) / os.sysconf("SC_CLK_TCK")


def _megabytes(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0)
