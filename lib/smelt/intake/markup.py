"""Detects markup nested too deeply to parse.

Parsing takes time in proportion to elements times depth: hours for a hundred thousand unclosed ``<div>``.
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
"""Void elements, and elements that a parser closes implicitly: repeated without end tags, they do not nest."""
MOST_WORK = 3_000_000
"""Limit of elements times depth; parsing up to here takes a fraction of a second."""
_DROPPED = ("script", "style", "template", "noscript")


def is_tangled(markup: str) -> bool:
    """Whether elements times depth exceed MOST_WORK, estimated in one pass over the tags."""
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
    """The text of markup that is too deeply nested: tags, comments, scripts and styles are cut out."""
    text = without_spans(markup, "<!--", "-->")
    for name in _DROPPED:
        text = without_spans(text, f"<{name}", f"</{name}>", caseless=True)
    return unescape(_ANY_TAG.sub(" ", text))


def without_spans(text: str, begin: str, end: str, *, caseless: bool = False) -> str:
    """Remove each span from ``begin`` to the next ``end``, both included, in one pass.

    A ``begin`` without an ``end`` stays. A regular expression would search from each such ``begin`` to the end of the
    text, which takes quadratic time where there are many.
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
