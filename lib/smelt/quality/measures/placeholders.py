"""Template variables and notes to the author that were left in an answer."""

from __future__ import annotations

import re

import numpy as np

from smelt.pii.detect.prefilters import matches
from smelt.quality.measures.technical import CODE
from smelt.quality.pairs import Pairs
from smelt.quality.rules import Verdict, rule
from smelt.quality.texts import Flags

SLOT = (
    r"(?i:insert|your|enter|add|put|fill(?: in)?|customer|client|user|agent|company|business|product|order|ticket|case|"
    r"account|first|last|full|recipient|sender|name|date|time|link|url|number|amount|phone|email|address|placeholder|tbd|"
    r"todo|department|team|title|city)"
)
"""First word of the name of a template's slot."""
_SOME = "[A-Za-z0-9_ /'-]{0,40}"
PLACEHOLDER = "|".join(
    (
        r"\{\{[^{}]{0,60}\}\}",
        r"\{%[^%]{0,60}%\}",
        r"\$\{[A-Za-z_][A-Za-z0-9_. -]{0,40}\}",
        r"\{[a-z][A-Za-z0-9_. ]{0,40}\}",
        rf"\{{\s*{SLOT}(?:[ _-]{_SOME})?\s*\}}",
        rf"\[\s*{SLOT}(?:[ _-]{_SOME})?\s*\]",
        r"%(?:[A-Z]+_)*(?:NAME|ID|NUMBER|DATE|EMAIL|LINK|URL)%",
        r"%\([a-z_]+\)s",
        r"<<[^<>]{1,40}>>",
        rf"<(?i:(?:your|insert|enter|put|add)\b{_SOME})>",
        r"<(?i:(?:first|last|full|customer|client|agent|company)[ _-]?name(?: here)?|[A-Za-z0-9_ -]{1,30} here)>",
        r"<(?i:name|customer|company)>",
        r"@@[A-Za-z0-9_]{2,30}@@",
        r"#{2,3}[A-Z_]{2,30}#{2,3}",
        r"__[A-Z][A-Z_]{2,30}__",
        r"\b(?:TODO|TBD|FIXME)\b",
        r"(?i:lorem ipsum)",
        r"\[\s*\.{3}\s*\]",
        r"\[_+\]",
    )
)
SCRUBBED = (
    r"\[[A-Z][A-Z0-9_]*?(?:_[1-9][0-9]{0,5}|#[0-9a-f]{12})\]|"
    r"\[(?:EMAIL|PHONE|PERSON|URL|DATE_TIME|USERNAME|[A-Z]+_ADDRESS|ACCOUNT_[A-Z]+|DATE_OF_BIRTH)\]"
)
"""Placeholders that scrubbing puts in the place of personal data, which are intended."""


_TOUCHES_BEFORE, _TOUCHES_AFTER = re.compile(r"[\w\\/@=\"'_%-]$"), re.compile(r"^(?:[\w\\/@=\"'_%]|\.\w)")
"""Adjacent characters by which a placeholder is in a path, address, quotation or command, for the reader to fill in."""
_INTRODUCED = re.compile(
    r"(?i)\b(?:displayed|shown|named|written|formatted|stored) as\b[^.\n]{0,60}$|"
    r"\b(?:such as|for example|e\.g\.|syntax|format|supports?|replaces?|substitut\w+|where|variables?)\b[^.\n]{0,60}$"
)
_COMMENT = re.compile(r"(?://|#|--|/\*|<!--)\s*$")
_PLACEHOLDER, _SCRUBBED, _CODE = re.compile(PLACEHOLDER), re.compile(SCRUBBED), re.compile(CODE)
VARIABLE = "<%"
"""Beginning of a blank that documented commands and templates of letters share."""
MUCH_CODE = 2
"""Lines of code or log from which an answer's blanks are part of the quoted code."""


def is_left_over(pairs: Pairs) -> Flags:
    """Whether each answer has a placeholder that its author, not the reader, should have filled in.

    "replace <your username>", "C:\\Users\\<name>", "// TODO: set the port" and the blanks of a log are documentation.
    """
    texts = pairs.answer
    found: Flags = np.array([_is_left_over(text) for text in texts.distinct], dtype=np.bool_)
    return found[texts.code]


def _is_left_over(text: str) -> bool:
    unmarked = _SCRUBBED.sub("", text)
    lines = unmarked.split("\n")
    quotes = sum(bool(_CODE.search(_PLACEHOLDER.sub("", line))) for line in lines) >= MUCH_CODE
    return any(not _is_for_reader(line, hit, quotes) for line in lines for hit in _PLACEHOLDER.finditer(line))


def _is_for_reader(line: str, hit: re.Match[str], quotes: bool) -> bool:
    before, after = line[: hit.start()], line[hit.end() :]
    touches = _TOUCHES_BEFORE.search(before) or _TOUCHES_AFTER.search(after) or _COMMENT.search(before)
    return bool(quotes or touches or (hit[0][0] in VARIABLE and _INTRODUCED.search(before)))


@rule("answer_placeholder", measure="answer_completeness", looks_at="answer", is_certain=is_left_over)
def answer_placeholder(pairs: Pairs) -> Verdict:
    """A template variable or a note to the writer was left unfilled: {{name}}, [INSERT DATE], TODO."""
    answers = pairs.answer.series
    found = matches(answers, PLACEHOLDER).copy()
    if found.any():
        unmarked = answers.str.replace_all(SCRUBBED, "")
        found &= matches(unmarked, PLACEHOLDER)
    return np.where(found, 0.0, 1.0), {"placeholder": found}
