"""Plain text of the Atlassian Document Format (ADF), which Jira's API returns instead of strings since version 3.

Nodes and their attributes compared 2026-11-29 with the JSON schema that Atlassian publishes (npm,
@atlaskit/adf-schema 52.2.2, json-schema/v1/full.json).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

_INLINE = frozenset((
    "text", "hardBreak", "mention", "emoji", "date", "status", "placeholder", "inlineCard", "inlineExtension",
    "mediaInline", "media",
))  # fmt: skip
"""Nodes that stand within a line; all others are blocks of their own."""
_LISTS = frozenset(("bulletList", "orderedList", "taskList", "decisionList"))
_CARDS = frozenset(("inlineCard", "blockCard", "embedCard"))


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
    if kind in _LISTS:
        first = _attributes(node).get("order")
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
    if not content:
        return _inline([node])
    title = _attributes(node).get("title") if kind in ("expand", "nestedExpand") else None
    if any(isinstance(child, Mapping) and child.get("type") not in _INLINE for child in content):
        blocks = _blocks(content, indent)
    else:
        blocks = _inline(content)
    return f"{title}\n\n{blocks}" if isinstance(title, str) and title.strip() else blocks


def _item(node: Any, indent: str, mark: str) -> str:
    if isinstance(node, Mapping) and node.get("type") in _LISTS:  # a list of tasks within one
        return _block(node, indent + " " * len(mark))
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
    return "".join(_shown(node) for node in nodes if isinstance(node, Mapping))


def _shown(node: Mapping[str, Any]) -> str:
    """What a reader sees of a node within a line; a placeholder is shown to its writer only."""
    kind, attributes = node.get("type"), _attributes(node)
    if kind == "hardBreak":
        return "\n"
    if kind == "placeholder":
        return ""
    if kind == "date":
        return _day(attributes.get("timestamp"))
    if kind in _CARDS:
        data = attributes.get("data")
        return str(attributes.get("url") or (data.get("url") if isinstance(data, Mapping) else "") or "")
    if isinstance(node.get("text"), str):
        return str(node["text"])
    return _inline(_content(node)) or str(attributes.get("text") or attributes.get("shortName") or "")


def _day(timestamp: Any) -> str:
    """``2026-11-29`` of the milliseconds since 1970 that a date holds as a string, UTC."""
    try:
        return datetime.fromtimestamp(int(timestamp) / 1000, UTC).date().isoformat()
    except (TypeError, ValueError, OverflowError, OSError):
        return ""


def _attributes(node: Any) -> Mapping[str, Any]:
    attributes = node.get("attrs") if isinstance(node, Mapping) else None
    return attributes if isinstance(attributes, Mapping) else {}


def _content(node: Any) -> list[Any]:
    content = node.get("content") if isinstance(node, Mapping) else None
    return content if isinstance(content, list) else []
