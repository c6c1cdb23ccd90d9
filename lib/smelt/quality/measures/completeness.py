"""Completeness: the answer is there, all of it, for every part of the question."""

from __future__ import annotations

from functools import cache

import numpy as np

from smelt.quality.corpus.endings import ENDS_WELL, SIGNED
from smelt.quality.corpus.model import hashes
from smelt.quality.lexicons import phrases, words
from smelt.quality.pairs import Pairs
from smelt.quality.rules import Verdict, rule
from smelt.quality.texts import Flags, Floats

SLOT = (
    r"(?i:insert|your|enter|add|put|fill(?: in)?|customer|client|user|agent|company|business|product|order|ticket|case|account|"
    r"first|last|full|recipient|sender|name|date|time|link|url|number|amount|phone|email|address|placeholder|tbd|todo|"
    r"department|team|title|city)"
)
"""What a slot of a template is called, first word."""
PLACEHOLDER = (
    r"\{\{[^{}]{0,60}\}\}|\{%[^%]{0,60}%\}|\$\{[A-Za-z_][A-Za-z0-9_. -]{0,40}\}|\{[a-z][A-Za-z0-9_. ]{0,40}\}|"
    rf"\{{\s*{SLOT}(?:[ _-][A-Za-z0-9_ '-]{{0,40}})?\s*\}}|\[\s*{SLOT}(?:[ _-][A-Za-z0-9_ /'-]{{0,40}})?\s*\]|"
    r"%(?:[A-Z]+_)*(?:NAME|ID|NUMBER|DATE|EMAIL|LINK|URL)%|%\([a-z_]+\)s|<<[^<>]{1,40}>>|"
    r"<(?i:(?:your|insert|enter|put|add)\b[A-Za-z0-9_ /'-]{0,40}|(?:first|last|full|customer|client|agent|company)[ _-]?name(?: here)?|[A-Za-z0-9_ -]{1,30} here)>|"
    r"<(?i:name|customer|company)>|@@[A-Za-z0-9_]{2,30}@@|#{2,3}[A-Z_]{2,30}#{2,3}|__[A-Z][A-Z_]{2,30}__|\b(?:TODO|TBD|FIXME)\b|(?i:lorem ipsum)|\[\s*\.{3}\s*\]|\[_+\]"
)
SCRUBBED = r"\[[A-Z][A-Z0-9_]*?(?:_[1-9][0-9]{0,5}|#[0-9a-f]{12})\]|\[(?:EMAIL|PHONE|PERSON|CARD|SSN|IBAN|IP|URL|ADDRESS|DATE_OF_BIRTH|ACCOUNT|USERNAME)\]"
"""Marks that scrubbing leaves in the place of personal data: they are meant to be there."""
ANSWERED_LENGTH = 12
"""Words of an answer that the first of several questions takes at least."""


@rule("answer_placeholder", measure="answer_completeness")
def answer_placeholder(pairs: Pairs) -> Verdict:
    """A template variable or a note to the writer was left unfilled: {{name}}, [INSERT DATE], TODO."""
    found = pairs.answer.contains(PLACEHOLDER)
    if found.any():
        found = found & (pairs.answer.count(PLACEHOLDER) > _scrubbed(pairs))
    return np.where(found, 0.0, 1.0), {"placeholder": found}


def _scrubbed(pairs: Pairs) -> np.ndarray:  # type: ignore[type-arg]
    """Marks of scrubbing in each answer that look like placeholders."""
    return pairs.answer.series.str.extract_all(SCRUBBED).list.eval(_looks_unfilled()).list.sum().to_numpy()


@cache
def _looks_unfilled():  # type: ignore[no-untyped-def]  # noqa: ANN202
    import polars as pl

    return pl.element().str.contains(PLACEHOLDER).cast(pl.Int64)


@rule("answer_only_greeting", measure="answer_completeness")
def answer_only_greeting(pairs: Pairs) -> Verdict:
    """The answer greets, thanks or offers help, and answers nothing."""
    text = pairs.answer
    polite = text.contains(rf"(?is)^\W*(?:{phrases('completeness', 'courtesies')[4:]}[\W\d]*(?:\w+\W+){{0,2}}?)+$")
    return np.where(polite, 0.2, 1.0), {"only_courtesies": polite}


@rule("answer_only_promise", measure="answer_completeness")
def answer_only_promise(pairs: Pairs) -> Verdict:
    """The answer promises one: "I'll get back to you", "we will look into it and ..."."""
    promise = pairs.answer.contains(phrases("completeness", "promises"))
    refusal = pairs.answer.contains(phrases("completeness", "refusals"))
    rest = pairs.tokens("answer").counts
    left = np.clip((rest - 15) / 60, 0.0, 1.0)
    score = np.where(promise, 0.25 + 0.75 * left, np.where(refusal, 0.5 + 0.5 * left, 1.0))
    return score, {"promise": promise, "refusal": refusal, "words": rest}


