"""Blocks: what Markdown and HTML are taken apart into, and what of a picture counts as text."""

from __future__ import annotations

import re
from typing import NamedTuple

_PICTURE_WORDS = re.compile(
    r"^(?:an?\s+|the\s+)?(?:screen\s?shot|image|picture|icon|diagram|photo|logo)\b", re.IGNORECASE
)


DEEPEST = 32
"""Levels of lists that are still indented."""


class Block(NamedTuple):
    """A piece of text; ``level`` 1 to 6 for headings; ``is_tight``: belongs right below the block before."""

    text: str
    level: int = 0
    is_tight: bool = False


def description(alt: str) -> str:
    """What a picture says in words: its alternative text, unless it only says that there is a picture."""
    alt = " ".join(alt.split())
    return "" if _PICTURE_WORDS.match(alt) or len(alt.split()) < 3 else alt
