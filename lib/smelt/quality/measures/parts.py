"""Questions in several parts: what each part asks for, and whether the answer has it.

Only parts that ask when, where, how much or how many are judged, because their answer needs a word of time, place or
amount. A part is open if the answer has no such word, and no word of the part either.
"""

from __future__ import annotations

import re

import numpy as np
import polars as pl

from smelt.quality.lexicons import words
from smelt.quality.pairs import Pairs
from smelt.quality.rules import Verdict, rule
from smelt.quality.texts import Counts, Flags
from smelt.quality.tokens import stem

ANSWERED_LENGTH = 12
"""Expected fewest words of an answer to the first of several questions."""
OPEN = 0.45
"""Highest score of a pair with an open part, below the default pass mark."""
_KINDS = r"how (?:much|many|long|soon|often)|when|where|what (?:time|day|date)"
PART = rf"\?+|(?i:,?\s+and\s+(?:{_KINDS})\b)"
"""The end of a part, or the beginning of the next one."""
_TIME = (
    r"\d|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day|\b(?:noon|midnight|morning|evening|afternoon|night|today|tomorrow|"
    r"tonight|yesterday|soon|later|now|immediately|always|anytime|any time|once|daily|weekly|monthly|until|after|"
    r"before|within|during|hours?|minutes?|days?|weeks?|months?|years?|january|february|march|april|may|june|july|august|"
    r"september|october|november|december|one|two|three|four|five|six|seven|eight|nine|ten|twelve)\b"
)
_AMOUNT = (
    r"\d|[$€£]|\b(?:free|charged?|complimentary|included|just|only|alone|price|costs?|fees?|paid|pay|none|no|not|all|each|"
    r"every|several|many|few|one|two|three|four|five|six|seven|eight|nine|ten|twelve|hundred|thousand|up to|unlimited|"
    r"both|half|double)\b"
)
_PLACE = (
    r"\b(?:at|in|on|near|next to|behind|under|below|above|inside|outside|from|to|here|there|online|everywhere|anywhere|"
    r"nowhere|street|address|website|page|menu|tab|settings|downstairs|upstairs)\b|https?:|www\.|>"
)
EVIDENCE = (
    (
        re.compile(r"\b(?:when|what (?:time|day|date)|how (?:long|soon|often))\b", re.I),
        re.compile(_TIME, re.I),
    ),
    (re.compile(r"\bwhere\b", re.I), re.compile(_PLACE, re.I)),
    (re.compile(r"\bhow (?:much|many)\b", re.I), re.compile(_AMOUNT, re.I)),
)
"""(pattern of a kind of question, pattern that its answer contains)."""
_SPLIT = re.compile(rf"\?+|,?\s+and\s+(?=(?:{_KINDS})\b)", re.I)
_WORD = re.compile(r"[^\W\d_]{3,}")


def is_certain(pairs: Pairs) -> Flags:
    """Whether a part is open, or the answer is not short; a short one ("Pizza, cheap") may answer two parts."""
    return (_open_parts(pairs) > 0) | (pairs.answer.length >= pairs.config.answer.minimum)


@rule("question_partly_answered", measure="completeness", is_certain=is_certain)
def question_partly_answered(pairs: Pairs) -> Verdict:
    """The question has several parts, and the answer is too short for all of them or leaves one open.

    Each further question is expected to take half as many words as the first.
    """
    parts = np.maximum(pairs.question.count(r"\?+"), 1)
    said = pairs.tokens("answer").counts.astype(np.float64)
    expected = np.where(parts > 1, ANSWERED_LENGTH * (0.25 + 0.5 * (parts - 1)), 0.0)
    share = np.where(expected > 0, np.minimum(said / np.maximum(expected, 1.0), 1.0), 1.0)
    left_open = _open_parts(pairs)
    score = np.where(said == 0, 0.0, 0.35 + 0.65 * share)
    return np.where(left_open > 0, np.minimum(score, OPEN), score), {
        "parts": parts, "open_parts": left_open, "answer_tokens": said,
    }  # fmt: skip


def _open_parts(pairs: Pairs) -> Counts:
    """Number of open parts of each question with several parts."""
    found = np.zeros(len(pairs), dtype=np.int64)
    for row in np.nonzero(pairs.question.count(PART) > 1)[0]:
        question, answer = pairs.question.series[int(row)], pairs.answer.series[int(row)]
        parts = [re.split(r"[.!;,]\s", part)[-1] for part in _SPLIT.split(question)[:-1]]
        found[row] = sum(_is_open(part, answer) for part in parts) if len(parts) > 1 else 0
    return found


def _is_open(part: str, answer: str) -> bool:
    asked = [evidence for kind, evidence in EVIDENCE if kind.search(part)]
    if not asked or any(evidence.search(answer) for evidence in asked):
        return False
    return not (_stems(part) & _stems(answer))


def _stems(text: str) -> set[str]:
    """Stems of the content words of ``text``."""
    empty = words("clarity", "generic") | words("clarity", "interrogatives") | words("grammar", "function")
    said = [word for word in _WORD.findall(text.lower()) if word not in empty]
    return set(stem(pl.Series("word", said, dtype=pl.String)))
