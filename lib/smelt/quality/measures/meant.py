"""Removes from answers what only looks bad in tone: names in capitals, and self-deprecation."""

from __future__ import annotations

import re

import polars as pl

from smelt.quality.lexicons import alternation, lexicon
from smelt.quality.pairs import Pairs

_CONSTANT = re.compile(r"\b[A-Z0-9]+(?:_[A-Z0-9]+)+\b")
_CAPITALS = r"[A-Z][A-Z'’&.-]*[A-Z]"
_RUN = re.compile(rf"\b{_CAPITALS}(?:\s+(?:&\s+)?{_CAPITALS}\b)+")
"""Two or more words in capitals: "THE UGLY DUCKLING"."""
_LOWER = re.compile(r"\b[a-z]{2,}\b")
FEW_LOWER = 3
"""Fewest lower-case words of an answer whose runs of capitals can be names; others are written in capitals."""
_CLAUSE_WORDS = (
    "is are was were am be been do does did not no never you your you're i we they he she it must will would can could "
    "should please don't can't isn't won't have has had what why how stop read now"
)
_CLAUSE = frozenset(_CLAUSE_WORDS.split())
"""A run of capitals with one of these words is part of a sentence: "YOU MUST READ"."""
_BEFORE = re.compile(r"\b(?:at|by|in|of|from|to|near|with|for|the|our|called|named|visit)\s+$", re.I)
_OPENS = re.compile(r"(?:^|[.!?:]\s+|\n\s*)$")
_GOES_ON = re.compile(r"^\s+[a-z]")
_SELF = (
    r"(?i)\b(?:(?:i|we)(?:['’](?:m|re|ve|d))?|my\s+(?:\w+\s+)?\w+)\s+(?:(?:am|is|was|are|were|be|been|being|feels?|felt|looks?|"
    r"looked|seems?|needs?|have|has|had|should|must|ought|really|just|so|too|very|to|got|such|a|an|quite|kind of)\s+)*"
)
"""The writer, or something of the writer's, up to the insult: "I need to get a life", "my site looks ugly"."""


def without_names(pairs: Pairs) -> pl.Series:
    """Remove constants (FLAG_INVALID_CA) and runs of capitals that are names from the answers.

    A run is a name if the question has it too, if it follows "at", "of", "the" or the like, or if it begins a sentence
    that goes on in lower case.
    """
    rows = zip(pairs.question.series, pairs.answer.series, strict=True)
    return pl.Series("answer", [_nameless(question, answer) for question, answer in rows], dtype=pl.String)


def _nameless(question: str, answer: str) -> str:
    plain = _CONSTANT.sub(" ", answer)
    if len(_LOWER.findall(plain)) < FEW_LOWER:
        return plain
    return _RUN.sub(lambda run: " " if _is_name(run, question.lower()) else run[0], plain)


def _is_name(run: re.Match[str], question: str) -> bool:
    words = run[0].lower().replace("’", "'").split()
    if _CLAUSE & set(words):
        return False
    before, after = run.string[: run.start()], run.string[run.end() :]
    opens = bool(_OPENS.search(before) and _GOES_ON.search(after))
    return opens or bool(_BEFORE.search(before)) or " ".join(words) in question


def without_self(answers: pl.Series) -> pl.Series:
    """Remove insults that writers apply to themselves."""
    listed = lexicon("tone")["insults"]
    insults = alternation([*listed["words"], *listed["phrases"]]).removeprefix("(?i)")
    return answers.str.replace_all(_SELF + insults, " ")
