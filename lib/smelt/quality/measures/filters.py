"""Text filters of the large web corpora, adapted to short text.

Gopher: Rae et al. 2021, "Scaling Language Models: Methods, Analysis & Insights from Training Gopher",
arXiv:2112.11446, section A1.1 (quality) and A1.2 (repetition).
C4: Raffel et al. 2020, "Exploring the Limits of Transfer Learning", arXiv:1910.10683, section 2.2.
FineWeb: Penedo et al. 2024, "The FineWeb Datasets", arXiv:2406.17557, section 3.6.
"""

from __future__ import annotations

import numpy as np

from smelt.quality.measures.technical import MANY_ROWS, ROW, has_code
from smelt.quality.pairs import Pairs
from smelt.quality.rules import Verdict, rule
from smelt.quality.texts import Counts, Flags, Floats

BOILERPLATE = (
    r"(?i)lorem ipsum|\bjavascript\b.{0,40}\benable|enable javascript|terms of (?:use|service)|"
    r"privacy policy|cookie policy|uses? cookies|all rights reserved|"
    r"unsubscribe|this (?:e-?mail|message) (?:and any attachments )?(?:is|are|may be|contains) "
    r"(?:intended|confidential|privileged)|do not reply to this|sent from my (?:iphone|ipad|android|mobile)|"
    r"click here to (?:subscribe|unsubscribe)|view (?:this|it) in your browser|copyright ©|©\s*\d{4}"
)
BOILERPLATE_HINTS = (
    "lorem", "javascript", "terms of", "policy", "cookies", "rights", "unsubscribe", "this", "not reply", "sent from",
    "click here", "browser", "©",
)  # fmt: skip
"""Every match contains one of these; searching them first is faster than the pattern."""
LONG = 40
"""Fewest tokens for which repetition of n-grams is judged; Gopher's documents had at least 50 words."""


LEAD = r"(?:\p{L}+[^\p{L}\n.!?]+){11}\p{L}+"
"""Twelve consecutive words of one sentence, which introduce a list."""


def _is_prose(pairs: Pairs) -> Flags:
    """Whether an answer is not code, a table or a list of steps, in which symbols and words legitimately repeat."""
    return ~has_code(pairs.answer) & (pairs.answer.count(ROW) < MANY_ROWS)


def _has_no_lead(pairs: Pairs) -> Flags:
    """Whether no sentence introduces an answer's list."""
    return ~pairs.answer.contains(LEAD)


@rule("answer_symbols", measure="text_quality", looks_at="answer", is_certain=_is_prose)
def answer_symbols(pairs: Pairs) -> Verdict:
    """Too many symbols for the words: hashes, ellipses, brackets, markup.

    Gopher drops documents with more than 0.1 hashes or ellipses per word, and requires that 80 % of words contain a
    letter; for short answers with figures and paths the limit here is a half.
    """
    tokens, vocabulary = pairs.tokens("answer"), pairs.vocabulary
    symbols = ~(vocabulary.is_word | vocabulary.is_number) & ~vocabulary.among(".,!?'’\"():;-/_")
    symbols &= vocabulary.words.str.len_chars().to_numpy() == 1  # not placeholders
    words = np.maximum(tokens.add(vocabulary.is_word[tokens.ids]), 1.0)
    ratio = tokens.add(symbols[tokens.ids]) / words
    hashes = pairs.answer.count(r"#|…|\.\.\.") / words
    return 1.0 - np.maximum(ratio, 2.0 * hashes), {"signs_per_word": ratio, "hashes_per_word": hashes}


