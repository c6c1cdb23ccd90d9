"""Markup that no parser is given: elements that stand in each other so deeply that building their tree never ends.

A tree costs its parser time in proportion to elements times depth, which somebody's ``<div>`` without an end,
a hundred thousand times, makes hours of.
"""

from __future__ import annotations

import re
from html import unescape

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})(?=[\s/>])")
_ANY_TAG = re.compile(r"<[^<>]{0,10000}>")
_UNNESTED = frozenset((
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
    "p", "li", "dt", "dd", "option", "optgroup", "thead", "tbody", "tfoot", "tr", "td", "th", "rp", "rt",
    "html", "head", "body",
))  # fmt: skip
"""Elements without content, and those that a parser closes by itself: without an end they stand side by side."""
MOST_WORK = 3_000_000
"""Elements times depth that are still parsed: a fraction of a second."""
_DROPPED = ("script", "style", "template", "noscript")


def is_tangled(markup: str) -> bool:
    """Whether elements times depth exceed MOST_WORK; looks at tags alone, in one pass."""
    if markup.count("<") ** 2 <= MOST_WORK:
        return False
    depth = deepest = elements = 0
    for tag in _TAG.finditer(markup):
        elements += 1
        if tag[2].lower() in _UNNESTED:
            continue
        depth = max(0, depth - 1) if tag[1] else depth + 1
        deepest = max(deepest, depth)
    return elements * deepest > MOST_WORK


def text_of_tangled(markup: str) -> str:
    """Its text without tags, comments, scripts and styles, cut out one after the other."""
    text = without_spans(markup, "<!--", "-->")
    for name in _DROPPED:
        text = without_spans(text, f"<{name}", f"</{name}>", caseless=True)
    return unescape(_ANY_TAG.sub(" ", text))


def without_spans(text: str, begin: str, end: str, *, caseless: bool = False) -> str:
    """The text without what stands from each ``begin`` to the ``end`` after it, both included; one pass.

    A ``begin`` without an ``end`` stays. The regular expression for it looks from each ``begin`` to the end of
    the text, and takes a time that grows with the square of the length where there are many.
    """
    searched = text
    if caseless:
        lowered = text.lower()
        searched = lowered if len(lowered) == len(text) else text
    parts: list[str] = []
    done = 0
    while (start := searched.find(begin, done)) >= 0:
        stop = searched.find(end, start + len(begin))
        if stop < 0:
            break
        parts.append(text[done:start])
        done = stop + len(end)
    return "".join([*parts, text[done:]]) if parts or done else text
