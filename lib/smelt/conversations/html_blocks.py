"""HTML -> blocks of plain text, with selectolax: headings, paragraphs, list items, rows, preformatted text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from html import escape
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from smelt.conversations.blocks import DEEPEST, Block, description
from smelt.intake.markup import is_tangled, text_of_tangled

_SKIPPED = frozenset(
    ("script", "style", "template", "noscript", "head", "svg", "iframe", "object", "nav", "button", "select")
)
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "header",
        "hr",
        "html",
        "main",
        "ol",
        "p",
        "section",
        "summary",
        "ul",
        "table",
        "thead",
        "tbody",
        "tfoot",
        "caption",
    ]
)
_HEADING = re.compile(r"h([1-6])")
_START = re.compile(r"[0-9]{1,9}")
_SPACE = re.compile(r"[ \t\r\f\u00a0]*\n[ \t\r\f\u00a0]*|[ \t\r\f\u00a0]+")


_VERBATIM = re.compile(r"<ac:plain-text-body>\s*<!\[CDATA\[(.*?)\]\]>\s*</ac:plain-text-body>", re.DOTALL)
_PARAMETER = re.compile(r"<ac:parameter\b[^<>]*>[^<>]*</ac:parameter>")
"""Macros of Confluence's storage format: code is in CDATA sections, which HTML parsers treat as comments."""


_LINK_WORDS = re.compile(
    r"<ac:plain-text-link-body>\s*<!\[CDATA\[(.{0,500}?)\]\]>\s*</ac:plain-text-link-body>", re.DOTALL
)
_LINK_ALONE = re.compile(
    r"<ac:link\b[^<>]*>\s*<ri:(?:page|blog-post)\b[^<>]*?ri:content-title=\"([^\"<>]*)\"[^<>]*?(?:/>|>\s*</ri:[a-z-]+>)\s*"
    r"</ac:link>"
)
"""Confluence's links without text of their own; they show the title of the page, which is in an attribute."""
_HIDDEN = re.compile(r"<ac:(task-id|task-status|placeholder)\b[^<>]*>.{0,500}?</ac:\1>", re.DOTALL)
_DATE = re.compile(r"<time\b[^<>]*?datetime=\"([^\"<>]*)\"[^<>]*?(?:/>|>\s*</time>)")
_TASKS = (
    ("<ac:task-list>", "<ul>"),
    ("</ac:task-list>", "</ul>"),
    ("<ac:task-body>", "<li>"),
    ("</ac:task-body>", "</li>"),
)


def _without_macros(markup: str) -> str:
    """Confluence's storage format as HTML: what a reader of the page sees, without parameters and states."""
    markup = _PARAMETER.sub("", _VERBATIM.sub(_as_pre, markup))
    markup = _LINK_WORDS.sub(lambda found: escape(found[1]), _LINK_ALONE.sub(r"\1", markup))
    markup = _DATE.sub(r"\1", _HIDDEN.sub("", markup))
    for macro, element in _TASKS:
        markup = markup.replace(macro, element)
    return markup


def _as_pre(found: re.Match[str]) -> str:
    return f"<pre>{escape(found[1])}</pre>"


def html_blocks(markup: str) -> list[Block]:
    """Split an HTML document or fragment into blocks, in order."""
    if is_tangled(markup):
        text = _SPACE.sub(" ", text_of_tangled(markup)).strip()
        return [Block(text)] if text else []
    if "<ac:" in markup:
        markup = _without_macros(markup)
    root = LexborHTMLParser(markup).body
    if root is None:
        return []
    walk = _Walk()
    walk.below(root)
    walk.flush()
    return walk.found


class _Walk:
    def __init__(self) -> None:
        self.found: list[Block] = []
        self._parts: list[str] = []
        self._lists: list[int] = []  # the next number of each open list; 0 for bullets
        self._mark = ""

    def flush(self, level: int = 0) -> None:
        """End the current block."""
        text = "".join(self._parts).strip()
        self._parts.clear()
        lines = [line.strip() for line in text.split("\n")]
        text = "\n".join(lines).strip()
        if not text and not level:
            return
        if level:
            self.found.append(Block(" ".join(text.split()), level))
            return
        depth = min(len(self._lists), DEEPEST)
        indent = "  " * max(0, depth - 1)
        first = indent + (self._mark or ("  " if depth else ""))
        follow = "\n" + indent + ("  " if depth else "")
        tight = depth > 0 and bool(self.found) and not self.found[-1].level
        self.found.append(Block(first + text.replace("\n", follow), is_tight=tight))
        self._mark = ""

    def below(self, root: Any) -> None:
        """Walk everything below an element, without recursion, as elements may be nested arbitrarily deeply."""
        steps: list[Iterator[Callable[[], None] | Any]] = [_children(root)]
        while steps:
            child = next(steps[-1], None)
            if child is None:
                steps.pop()
            elif callable(child):
                child()
            else:
                inner = self._one(child)
                if inner is not None:
                    steps.append(inner)

    def _one(self, node: Any) -> Iterator[Any] | None:
        """Begin an element; returns an iterator over its children that also does the work at its end, or None if
        done."""
        tag = node.tag
        if tag == "-text":
            self._parts.append(_SPACE.sub(" ", node.text(deep=False) or node.text_content or ""))
            return None
        heading = _HEADING.fullmatch(tag)
        if tag in _SKIPPED or tag.startswith(("-", "!", "_")):
            return None
        if heading:
            self.flush()
            return _then(node, partial(self.flush, int(heading[1])))
        if tag == "br":
            self._parts.append("\n")
        elif tag == "img":
            self._parts.append(description(node.attributes.get("alt") or ""))
        elif tag == "pre":
            self.flush()
            self.found.append(Block(node.text().strip("\n")))
        elif tag in ("ul", "ol"):
            self.flush()
            self._lists.append(0 if tag == "ul" else _first_number(node.attributes.get("start")))
            return _then(node, self._end_list)
        elif tag == "li":
            self._begin_item()
            return _then(node, self._end_item)
        elif tag == "tr":
            self._row(node)
        elif tag in _BLOCKS:
            self.flush()
            return _then(node, self.flush)
        else:
            return _children(node)
        return None

    def _end_list(self) -> None:
        self.flush()
        self._lists.pop()

    def _begin_item(self) -> None:
        self.flush()
        number = self._lists[-1] if self._lists else 0
        self._mark = f"{number}. " if number else "- "
        if number:
            self._lists[-1] += 1

    def _end_item(self) -> None:
        self.flush()
        self._mark = ""

    def _row(self, node: Any) -> None:
        self.flush()
        cells = [" ".join(cell.text(separator=" ").split()) for cell in node.css("td, th")]
        if any(cells):
            in_table = bool(self.found) and " | " in self.found[-1].text
            self.found.append(Block(" | ".join(cells), is_tight=in_table))


def _children(parent: Any) -> Iterator[Any]:
    child = parent.child
    while child is not None:
        yield child
        child = child.next


def _then(parent: Any, end: Callable[[], None]) -> Iterator[Any]:
    yield from _children(parent)
    yield end


def _first_number(given: str | None) -> int:
    """The start number of a list; 1 if it is missing or invalid."""
    return int(given) if given and _START.fullmatch(given) else 1
