"""Splits articles into sections: the headings above a text, and the text, without markup."""

from __future__ import annotations

from typing import NamedTuple

from smelt.conversations.blocks import Block


class Section(NamedTuple):
    """``heading_path``: headings from the outermost to the section's own; empty before the first heading."""

    heading_path: tuple[str, ...]
    text: str


def sections(body: str, body_format: str) -> list[Section]:
    """The sections of an article in order; ``body_format`` is text, markdown or html.

    Lists keep their markers, tables become one line per row with ``|`` between cells, code is unchanged, links become
    their text; pictures without a meaningful description, includes and comments are left out. A heading without text of
    its own gives no section, but is in the path of those below it.
    """
    if body_format == "markdown":
        from smelt.conversations.markdown_blocks import markdown_blocks

        blocks = markdown_blocks(body)
    elif body_format == "html":
        from smelt.conversations.html_blocks import html_blocks

        blocks = html_blocks(body)
    else:
        blocks = [Block(body.strip())]
    return _split(blocks)


def _split(blocks: list[Block]) -> list[Section]:
    found: list[Section] = []
    path: list[tuple[int, str]] = []
    parts: list[Block] = []

    def close() -> None:
        text = _joined(parts)
        if text:
            found.append(Section(tuple(title for _, title in path), text))
        parts.clear()

    for block in blocks:
        if block.level:
            close()
            while path and path[-1][0] >= block.level:
                path.pop()
            if block.text:
                path.append((block.level, block.text))
        else:
            parts.append(block)
    close()
    return found


def _joined(blocks: list[Block]) -> str:
    text = ""
    for block in blocks:
        if block.text.strip():
            text += ("" if not text else "\n" if block.is_tight else "\n\n") + block.text.rstrip()
    return text.strip()
