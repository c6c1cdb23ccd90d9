"""Clarity of the question: it asks for something, says for what, and is understandable on its own."""

from __future__ import annotations

import numpy as np

from smelt.quality.lexicons import alternation, starts, words
from smelt.quality.pairs import Pairs
from smelt.quality.rules import Verdict, rule
from smelt.quality.texts import Flags, Floats

DANGLING = (
    r"(?i)^(?:and\s+|but\s+|so\s+|or\s+|then\s+)?"
    r"(?:it|this|that|they|them|these|those|he|she|the same|same (?:here|thing))\b"
    r"|^(?:and|but|so|or|then|what about|how about)\b[^.?!]{0,25}[.?!]?$"
)
REPLY = (
    r"(?i)^\W*(?:yes|yeah|yep|yup|no|nope|nah|sure|ok|okay|alright|correct|right|exactly|go ahead|please do|"
    r"sounds good|that works|that would work|i think so|i don['’]t think so)\b"
)
"""Begins like a reply to an agent's question."""
MOSTLY_SIGNS = r"^(?:\[[A-Z]+(?:_[A-Z]+)*(?:_\d+)?\]|[\W\d_])*$"
"""Only punctuation, digits and placeholders."""


def _all_among(pairs: Pairs, allowed: Flags) -> Flags:
    """Whether each question has words, all of them ``allowed`` (one flag per word of the vocabulary)."""
    tokens, is_word = pairs.tokens("question"), pairs.vocabulary.is_word | pairs.vocabulary.is_number
    total = tokens.add(is_word[tokens.ids])
    among: Flags = (total > 0) & (tokens.add((allowed & is_word)[tokens.ids]) == total)
    return among


def is_asking(pairs: Pairs) -> Flags:
    """Whether each question has a question mark or begins like a question."""
    return pairs.question.contains(r"\?") | pairs.question.contains(starts("clarity", "interrogatives"))


def content_words(pairs: Pairs) -> Floats:
    """Number of content words of each question, i.e. neither function words nor generic ones."""
    vocabulary, tokens = pairs.vocabulary, pairs.tokens("question")
    lists = (("clarity", "generic"), ("clarity", "interrogatives"), ("grammar", "function"))
    empty = vocabulary.among(frozenset().union(*(words(*entry) for entry in lists)))
    says = (
        (vocabulary.is_word | vocabulary.is_number)
        & ~empty
        & (vocabulary.words.str.len_chars().to_numpy() >= 2)
    )
    return tokens.add(says[tokens.ids])


@rule("question_only_greeting", measure="question_clarity", looks_at="question")
def question_only_greeting(pairs: Pairs) -> Verdict:
    """The question is a greeting or a farewell and nothing else."""
    vocabulary = pairs.vocabulary
    greeting = _all_among(pairs, vocabulary.among(words("clarity", "greetings")))
    greeting &= pairs.question.contains(starts("clarity", "greeting_starts"))
    closing = _all_among(
        pairs, vocabulary.among(words("clarity", "closings") | words("clarity", "greetings"))
    )
    closing &= pairs.question.contains(alternation(words("clarity", "closing_starts")))
    return np.where(greeting | closing, 0.0, 1.0), {"greeting": greeting, "farewell": closing}


@rule("question_without_content", measure="question_clarity", looks_at="question")
def question_without_content(pairs: Pairs) -> Verdict:
    """The question has no word that says what it is about.

    A reply ("sure, that works for me") has its content in the turn before and scores at least 0.5.
    """
    content = content_words(pairs)
    signs_only = pairs.question.contains(MOSTLY_SIGNS)
    reply = pairs.question.contains(REPLY)
    score = np.where(signs_only, 0.0, np.minimum(1.0, 0.15 + 0.45 * content))
    return np.where(reply, np.maximum(score, 0.5), score), {"content_words": content, "reply": reply}


@rule("question_unclear", measure="question_clarity", looks_at="question")
def question_unclear(pairs: Pairs) -> Verdict:
    """The question neither asks nor states a problem, or refers to something that only its sender knows."""
    text = pairs.question
    asks = is_asking(pairs)
    requests = text.contains(alternation(words("clarity", "request_forms")))
    dangling = text.contains(DANGLING) & (content_words(pairs) < 2)
    states = pairs.tokens("question").counts >= 6
    form = np.select([asks, requests, states], [1.0, 0.95, 0.8], default=0.6)
    return form - 0.25 * dangling, {"asks": asks, "requests": requests, "dangling_reference": dangling}