@rule("answer_word_length", measure="text_quality", looks_at="answer")
def answer_word_length(pairs: Pairs) -> Verdict:
    """The mean length of words is unusual; Gopher requires 3 to 10 letters."""
    tokens, vocabulary = pairs.tokens("answer"), pairs.vocabulary
    is_word = vocabulary.is_word[tokens.ids]
    words = tokens.add(is_word)
    letters = tokens.add(np.where(is_word, vocabulary.words.str.len_chars().to_numpy()[tokens.ids], 0))
    mean = letters / np.maximum(words, 1.0)
    off = np.maximum(np.maximum(2.5 - mean, mean - 10.0), 0.0)
    return np.where(words >= 5, 1.0 - 0.6 * off, 1.0), {"letters_per_word": mean}


@rule("answer_repetitive", measure="text_quality", looks_at="answer", is_certain=_is_prose)
def answer_repetitive(pairs: Pairs) -> Verdict:
    """The same words repeat: share of tokens inside repeated 4-grams.

    Gopher's limits on duplicate n-grams begin at 0.15 of the characters (5-grams of long documents).
    """
    tokens = pairs.tokens("answer")
    ids, count = tokens.ids.astype(np.int64), len(tokens.ids)
    share: Floats = np.zeros(len(pairs))
    if count > 4:
        inside = tokens.row[:-3] == tokens.row[3:]
        masked = pairs.vocabulary.words.str.contains(r"^x{2,}$").to_numpy()
        word = (pairs.vocabulary.is_word & ~masked)[tokens.ids]
        inside &= word[:-3] & word[3:]
        couples = _numbered(ids[:-1] * (len(pairs.vocabulary) + 1) + ids[1:])
        runs = _numbered(couples[:-2] * (len(couples) + 1) + couples[2:])
        rows = tokens.row[:-3][inside]
        distinct = np.unique(runs[inside] * len(pairs) + rows, return_index=True)[1]
        total = np.bincount(rows, minlength=len(pairs))
        unique = np.bincount(rows[distinct], minlength=len(pairs))
        share = np.where(total > 0, 1.0 - unique / np.maximum(total, 1), 0.0)
    limit = np.where(tokens.counts >= LONG, 0.5, 0.6)
    return np.where(tokens.counts >= 8, 1.0 - 0.5 * share / limit, 1.0), {"repeated_share": share}


def _numbered(keys: Counts) -> Counts:
    """Number distinct keys from 0 on."""
    return np.unique(keys, return_inverse=True)[1].astype(np.int64)


@rule("answer_boilerplate", measure="text_quality", looks_at="answer")
def answer_boilerplate(pairs: Pairs) -> Verdict:
    """Much of the answer is legal notices, cookie banners, phone signatures or lorem ipsum (C4).

    C4 drops a line for one such phrase; a long answer may mention a privacy policy.
    """
    hits = np.zeros(len(pairs))
    found = np.nonzero(pairs.answer.contains(BOILERPLATE, BOILERPLATE_HINTS))[0]
    hits[found] = pairs.answer.series.gather(found).str.count_matches(BOILERPLATE).to_numpy()
    share = hits * 12 / np.maximum(pairs.tokens("answer").counts, 1.0)
    return np.where(hits > 0, 1.0 - np.minimum(share, 1.0), 1.0), {"phrases": hits}


@rule("answer_list_only", measure="text_quality", looks_at="answer", is_certain=_has_no_lead)
def answer_list_only(pairs: Pairs) -> Verdict:
    """Many lines and no sentence; FineWeb requires that over 12 % of lines end in punctuation.

    A support answer may be a list of steps. Six or more lines, of which at most 12 % end like a sentence and two thirds
    are short (FineWeb: under 30 characters), are a menu or a table.
    """
    lines = pairs.answer.count(r"[^\n]*\S[^\n]*")
    ended = pairs.answer.count(r"(?m)[.!?:;\"”)]\s*$") / np.maximum(lines, 1)
    short = pairs.answer.count(r"(?m)^[^\n]{1,29}$") / np.maximum(lines, 1)
    bad = (lines >= 6) & (ended <= 0.12) & (short >= 0.67)
    return np.where(bad, 0.3, 1.0), {"lines": lines, "ended": ended, "short": short}
