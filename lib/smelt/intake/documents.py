"""Plain text of the Atlassian Document Format (ADF), which Jira's API returns instead of strings since version 3.

Nodes: developer.atlassian.com/cloud/jira/platform/apis/document/structure; written from memory,
not compared with the page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_BLOCKS = frozenset((
    "paragraph", "heading", "codeBlock", "bulletList", "orderedList", "taskList", "decisionList", "blockquote",
    "panel", "rule",
    "table", "expand", "nestedExpand", "mediaGroup", "mediaSingle",
))  # fmt: skip


def is_document(value: Any) -> bool:
    """Whether a value is a document of this format."""
    return (
        isinstance(value, Mapping) and value.get("type") == "doc" and isinstance(value.get("content"), list)
    )


def document_text(document: Mapping[str, Any]) -> str:
    """The text: one line per list item, table cells separated by ``|``, code unchanged, quoted lines after ``> ``."""
    return "\n\n".join(block for node in document["content"] if (block := _block(node, "")).strip())


def _block(node: Any, indent: str) -> str:
    if not isinstance(node, Mapping):
        return ""
    kind, content = node.get("type"), _content(node)
    if kind in ("bulletList", "orderedList", "taskList", "decisionList"):
        first = (node.get("attrs") or {}).get("order") or 1
        return "\n".join(
            _item(item, indent, f"{number}. " if kind == "orderedList" else "- ")
            for number, item in enumerate(content, first if isinstance(first, int) else 1)
        )
    if kind == "table":
        return "\n".join(
            " | ".join(" ".join(_blocks(_content(cell), "").split()) for cell in _content(row))
            for row in content
        )
    if kind == "blockquote":
        return "\n".join(f"> {line}" for line in _blocks(content, "").split("\n"))
    if any(isinstance(child, Mapping) and child.get("type") in _BLOCKS for child in content):
        return _blocks(content, indent)
    return _inline(content)


def _item(node: Any, indent: str, mark: str) -> str:
    first, *others = _content(node) or [{}]
    below = indent + " " * len(mark)
    parts = [
        indent
        + mark
        + (_block(first, below) if isinstance(first, Mapping) and first.get("content") else _inline([first]))
    ]
    parts += [_block(other, below) for other in others]
    return "\n".join(part for part in parts if part.strip())


def _blocks(nodes: Sequence[Any], indent: str) -> str:
    return "\n\n".join(block for node in nodes if (block := _block(node, indent)).strip())


def _inline(nodes: Sequence[Any]) -> str:
    parts: list[str] = []
    for node in nodes:
        if not isinstance(node, Mapping):
            continue
        attributes = node.get("attrs") or {}
        if node.get("type") == "hardBreak":
            parts.append("\n")
        elif node.get("type") in ("mention", "emoji", "status", "date", "placeholder"):
            parts.append(str(attributes.get("text") or attributes.get("shortName") or ""))
        elif node.get("type") in ("inlineCard", "blockCard"):
            parts.append(str(attributes.get("url") or ""))
        elif isinstance(node.get("text"), str):
            parts.append(node["text"])
        else:
            parts.append(_inline(_content(node)))
    return "".join(parts)


def _content(node: Any) -> list[Any]:
    content = node.get("content") if isinstance(node, Mapping) else None
    return content if isinstance(content, list) else []
