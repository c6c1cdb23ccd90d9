"""Processes of this machine: identity of this one, and whether a recorded one still runs."""

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
    """A process: its number and its start time in clock ticks since boot (proc(5); 0 where unknown)."""

    number: int
    started: int


@cache
def machine() -> str:
    """Identity of this machine, equal for two processes only if each can see whether the other is alive.

    Two containers may have the same host name, and a restarted machine reuses process numbers. So the boot id and the
    PID namespace are part of it where the system exposes them.
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
    except (KeyError, OSError, ImportError):  # an account without a name, as in containers
        return str(os.getuid()) if hasattr(os, "getuid") else "unknown"


def pid(number: int) -> Pid:
    """The process that has this number now."""
    return Pid(number, _stat(number)[1])


def is_gone(process: Pid) -> bool:
    """Whether the recorded process no longer runs on this machine; a zombie counts as gone."""
    try:
        os.kill(process.number, 0)
    except ProcessLookupError:
        return True
    except OSError:  # it runs under another account
        pass
    state, started = _stat(process.number)
    return state in ("Z", "X") or bool(started and process.started and started != process.started)


def _stat(number: int) -> tuple[str, int]:
    """State and start time (proc(5), fields 3 and 22); the command name before them may hold blanks and brackets."""
    try:
        fields = Path(f"/proc/{number}/stat").read_bytes().rpartition(b")")[2].split()
        return fields[0].decode("ascii"), int(fields[19])
    except (OSError, IndexError, ValueError):
        return "", 0


def child_jvm(session: object) -> int | None:
    """PID of the session's JVM if this process started it; None on a cluster and over Spark Connect."""
    gateway = getattr(getattr(session, "_sc", None), "_gateway", None)
    number = getattr(getattr(gateway, "proc", None), "pid", None)
    return number if isinstance(number, int) else None
