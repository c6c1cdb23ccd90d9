"""Detects very long lines, which Spark would hold in memory as one value, however long."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

_PIECE = 1 << 16
_LARGEST_PIECE = 1 << 22


class Bytes(Protocol):
    """The methods of a binary file that this module needs."""

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Move to a byte, counted from the start or, where ``whence`` is 2, from the end; returns the position."""

    def read(self, size: int, /) -> bytes:
        """Read up to ``size`` bytes."""


def has_long_line(opened: Callable[[], AbstractContextManager[Bytes]], limit: int) -> bool:
    """Whether the file that ``opened`` opens has a line of more than ``limit`` bytes; False if the file is gone.

    Jumps from the last line end within ``limit`` bytes to the next such one, so that it reads only a small part.
    """
    try:
        with opened() as file:
            size = file.seek(0, 2)
            start = 0
            while size - start > limit:
                end = _last_end(file, start, start + limit + 1)
                if end is None:
                    return True
                start = end + 1
    except OSError:
        return False
    return False


def _last_end(file: Bytes, start: int, stop: int) -> int | None:
    """Position after the last line end in [start, stop); None if there is none."""
    size = _PIECE
    while stop > start:
        begin = max(start, stop - size)
        file.seek(begin)
        piece = file.read(stop - begin)
        found = max(piece.rfind(b"\n"), piece.rfind(b"\r"))
        if found >= 0:
            return begin + found
        stop, size = begin, min(2 * size, _LARGEST_PIECE)
    return None
