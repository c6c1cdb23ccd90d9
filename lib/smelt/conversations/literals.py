"""Finds literals that every match of a regular expression contains, as a fast test before the expression is tried.

One pass of Aho-Corasick finds the words of hundreds of expressions in a batch of texts; each expression is then tried
on the few texts that hold all the words that it needs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from operator import and_, or_
from typing import NamedTuple

import numpy as np
import polars as pl

_PIECE = re.compile(
    r"(?P<open>\((?:\?[a-z-]*:)?)|(?P<close>\))|(?P<or>\|)|(?P<many>[?*+]\??|\{\d*,?\d*\}\??)"
    r"|(?P<any>\[\^?\]?(?:\\.|[^\]\\])*\]|\\[a-zA-Z]|[.^$])|\\?(?P<letter>.)",
    re.DOTALL,
)
_BLANKS = re.compile(r"(?:\\s(?![*?{])\+?| (?![*?{]))+")
SHORTEST = 3
"""Least length of a literal in UTF-8 bytes: three letters, or one Chinese character."""


class All(NamedTuple):
    """Each of ``parts`` is needed; without parts, nothing is."""

    parts: tuple[Need, ...]


class Either(NamedTuple):
    """One of ``parts`` is needed."""

    parts: tuple[Need, ...]


Need = str | All | Either
"""Words in lower case that every match of an expression contains."""
NOTHING = All(())


def literals_of(pattern: str) -> frozenset[str]:
    """Lower-case literals of which every match of ``pattern`` contains at least one; empty if there are none.

    Understood are groups without capture, alternatives, classes and quantifiers: the syntax of the lexicons.
    """
    found = _best(_read(pattern))
    return found if _shortest(found) >= SHORTEST else frozenset()


def needs_of(pattern: str) -> Need:
    r"""All literals that every match of ``pattern`` contains; shorter ones than SHORTEST are left out.

    A blank stands for each ``\s`` or ``\s+``: they are to be looked for in texts without repeated blanks.
    """
    return _without_short(_read(_BLANKS.sub(" ", pattern)))


def words_of(need: Need) -> Iterator[str]:
    """The words of ``need``."""
    if isinstance(need, str):
        yield need
    else:
        for part in need.parts:
            yield from words_of(part)


def rows_with(need: Need, held: Mapping[str, int], every: int) -> int:
    """The rows that hold ``need``; a set of rows is an integer with a bit for each.

    ``held`` are the rows of each word, ``every`` are all rows.
    """
    if isinstance(need, str):
        return held.get(need, 0)
    rows = (rows_with(part, held, every) for part in need.parts)
    return reduce(and_, rows, every) if isinstance(need, All) else reduce(or_, rows, 0)


def rows_by_word(texts: pl.Series, words: Sequence[str]) -> dict[str, int]:
    """The rows of ``texts`` (lower case) that hold each of ``words``, as sets of :func:`rows_with`."""
    found = texts.str.extract_many(list(words), overlapping=True)
    code = found.explode(empty_as_null=False, keep_nulls=False).cast(pl.Enum(words)).to_physical().to_numpy()
    row = np.repeat(np.arange(len(texts)), found.list.len().to_numpy())
    holds = np.zeros((len(words), len(texts)), dtype=np.bool_)
    holds[code, row] = True
    packed = np.packbits(holds, axis=1, bitorder="little")
    return {
        words[at]: int.from_bytes(packed[at].tobytes(), "little") for at in np.nonzero(holds.any(axis=1))[0]
    }


def numbers_of(rows: int) -> list[int]:
    """The numbers of the rows in a set, ascending."""
    packed = np.frombuffer(rows.to_bytes((rows.bit_length() + 7) // 8, "little"), dtype=np.uint8)
    numbers: list[int] = np.nonzero(np.unpackbits(packed, bitorder="little"))[0].tolist()
    return numbers


def _read(pattern: str) -> Need:
    return _alternatives(list(_PIECE.finditer(pattern)), 0)[0]


def _alternatives(pieces: list[re.Match[str]], at: int) -> tuple[Need, int]:
    """What the alternatives that begin at ``at`` need, and their end position."""
    branches: list[Need] = []
    while True:
        found, at = _branch(pieces, at)
        branches.append(found)
        if at >= len(pieces) or not pieces[at]["or"]:
            break
        at += 1
    return (branches[0] if len(branches) == 1 else Either(tuple(branches))), at


def _branch(pieces: list[re.Match[str]], at: int) -> tuple[Need, int]:
    found: list[Need] = []
    run = ""
    while at < len(pieces) and not (pieces[at]["or"] or pieces[at]["close"]):
        piece = pieces[at]
        inner: Need = NOTHING
        if piece["open"]:
            inner, at = _alternatives(pieces, at + 1)
        at += 1
        many = pieces[at]["many"] if at < len(pieces) else None
        at += bool(many)
        may_be_missing = bool(many) and not str(many).startswith(("+", "{1", "{2", "{3"))
        if piece["letter"] and not may_be_missing:
            run += piece["letter"].lower()
            if not many:
                continue
        found.append(run)
        run = ""
        if not may_be_missing:
            found.append(inner)
    return All((*found, run)), at


def _best(need: Need) -> frozenset[str]:
    """The literals of the part of ``need`` whose shortest one is longest."""
    if isinstance(need, str):
        return frozenset((need,))
    parts = [_best(part) for part in need.parts]
    if isinstance(need, All):
        return max(parts, key=_shortest, default=frozenset())
    return frozenset().union(*parts) if all(parts) else frozenset()


def _without_short(need: Need) -> Need:
    if isinstance(need, str):
        return need if len(need.encode()) >= SHORTEST else NOTHING
    parts = tuple(_without_short(part) for part in need.parts)
    if isinstance(need, Either):
        return NOTHING if NOTHING in parts else Either(parts)
    kept = tuple(part for part in parts if part != NOTHING)
    return kept[0] if len(kept) == 1 else All(kept)


def _shortest(words: frozenset[str]) -> int:
    return min((len(word.encode()) for word in words), default=0)
