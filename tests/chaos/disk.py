"""A disk of its own that fills up or takes no writes, and times of files."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import time
from pathlib import Path


def mounted(place: Path, *options: str) -> bool:
    """Mount with these options; returns whether that was possible."""
    if shutil.which("mount") is None:
        return False
    return not subprocess.run(["mount", *options, str(place)], capture_output=True, check=False).returncode


def remount(place: Path, options: str) -> None:
    """Mount again with other options."""
    subprocess.run(["mount", "-o", f"remount,{options}", str(place)], check=True)


@contextlib.contextmanager
def read_only(place: Path, patience: float = 3.0):
    """The disk takes no writes while the block lasts; gives whether that could be had: not while a file is written."""
    until = time.monotonic() + patience
    while not (done := mounted(place, "-o", "remount,ro")) and time.monotonic() < until:
        time.sleep(0.005)
    try:
        yield done
    finally:
        if done:
            remount(place, "rw")


def touch(file: Path, seconds: float) -> None:
    """Set a file's time against now."""
    moment = time.time() + seconds
    os.utime(file, (moment, moment))
