"""Tone: profanity, insults, blame and slang from conf/lexicons/tone.yaml, and shouting."""

from __future__ import annotations

from functools import cache

import numpy as np

from smelt.quality.lexicons import alternation, hints, lexicon, words
from smelt.quality.measures.meant import without_names, without_self
from smelt.quality.measures.senses import without_technical
from smelt.quality.pairs import Pairs, Side
from smelt.quality.rules import Verdict, rule
from smelt.quality.texts import Flags, Floats
from smelt.quality.tokens import Tokens

REACH = 3
"""Number of words before a hit within which a negation cancels it."""
DISGUISED = (
    r"(?i)\b(?:f[\*#@u]+c?[\*#@k]+(?:ing|ed|er)?|s[h\*#@]+[i1!\*#@]+t|b[i1!\*#@]+tch|"
    r"a[\$@\*#s]{2,}h?ole|[a@]\$\$)(?:\W|$)"
)
LOUD_RUN = r"[!?]{3,}|!\s*!\s*!"


@cache
def _phrases(section: str) -> tuple[str, list[str]]:
    """The pattern of a section's phrases, and the hints (:func:`smelt.quality.lexicons.hints`)."""
    listed = lexicon("tone")[section]["phrases"]
    return alternation(listed), hints(listed)


def lexicon_hits(pairs: Pairs, side: Side, section: str) -> Floats:
    """Number of words and phrases of one section of the tone lexicon in each text, without negated ones."""
    tokens, vocabulary = pairs.tokens(side), pairs.vocabulary
    texts = pairs.texts(side)
    hits = vocabulary.among(str(word) for word in lexicon("tone")[section]["words"])[tokens.ids]
    if hits.any():
        hits = hits & ~_in_name(tokens)
        negation = vocabulary.among(words("tone", "negations"))[tokens.ids]
        for distance in range(1, REACH + 1):
            before = np.zeros(len(hits), dtype=bool)
            before[distance:] = negation[:-distance] & (tokens.row[distance:] == tokens.row[:-distance])
            hits = hits & ~before
    total = tokens.add(hits)
    pattern, first = _phrases(section)
    found = texts.contains(pattern, first)
    if found.any():
        total = total + np.where(found, texts.count(pattern), 0)
    return total


def _in_name(tokens: Tokens) -> Flags:
    """Whether each token is part of a name: capitalised inside a sentence, or followed by another capitalised word."""
    follows = np.zeros(len(tokens.ids), dtype=bool)
    follows[:-1] = tokens.is_title[1:] & (tokens.row[1:] == tokens.row[:-1])
    named: Flags = tokens.is_title & (~tokens.is_first | follows)
    return named


def _meant(pairs: Pairs, side: Side, section: str) -> Floats:
    """:func:`lexicon_hits`, without words in a technical sense (:mod:`smelt.quality.measures.senses`)."""
    hits = lexicon_hits(pairs, side, section)
    rows = np.nonzero(hits)[0]
    if side == "answer" and len(rows):  # only the few answers with hits are counted again
        few = pairs.take(rows)
        hits[rows] = lexicon_hits(few.with_answers(without_technical(few.answer.series)), side, section)
    return hits


def _penalty(pairs: Pairs, side: Side, section: str) -> tuple[Floats, Floats]:
    """1 minus the weighted hits of ``section``, and the hits."""
    hits = _meant(pairs, side, section)
    weight = float(lexicon("tone")[section]["weight"])
    return np.maximum(0.0, 1.0 - weight * hits), hits


@rule("answer_profane", measure="answer_tone", looks_at="answer")
def answer_profane(pairs: Pairs) -> Verdict:
    """The answer swears, openly or with letters replaced by symbols."""
    score, hits = _penalty(pairs, "answer", "profanity")
    disguised = pairs.answer.contains(DISGUISED)
    rows = np.nonzero(disguised)[0]
    if len(rows):
        meant = without_technical(pairs.answer.series.gather(rows))
        disguised[rows] = meant.str.contains(DISGUISED).to_numpy()
    return np.where(disguised, 0.0, score), {"words": hits, "disguised": disguised}


def _insults_still(pairs: Pairs) -> Flags:
    """Whether insults remain without names in capitals and self-deprecation."""
    rest = pairs.with_answers(without_self(without_names(pairs)))
    result: Flags = _penalty(rest, "answer", "insults")[0] < pairs.config.pass_mark("answer_tone")
    return result


@rule("answer_insulting", measure="answer_tone", looks_at="answer", is_certain=_insults_still)
def answer_insulting(pairs: Pairs) -> Verdict:
    """The answer insults or dismisses the customer."""
    score, hits = _penalty(pairs, "answer", "insults")
    return score, {"words": hits}


@rule("answer_blames", measure="answer_tone", looks_at="answer")
def answer_blames(pairs: Pairs) -> Verdict:
    """The answer puts the blame on the customer."""
    score, hits = _penalty(pairs, "answer", "blame")
    return score, {"phrases": hits}


@rule("answer_slangy", measure="answer_tone", looks_at="answer")
def answer_slangy(pairs: Pairs) -> Verdict:
    """The answer uses slang or texting shorthand, for its length."""
    hits = _meant(pairs, "answer", "slang")
    weight = float(lexicon("tone")["slang"]["weight"])
    length = np.maximum(1.0, pairs.tokens("answer").counts / 25)
    return np.maximum(0.0, 1.0 - weight * hits / length), {"words": hits}


def _shouts_still(pairs: Pairs) -> Flags:
    """Whether an answer shouts without its names and constants in capitals."""
    loud, _ = _loudness(pairs.with_answers(without_names(pairs)))
    return loud < pairs.config.pass_mark("answer_tone")


@rule("answer_shouts", measure="answer_tone", looks_at="answer", is_certain=_shouts_still)
def answer_shouts(pairs: Pairs) -> Verdict:
    """The answer is written in capitals, or with runs of exclamation marks.

    Only dictionary words of at least three letters count, so that acronyms and codes do not.
    """
    return _loudness(pairs)


def _loudness(pairs: Pairs) -> tuple[Floats, dict[str, Floats]]:
    tokens, vocabulary = pairs.tokens("answer"), pairs.vocabulary
    long_word = (vocabulary.is_word & (vocabulary.words.str.len_chars().to_numpy() >= 3))[tokens.ids]
    loud = long_word & tokens.is_upper & (pairs.known >= 0)[tokens.ids]
    total, shouted = tokens.add(long_word), tokens.add(loud)
    share = np.where(shouted >= 2, shouted / np.maximum(total, 1.0), 0.0)
    runs = pairs.answer.count(LOUD_RUN)
    volume = 0.8 * share + 1.2 * np.maximum(share - 0.6, 0.0)
    score = np.clip(1.0 - volume - np.minimum(0.3 * runs, 0.45), 0.0, 1.0)
    return score, {"shouted_share": share, "exclamation_runs": runs.astype(np.float64)}
