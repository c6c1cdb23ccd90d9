"""Question and answer inside one text: a pasted chat, a form, ``What's your name? Richard``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from smelt.pii.detect.spoken.questions import asked_for

PREFILTER = (
    r"(?i)\b(?:name|birth|born|dob|post ?code|zip|e-?mail|phone|number|address|password|pin|ssn"
    r"|social)\b[^?\n]{0,60}\?"
)
"""Prefilter (Rust regex) for texts that ask for personal data."""

SHORTEST_QUESTION, LONGEST_QUESTION = 3, 160
_SPEAKER = re.compile(
    r"\s*(?:[-*>]+\s*)?(?:(?:customer|user|caller|client|me|you|visitor|guest|agent|bot|rep|support"
    r"|operator|assistant)\b[^:\n]{0,30}:)?[ \t]*",
    re.I,
)
LONGEST_ANSWER = 80


def questions(text: str) -> Iterator[tuple[int, int]]:
    """The spans of questions, each on one line: what ``[^?\\n]{3,160}\\?["'”]?`` matches, in linear time."""
    at = 0
    while (mark := text.find("?", at)) >= 0:
        start = max(at, text.rfind("\n", at, mark) + 1, mark - LONGEST_QUESTION)
        at = mark + 1
        if mark - start >= SHORTEST_QUESTION:
            at += text[at : at + 1] in _QUOTES
            yield start, at


_QUOTES = ('"', "'", "”")


def exchanges(text: str) -> Iterator[tuple[tuple[str, ...], int, int]]:
    """(asked entities, start, end of the answer) of each answered question for personal data in ``text``.

    The answer is the rest of the question's line, or else the next non-empty line.
    """
    for first, last in questions(text):
        asked = asked_for(text[first:last])
        if not asked:
            continue
        start = _SPEAKER.match(text, last).end()  # type: ignore[union-attr]
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if start < end <= start + LONGEST_ANSWER and "?" not in text[start:end]:
            yield asked, start, end
