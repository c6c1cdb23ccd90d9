"""Makes question/answer pairs from conversations, with one rule per kind; works on plain values, without Spark.

tickets      subject and description -> the resolution, or else the last reply of an agent
chats,       a customer's utterance -> the agent's following utterance, with the turns before as context;
transcripts  a bot's utterance only where no agent spoke
articles     title, or title and heading -> the section below, unless it is an aside (:mod:`smelt.examples.asides`)
external     as a ticket if there is a resolution, as a chat if a customer speaks, else as an article, in which
             interrogative headings and ``Q:`` lines are the question without the title
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Any, NamedTuple

from smelt.examples.asides import aside
from smelt.examples.config import ExamplesConfig

ANSWERING = frozenset({"agent", "bot"})

HEADINGS = " > "
"""Separator of the headings that lead to a section, the innermost last."""
_MARK = r"(?:^[ \t*_>-]*{word}[ \t]*\d{{0,3}}[ \t]*[:.)]|(?<=[.?!])[ \t]+[*_]*{word}[ \t]*\d{{0,3}}[ \t]*:)[ \t*_]*"
QUESTION, ANSWER = (
    re.compile(_MARK.format(word=word), re.MULTILINE | re.IGNORECASE)
    for word in ("(?:Q|Question)", "(?:A|Answer)")
)
"""Markers of an FAQ at the start of a line (``Q:``, ``**Question 3:**``, ``A.``), or with a colon after a sentence."""


class Pair(NamedTuple):
    """A question with its answer; if either is missing, ``reasons`` says so."""

    question: str | None
    answer: str | None
    context: list[dict[str, str]]
    asked_at: Any
    reasons: list[str]


class Utterance(NamedTuple):
    """Consecutive turns of one side, joined."""

    role: str
    text: str
    at: Any


def pairs(
    kind: str,
    title: str | None,
    turns: Sequence[dict[str, Any]],
    resolution: str | None,
    config: ExamplesConfig,
) -> list[Pair]:
    """The pairs of a conversation; if none can be made, one incomplete pair with the reasons."""
    if kind == "articles":
        made = list(_article_pairs(title, turns, config))
    elif kind == "tickets":
        made = [_ticket_pair(title, turns, resolution)]
    elif kind == "external" and not any(turn["role"] == "customer" for turn in turns) and not resolution:
        made = list(_document_pairs(title, turns, config))
    elif kind == "external" and resolution:
        made = [_ticket_pair(title, turns, resolution)]
    else:
        made = list(_dialogue_pairs(turns, config))
    if not made:
        return [_without_pair(title, turns)]
    return made[: config.max_pairs_a_conversation]


def utterances(turns: Sequence[dict[str, Any]]) -> list[Utterance]:
    """Join consecutive turns of one side by line ends; system turns are left out.

    If both a bot and an agent answer, the bot's turns are left out, since they only introduce or follow the agent.
    """
    joined: list[_Said] = []
    for turn in turns:
        role = "agent" if turn["role"] in ANSWERING else turn["role"]
        if role == "system" or not turn["text"]:
            continue
        is_bot = turn["role"] == "bot"
        last = joined[-1] if joined else None
        if last is None or last.role != role or (last.is_bot and not is_bot):
            said = _Said(role, [turn["text"]], turn["at"], is_bot)
            joined[-1 if last is not None and last.role == role else len(joined) :] = [said]
        elif last.is_bot or not is_bot:
            last.texts.append(turn["text"])
    return [Utterance(said.role, "\n".join(said.texts), said.at) for said in joined]


class _Said(NamedTuple):
    """An utterance under construction."""

    role: str
    texts: list[str]
    at: Any
    is_bot: bool


def _ticket_pair(title: str | None, turns: Sequence[dict[str, Any]], resolution: str | None) -> Pair:
    said = [turn for turn in turns if turn["role"] == "customer" and turn["text"]]
    description = said[0]["text"] if said else None
    parts = [part for part in (title, description) if part]
    if len(parts) == 2 and parts[1].casefold().startswith(parts[0].casefold().rstrip(".… ")):
        parts = parts[1:]  # mail systems use the beginning of the text as the subject
    answer = resolution or _last_answer(turns)
    question = "\n\n".join(parts) or None
    return Pair(question, answer, [], said[0]["at"] if said else None, _missing(question, answer))


def _last_answer(turns: Sequence[dict[str, Any]]) -> str | None:
    """The last reply of an agent, else of a bot; a courtesy (``is_courtesy``) only if there is no other reply."""
    replies = [turn for turn in reversed(turns) if turn["role"] in ANSWERING and turn["text"]]
    replies.sort(key=lambda turn: (bool(turn.get("is_courtesy")), turn["role"] == "bot"))
    return replies[0]["text"] if replies else None


def _dialogue_pairs(turns: Sequence[dict[str, Any]], config: ExamplesConfig) -> Iterator[Pair]:
    said = utterances(turns)
    for index in range(len(said) - 1):
        asked, replied = said[index], said[index + 1]
        if asked.role == "customer" and replied.role == "agent":
            yield Pair(asked.text, replied.text, _context(said[:index], config), asked.at, [])


def _context(before: Sequence[Utterance], config: ExamplesConfig) -> list[dict[str, str]]:
    """The last turns within the configured numbers of turns and characters, oldest first."""
    kept: list[dict[str, str]] = []
    left = config.max_context_characters
    for utterance in reversed(before[-config.max_context_turns :] if config.max_context_turns else []):
        left -= len(utterance.text)
        if left < 0:
            break
        kept.append({"role": utterance.role, "text": utterance.text})
    return kept[::-1]


def _article_pairs(
    title: str | None, turns: Sequence[dict[str, Any]], config: ExamplesConfig
) -> Iterator[Pair]:
    return (pair for _, pair in _sections(title, turns, config))


def _sections(
    title: str | None, turns: Sequence[dict[str, Any]], config: ExamplesConfig
) -> Iterator[tuple[str | None, Pair]]:
    """Each section as a pair, with the heading path that leads to it."""
    heading: str | None = None
    for turn in turns:
        if turn["role"] == "system":
            heading = turn["text"]
        elif turn["text"]:
            reasons = [] if title or heading else ["no_question"]
            said = aside(turn["text"])
            reasons += [said] if said else []
            question = _article_question(title, heading, config)
            yield heading, Pair(question, turn["text"], [], None, reasons)
            heading = None


def _document_pairs(
    title: str | None, turns: Sequence[dict[str, Any]], config: ExamplesConfig
) -> Iterator[Pair]:
    """Like an article's pairs, but an interrogative heading is the whole question, and ``Q:``/``A:`` texts give
    pairs."""
    for heading, pair in _sections(title, turns, config):
        told = list(questions_in(pair.answer or ""))
        if told:
            yield from (Pair(question, answer, [], None, []) for question, answer in told)
            continue
        own = (heading or "").rsplit(HEADINGS, 1)[-1].strip()
        yield pair._replace(question=own) if own.endswith("?") else pair


def questions_in(text: str) -> Iterator[tuple[str, str]]:
    """(question, answer) pairs of a text with ``Q: ... A: ...``; text before the first ``Q:`` is left out."""
    found = list(QUESTION.finditer(text))
    for match, after in zip_longest(found, found[1:]):
        block = text[match.end() : after.start() if after else len(text)]
        question, mark, answer = _parted(block)
        if mark and question and answer:
            yield question, answer


def _parted(block: str) -> tuple[str, bool, str]:
    match = ANSWER.search(block)
    if match is None:
        return block.strip(), False, ""
    return block[: match.start()].strip(), True, block[match.end() :].strip()


def _article_question(title: str | None, heading: str | None, config: ExamplesConfig) -> str | None:
    if not heading or not title or heading.casefold().strip() == title.casefold().strip():
        return title or heading
    return config.article_question.format(title=title, heading=heading)


def _without_pair(title: str | None, turns: Sequence[dict[str, Any]]) -> Pair:
    question = (
        next((turn["text"] for turn in turns if turn["role"] == "customer" and turn["text"]), None) or title
    )
    at = next((turn["at"] for turn in turns if turn["role"] == "customer"), None)
    answer = None if question else next((turn["text"] for turn in turns if turn["role"] in ANSWERING), None)
    return Pair(question, answer, [], at, _missing(question, answer) or ["no_pair"])


def _missing(question: str | None, answer: str | None) -> list[str]:
    reasons = [] if question else ["no_question"]
    return reasons if answer else [*reasons, "no_answer"]
