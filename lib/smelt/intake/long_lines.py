"""Lines that no reader should be given whole: Spark holds a line as one value, however long it is."""

from __future__ import annotations

from typing import BinaryIO

_PIECE = 1 << 16


def has_long_line(path: str, limit: int) -> bool:
    """Whether a line of a file of this machine has more than ``limit`` bytes.

    Goes from the last end of a line within ``limit`` bytes to the next, so that it reads a page of each such stretch.
    A file that is gone has none.
    """
    try:
        with open(path, "rb") as file:
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


def _last_end(file: BinaryIO, start: int, stop: int) -> int | None:
    """Where the last line before ``stop`` ends that begins at ``start`` or later."""
    while stop > start:
        begin = max(start, stop - _PIECE)
        file.seek(begin)
        piece = file.read(stop - begin)
        found = max(piece.rfind(b"\n"), piece.rfind(b"\r"))
        if found >= 0:
            return begin + found
        stop = begin
    return None
