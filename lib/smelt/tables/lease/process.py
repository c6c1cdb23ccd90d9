"""Processes of this machine: who this one is, and whether one that left its name is still there."""

from __future__ import annotations

import getpass
import os
import platform
import uuid
from functools import cache
from pathlib import Path
from typing import NamedTuple

from smelt.identity import stable_id


class Pid(NamedTuple):
    """A process: its number, and when it started as its system counts (0 where that is not known)."""

    number: int
    started: int


@cache
def machine() -> str:
    """Equal for two processes only where each can see whether the other is alive.

    Two containers may bear one host name, and a machine that was started anew gives numbers of processes out again:
    so the start of the system and the name space of process numbers are part of it, where the system tells them.
    """
    parts: list[object] = [platform.node()]
    try:
        parts += [Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()]
        parts += [os.readlink("/proc/self/ns/pid")]
    except OSError:
        parts += [uuid.getnode()]
    return stable_id("machine", *parts)


def user() -> str:
    """Name of the account that this process runs under."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # an account without a name, as containers give them out
        return str(os.getuid()) if hasattr(os, "getuid") else "unknown"


def pid(number: int) -> Pid:
    """The process with that number as it is now."""
    return Pid(number, _stat(number)[1])


def is_gone(process: Pid) -> bool:
    """Whether no process of this machine is the one that was noted; one that waits to be buried is gone."""
    try:
        os.kill(process.number, 0)
    except ProcessLookupError:
        return True
    except OSError:  # it is there and somebody else's
        pass
    state, started = _stat(process.number)
    return state in ("Z", "X") or bool(started and process.started and started != process.started)


def _stat(number: int) -> tuple[str, int]:
    """State and start time (proc(5), fields 3 and 22); the name before them may hold blanks and brackets."""
    try:
        fields = Path(f"/proc/{number}/stat").read_bytes().rpartition(b")")[2].split()
        return fields[0].decode("ascii"), int(fields[19])
    except (OSError, IndexError, ValueError):
        return "", 0


def child_jvm(session: object) -> int | None:
    """The process number of a session's JVM where this process started it; None for a cluster's, and over Connect."""
    gateway = getattr(getattr(session, "_sc", None), "_gateway", None)
    number = getattr(getattr(gateway, "proc", None), "pid", None)
    return number if isinstance(number, int) else None
