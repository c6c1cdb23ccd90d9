"""Finds literals that every match of a regular expression contains, as a fast test before the expression is tried.

One pass of Aho-Corasick finds the words of hundreds of expressions; each expression is then tried on the few texts
that may match it.
"""

from __future__ import annotations

import re

_PIECE = re.compile(
    r"(?P<open>\((?:\?[a-z-]*:)?)|(?P<close>\))|(?P<or>\|)|(?P<many>[?*+]\??|\{\d*,?\d*\}\??)"
    r"|(?P<any>\[\^?\]?(?:\\.|[^\]\\])*\]|\\[a-zA-Z]|[.^$])|\\?(?P<letter>.)",
    re.DOTALL,
)
SHORTEST = 3
"""Least length of a literal in UTF-8 bytes: three letters, or one Chinese character."""


def literals_of(pattern: str) -> frozenset[str]:
    """Lower-case literals of which every match of ``pattern`` contains at least one; empty if there are none.

    Understood are groups without capture, alternatives, classes and quantifiers: the syntax of the lexicons.
    """
    found, _ = _alternatives(list(_PIECE.finditer(pattern)), 0)
    return found if _shortest(found) >= SHORTEST else frozenset()


def _alternatives(pieces: list[re.Match[str]], at: int) -> tuple[frozenset[str], int]:
    """The literals of the alternatives that begin at ``at``, and their end position."""
    branches: list[frozenset[str]] = []
    while True:
        found, at = _branch(pieces, at)
        branches.append(found)
        if at >= len(pieces) or not pieces[at]["or"]:
            break
        at += 1
    return (frozenset().union(*branches) if all(branches) else frozenset()), at


def _branch(pieces: list[re.Match[str]], at: int) -> tuple[frozenset[str], int]:
    best: frozenset[str] = frozenset()
    run = ""
    while at < len(pieces) and not (pieces[at]["or"] or pieces[at]["close"]):
        piece = pieces[at]
        inner: frozenset[str] = frozenset()
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
        best = _better(best, frozenset((run,)))
        run = ""
        if not may_be_missing:
            best = _better(best, inner)
    return _better(best, frozenset((run,))), at


def _better(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    return other if _shortest(other) > _shortest(one) else one


def _shortest(words: frozenset[str]) -> int:
    return min((len(word.encode()) for word in words), default=0)