@rule("answer_cut_off", measure="answer_completeness")
def answer_cut_off(pairs: Pairs) -> Verdict:
    """The answer stops in the middle: no full stop, a last word that cannot be last, half a word, an open bracket.

    Where most answers of the corpus do without full stops, missing ones are held against an answer less;
    where a third and more are signed, an answer without a farewell loses a little.
    """
    open_end = ~pairs.answer.contains(ENDS_WELL)
    bare = open_end & ~pairs.answer.contains(r"\p{Lu}|[.!?]")  # recognised speech has neither capitals nor stops
    missing = open_end * np.where(bare, 0.3, 1.0) * np.clip(pairs.corpus.full_stops / 0.4, 0.3, 1.0) * (1.0 - 0.4 * _ends_usually(pairs))
    stop_inside = pairs.answer.contains(r"[.!?]\s+[A-Z]")
    dangling, weak = _last_word(pairs, "never_last_strong"), _last_word(pairs, "never_last")
    half_word = _half_word(pairs)
    bracket = pairs.answer.count(r"[(\[]") > pairs.answer.count(r"[)\]]")
    trailing = pairs.answer.contains(r"(?:[,;:(\-–—]|(?:^|[.!?:]\s+|\bstep )\d{1,2}\.)$")
    continued = open_end & np.isin(hashes(pairs.answer.series.alias("c0")), pairs.corpus.cut_short)
    fault = 0.42 * missing + 0.06 * open_end * stop_inside
    fault += open_end * (0.4 * dangling + 0.25 * (weak & ~dangling) + 0.3 * half_word + 0.1 * continued)
    fault += 0.15 * bracket + 0.35 * trailing
    unsigned = ~pairs.answer.contains(SIGNED) & (pairs.corpus.signed >= 0.3)
    fault += 0.15 * unsigned
    return 1.0 - fault, {
        "open_end": open_end, "dangling_word": dangling | weak, "half_word": half_word,
        "open_bracket": bracket, "continued_elsewhere": continued, "unsigned": unsigned,
    }  # fmt: skip


def _ends_usually(pairs: Pairs) -> Floats:
    """How often the corpus ends a sentence with the last word of each answer, from 0 to 1 for every second time."""
    rates = pairs.corpus.end_rates
    if not len(rates):
        return np.full(len(pairs), 0.3)
    view, tokens = pairs.view, pairs.tokens("answer")
    place = view.positions[view.vocabulary.code]
    rate = np.where(place >= 0, rates[np.maximum(place, 0)], 0.05)
    return np.clip(2.0 * tokens.add(tokens.is_last * rate[tokens.ids]), 0.0, 1.0)


def _last_word(pairs: Pairs, section: str) -> Flags:
    """Whether the last token of each answer is a word of ``section`` of the grammar lexicon."""
    tokens = pairs.tokens("answer")
    flags = pairs.vocabulary.among(words("grammar", section))[tokens.ids]
    return tokens.add(flags & tokens.is_last) > 0


def _half_word(pairs: Pairs) -> Flags:
    """Whether the last token of each answer is a lower-case word that no dictionary and no other text has."""
    tokens, vocabulary = pairs.tokens("answer"), pairs.vocabulary
    place = pairs.view.positions[pairs.view.vocabulary.code]
    frequency = pairs.corpus.frequency[np.maximum(place, 0)] if pairs.corpus.pairs else np.zeros(len(vocabulary))
    strange = vocabulary.is_word & (pairs.known < 0) & (np.where(place >= 0, frequency, 0) <= 2)
    short = vocabulary.words.str.len_chars().to_numpy() <= 2
    lone = vocabulary.is_word & short & ~vocabulary.among(SHORT_WORDS)
    flags = (strange | lone)[tokens.ids] & ~tokens.is_title & ~tokens.is_upper
    return tokens.add(flags & tokens.is_last) > 0


SHORT_WORDS = "a i am an as at be by do go he if in is it me my no of ok on or so to up us we pm tv pc id".split()


@rule("question_partly_answered", measure="completeness")
def question_partly_answered(pairs: Pairs) -> Verdict:
    """The question asks several things and the answer is too short, or too far off, to settle them all.

    Each further question is expected to take half as many words as the first; a part whose words and
    meaning are both missing from the answer counts as open.
    """
    parts = np.maximum(pairs.question.count(r"\?+"), 1)
    said = pairs.tokens("answer").counts.astype(np.float64)
    expected = np.where(parts > 1, ANSWERED_LENGTH * (0.25 + 0.5 * (parts - 1)), 0.0)
    share = np.where(expected > 0, np.minimum(said / np.maximum(expected, 1.0), 1.0), 1.0)
    empty = said == 0
    return np.where(empty, 0.0, 0.35 + 0.65 * share), {"parts": parts, "answer_tokens": said}
