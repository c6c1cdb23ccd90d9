"""Converts Slack's message format to plain text: links, mentions and channels in angle brackets, three entities.

Format: api.slack.com/reference/surfaces/formatting ("Escaping text", "Advanced formatting").
"""

from __future__ import annotations

import re

_IN_BRACKETS = re.compile(r"<([^<>\n]{1,2000})>")
_ENTITIES = re.compile(r"&(amp|lt|gt);")
_SIGN = {"amp": "&", "lt": "<", "gt": ">"}
_SOMEONE, _SOME_CHANNEL = "@someone", "#channel"


def slack_text(text: str) -> str:
    """The text as displayed: a link's text, else its address; an unnamed person as ``@someone``.

    Only ``&amp;``, ``&lt;`` and ``&gt;`` are escapes. Formatting (``*bold*``, code fences) is kept.
    """
    return _ENTITIES.sub(lambda found: _SIGN[found[1]], _IN_BRACKETS.sub(_shown, text))


def _shown(found: re.Match[str]) -> str:
    target, _, label = found[1].partition("|")
    label = label.strip()
    if target.startswith("@"):
        return f"@{label.lstrip('@')}" if label else _SOMEONE
    if target.startswith("#"):
        return f"#{label.lstrip('#')}" if label else _SOME_CHANNEL
    if target.startswith("!"):
        return label or f"@{target[1:].partition('^')[0]}"
    return label or target.removeprefix("mailto:").removeprefix("tel:")
