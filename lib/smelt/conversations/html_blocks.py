"""HTML -> blocks of plain text, with selectolax: headings, paragraphs, list items, rows, preformatted text."""

from __future__ import annotations

import re
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from smelt.conversations.blocks import Block, description

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
_SPACE = re.compile(r"[ \t\r\f\u00a0]*\n[ \t\r\f\u00a0]*|[ \t\r\f\u00a0]+")


def html_blocks(markup: str) -> list[Block]:
    """The blocks of an HTML text or fragment in order."""
    root = LexborHTMLParser(markup).body
    if root is None:
        return []
    walk = _Walk()
    walk.node(root)
    walk.flush()
    return walk.found


class _Walk:
    def __init__(self) -> None:
        self.found: list[Block] = []
        self._parts: list[str] = []
        self._lists: list[int] = []  # the next number of each open list; 0 for bullets
        self._mark = ""

    def flush(self, level: int = 0) -> None:
        """End the block that is being written."""
        text = "".join(self._parts).strip()
        self._parts.clear()
        lines = [line.strip() for line in text.split("\n")]
        text = "\n".join(lines).strip()
        if not text and not level:
            return
        if level:
            self.found.append(Block(" ".join(text.split()), level))
            return
        depth = len(self._lists)
        indent = "  " * max(0, depth - 1)
        first = indent + (self._mark or ("  " if depth else ""))
        follow = "\n" + indent + ("  " if depth else "")
        tight = depth > 0 and bool(self.found) and not self.found[-1].level
        self.found.append(Block(first + text.replace("\n", follow), is_tight=tight))
        self._mark = ""

    def node(self, parent: Any) -> None:
        """Everything below one element."""
        child = parent.child
        while child is not None:
            self._one(child)
            child = child.next

    def _one(self, node: Any) -> None:
        tag = node.tag
        if tag == "-text":
            self._parts.append(_SPACE.sub(" ", node.text(deep=False) or node.text_content or ""))
            return
        heading = _HEADING.fullmatch(tag)
        if tag in _SKIPPED or tag.startswith(("-", "!", "_")):
            return
        if heading:
            self.flush()
            self.node(node)
            self.flush(level=int(heading[1]))
        elif tag == "br":
            self._parts.append("\n")
        elif tag == "img":
            self._parts.append(description(node.attributes.get("alt") or ""))
        elif tag == "pre":
            self.flush()
            self.found.append(Block(node.text().strip("\n")))
        elif tag in ("ul", "ol"):
            self.flush()
            start = node.attributes.get("start") or "1"
            self._lists.append(0 if tag == "ul" else int(start) if start.isdigit() else 1)
            self.node(node)
            self.flush()
            self._lists.pop()
        elif tag == "li":
            self._item(node)
        elif tag == "tr":
            self._row(node)
        elif tag in _BLOCKS:
            self.flush()
            self.node(node)
            self.flush()
        else:
            self.node(node)

    def _item(self, node: Any) -> None:
        self.flush()
        number = self._lists[-1] if self._lists else 0
        self._mark = f"{number}. " if number else "- "
        if number:
            self._lists[-1] += 1
        self.node(node)
        self.flush()
        self._mark = ""

    def _row(self, node: Any) -> None:
        self.flush()
        cells = [" ".join(cell.text(separator=" ").split()) for cell in node.css("td, th")]
        if any(cells):
            in_table = bool(self.found) and " | " in self.found[-1].text
            self.found.append(Block(" | ".join(cells), is_tight=in_table))
