"""Scores of an answer against its reference, in [0, 1], also for short, empty and unspaced texts.

- Tokens are runs of letters and digits of any script; characters of scripts without spaces (Han, kana, Thai,
  Lao, Khmer, Burmese) are one token each. rouge-score drops all but ASCII, so ROUGE-L is computed here (Lin 2004).
- If both texts are empty a score is 1, if only one is empty it is 0.
- BLEU of one text: sacrebleu with effective order (n-grams longer than the text are left out), so that a perfect
  answer of one word has 1 rather than 0. Over all texts: corpus BLEU with its signature, and the mean.
- chrF (Popović 2015) needs no words at all and is the figure to look at for scripts without spaces.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from smelt.tuning.base.libraries import library

_UNSPACED = (
    "\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
    "\U00020000-\U0003134f"
)
_TOKEN = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")

SCORES = ("exact", "token_f1", "rouge_l", "bleu", "chrf")


def tokens(text: str) -> list[str]:
    """The tokens of a text in any script, in lower case and NFKC; accents are kept."""
    return _TOKEN.findall(unicodedata.normalize("NFKC", text).casefold())


def normal(text: str) -> str:
    """The text normalised for exact matches: tokens joined by single spaces."""
    found = tokens(text)
    return " ".join(found) if found else " ".join(text.split())


def exact(answer: str, reference: str) -> float:
    """1 if both have the same words in the same order, else 0."""
    return float(normal(answer) == normal(reference))


def token_f1(answer: str, reference: str) -> float:
    """F1 of the shared words, counted with multiplicity (Rajpurkar et al. 2016)."""
    one, two = tokens(answer), tokens(reference)
    if not one or not two:
        return exact(answer, reference)
    shared = sum((Counter(one) & Counter(two)).values())
    return 2 * shared / (len(one) + len(two))


def rouge_l(answer: str, reference: str) -> float:
    """F1 of the longest common subsequence of words (Lin 2004)."""
    one, two = tokens(answer), tokens(reference)
    if not one or not two:
        return exact(answer, reference)
    row = [0] * (len(two) + 1)
    for word in one:
        corner = 0
        for at, other in enumerate(two, 1):
            corner, row[at] = row[at], corner + 1 if word == other else max(row[at], row[at - 1])
    return 2 * row[-1] / (len(one) + len(two))


@cache
def _metrics() -> tuple[Any, Any, Any]:
    sacrebleu = library("sacrebleu")
    return (
        sacrebleu.BLEU(effective_order=True, tokenize="none"),
        sacrebleu.BLEU(effective_order=False, tokenize="none"),
        sacrebleu.CHRF(),
    )


def bleu(answer: str, reference: str) -> float:
    """BLEU of one text with effective order, over the tokens of this module."""
    one, two = tokens(answer), tokens(reference)
    if not one or not two:
        return exact(answer, reference)
    score = _metrics()[0].sentence_score(" ".join(one), [" ".join(two)]).score / 100
    return float(min(max(score, 0.0), 1.0))


def chrf(answer: str, reference: str) -> float:
    """chrF of one text."""
    if not answer.strip() or not reference.strip():
        return float(answer.strip() == reference.strip())
    return float(min(max(_metrics()[2].sentence_score(answer, [reference]).score / 100, 0.0), 1.0))


def scores_of(answer: str, reference: str) -> dict[str, float]:
    """Score name -> value, for all of SCORES."""
    return {
        "exact": exact(answer, reference),
        "token_f1": token_f1(answer, reference),
        "rouge_l": rouge_l(answer, reference),
        "bleu": bleu(answer, reference),
        "chrf": chrf(answer, reference),
    }


class CorpusBleu(NamedTuple):
    """BLEU over all texts in [0, 1], and sacrebleu's signature with its settings."""

    score: float
    signature: str


def corpus_bleu(answers: Sequence[str], references: Sequence[str]) -> CorpusBleu:
    """Corpus BLEU over the tokens of this module; 0.0 if all texts have fewer than four words, see :func:`bleu`."""
    metric = _metrics()[1]
    one = [" ".join(tokens(text)) for text in answers]
    two = [" ".join(tokens(text)) for text in references]
    score = metric.corpus_score(one, [two]).score / 100
    return CorpusBleu(float(score), str(metric.get_signature()))
