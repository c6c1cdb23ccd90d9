"""Blocks: the pieces into which Markdown and HTML are split, and the text that stands for a picture."""

from __future__ import annotations

import re
from typing import NamedTuple

_PICTURE_WORDS = re.compile(
    r"^(?:an?\s+|the\s+)?(?:screen\s?shot|image|picture|icon|diagram|photo|logo)\b", re.IGNORECASE
)


DEEPEST = 32
"""Deepest level of nested lists that is indented further."""


class Block(NamedTuple):
    """A piece of text; ``level``: 1 to 6 for headings, else 0; ``is_tight``: no empty line before it."""

    text: str
    level: int = 0
    is_tight: bool = False


def description(alt: str) -> str:
    """A picture's alternative text; empty if that has fewer than three words or only says that it is a picture."""
    alt = " ".join(alt.split())
    return "" if _PICTURE_WORDS.match(alt) or len(alt.split()) < 3 else alt
