"""Recognises a text that an export holds twice: as plain text and as HTML, cut short, or with a signature."""

import re

_NO_LETTER = re.compile(r"<[^<>]{0,200}>|&#?\w{1,8};|[^\w<&]+|[<&_]")
"""Tags, entities, blanks and punctuation; a run of these ends before a tag or an entity."""
_LONG = 40
"""Letters from which a text that is a prefix of another counts as the same text, truncated or without its signature."""


def letters(text: str) -> str:
    """Letters and digits of a text in lower case, to compare an HTML text with a plain one."""
    return _NO_LETTER.sub("", text).casefold()


def is_same(one: str, other: str) -> bool:
    """Whether the ``letters`` of two texts are equal or, if both are long, either is a prefix of the other."""
    short, long = sorted((one, other), key=len)
    return one == other or (len(short) >= _LONG and long.startswith(short))
