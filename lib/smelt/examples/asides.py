"""Article sections without an answer: only the article's number in another system, or only a note.

Microsoft's support articles begin with ``Original KB number: 2829595`` before their first heading, and put a
``Note: ...`` between a heading and its subheadings; neither answers the question made from the heading.
"""

from __future__ import annotations

import re

_REFERENCE = re.compile(
    r"(?:original\s+|related\s+)?(?:kb|knowledge\s+base|article|document|doc|bulletin|bug|incident|case|ticket)"
    r"(?:\s+article)?\s+(?:number|no\.?|id)s?\s*[:#]\s*[\w.,;/()\[\] -]*",
    re.IGNORECASE,
)
_NOTE = re.compile(r"(?:note|tip|important|warning|caution)\s*:\s*\S", re.IGNORECASE)
_STEP = re.compile(r"\s*(?:[-*•]|\d{1,3}[.)])\s")


def aside(text: str) -> str | None:
    """``reference_only`` or ``note_only`` if the text of a section is nothing else; None for any other text.

    A note with steps, or together with another paragraph, is an answer.
    """
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    left = [line for line in lines if not _REFERENCE.fullmatch(line)]
    if lines and not left:
        return "reference_only"
    if left and all(_NOTE.match(line) for line in left) and not any(map(_STEP.match, left)):
        return "note_only"
    return None
