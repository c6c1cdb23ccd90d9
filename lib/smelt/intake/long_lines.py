"""Lines that no reader should be given whole: Spark holds a line as one value, however long it is."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

_PIECE = 1 << 16
_LARGEST_PIECE = 1 << 22


class Bytes(Protocol):
    """A file of any store, as far as it is looked into here."""

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go to a byte, counted from the start or, where ``whence`` is 2, the end."""

    def read(self, size: int, /) -> bytes:
        """So many bytes, or those that are left."""


def has_long_line(opened: Callable[[], AbstractContextManager[Bytes]], limit: int) -> bool:
    """Whether a line of the file that ``opened`` gives has more than ``limit`` bytes.

    Goes from the last end of a line within ``limit`` bytes to the next, so that it reads a page of each such stretch.
    A file that is gone has none.
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
    """Where the last line before ``stop`` ends that begins at ``start`` or later."""
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
