"""Symbolic links in the landing folders: followed inside them only, and each target visited once."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import NamedTuple


class Found(NamedTuple):
    """``files`` below a folder, without repeats, and the number of ``refused`` links (out of the boundary, or
    broken)."""

    files: list[str]
    refused: int


def has_links(root: str) -> bool:
    """Whether ``root`` is a symbolic link or holds one at any depth, without following links."""
    if os.path.islink(root):
        return True
    return any(
        os.path.islink(os.path.join(folder, name))
        for folder, folders, files in os.walk(root)
        for name in (*folders, *files)
    )


def files_below(root: str, boundary: str) -> Found:
    """The files below ``root``: first those really there, then those reached by links.

    A link is followed if it leads to a place below ``boundary`` that was not visited yet. Files whose names begin with
    ``_`` or ``.`` are left out, as Spark does.
    """
    limit = os.path.realpath(boundary)
    files: list[str] = []
    seen: set[str] = set()
    refused = 0
    waiting = [root]
    while waiting:
        place = waiting.pop(0)
        real = os.path.realpath(place)
        if not os.path.exists(real) or not _is_within(real, limit):
            refused += 1
            continue
        if real in seen:
            continue
        links: list[str] = []
        for path, is_link in _walk(place):
            if is_link:
                links.append(path)
                continue
            target = os.path.realpath(path)
            if target not in seen:
                seen.add(target)
                if os.path.isfile(target):
                    files.append(path)
        waiting += sorted(links)
    return Found(sorted(files), refused)


def matches(pattern: str, path: str) -> bool:
    """Whether ``path`` matches a Hadoop glob pattern (``*``, ``?``, ``[a-c]``, ``{a,b}``) or lies below a match."""
    return re.fullmatch(rf"{_as_regex(pattern)}(/.*)?", path, re.DOTALL) is not None


def _walk(place: str) -> Iterator[tuple[str, bool]]:
    """Files, folders and links at and below ``place``; links are not followed."""
    yield place, False
    if not os.path.isdir(place):
        return
    with os.scandir(place) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    for entry in found:
        if entry.name.startswith((".", "_")):
            continue
        if entry.is_symlink():
            yield entry.path, True
        elif entry.is_dir(follow_symlinks=False):
            yield from _walk(entry.path)
        else:
            yield entry.path, False


def _is_within(path: str, limit: str) -> bool:
    return path == limit or path.startswith(f"{limit.rstrip('/')}/")


_SIGN = re.compile(r"\\(.)|(\*)|(\?)|\[([^\]]+)\]|\{([^{}]*)\}|(.)", re.DOTALL)


def _as_regex(pattern: str) -> str:
    def translated(sign: re.Match[str]) -> str:
        escaped, star, one, letters, choices, other = sign.groups()
        if star:
            return "[^/]*"
        if one:
            return "[^/]"
        if letters:
            inner = letters.replace("\\", "\\\\")
            return f"[^{inner[1:]}]" if inner[0] in "!^" else f"[{inner}]"
        if choices is not None:
            return "(?:" + "|".join(_as_regex(choice) for choice in choices.split(",")) + ")"
        return re.escape(escaped or other)

    return _SIGN.sub(translated, pattern)
