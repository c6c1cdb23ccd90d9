"""The approach ``prompt``: few-shot examples from the train split before the question, within a token budget."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from smelt.tuning.answers.generate import Answer, Answerer
from smelt.tuning.base.libraries import library
from smelt.tuning.config import PromptConfig
from smelt.tuning.encoding.chat import Chat, Conversation
from smelt.tuning.errors import TuningError


@dataclass(frozen=True)
class Example:
    """One pair of the train split."""

    example_id: str
    question: str
    answer: str
    category: str | None


class ExampleBank:
    """Chooses examples of the train split for a question, deterministically.

    With ``category``: the first k of the question's category by a hash of their ids, or k of each category if the
    question's is unknown. With ``similar``: the k whose questions are nearest by TF-IDF over words and word pairs.
    """

    def __init__(self, examples: Sequence[Example], config: PromptConfig) -> None:
        self._config = config
        self._examples = sorted(examples, key=lambda each: each.example_id)
        self._by_category: dict[str | None, list[Example]] = {}
        for each in sorted(
            self._examples, key=lambda each: hashlib.sha256(each.example_id.encode()).digest()
        ):
            self._by_category.setdefault(each.category, []).append(each)
        self._matrix: Any = None
        if config.choose == "similar":
            text = library("sklearn.feature_extraction.text")
            self._vectorizer = text.TfidfVectorizer(
                ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"\w+"
            )
            self._matrix = self._vectorizer.fit_transform([each.question for each in self._examples])

    def choose(self, question: str, category: str | None) -> list[Example]:
        """Examples for ``question``; with ``similar`` the nearest is last, next to the question."""
        if self._matrix is not None:
            near = (self._matrix @ self._vectorizer.transform([question]).T).toarray().ravel()
            order = np.argsort(-near, kind="stable")[: self._config.examples]
            return [self._examples[at] for at in reversed(order)]
        if category in self._by_category:
            return self._by_category[category][: self._config.examples]
        return [
            each
            for name in sorted(self._by_category, key=str)
            for each in self._by_category[name][: self._config.examples]
        ]


def example_of(row: dict[str, Any]) -> Example:
    """The example of a row with example_id, instruction, output and category."""
    return Example(str(row["example_id"]), row["instruction"], row["output"], row.get("category"))


def few_shot_prompt(
    question: str, examples: Sequence[Example], config: PromptConfig, chat: Chat | None
) -> Conversation:
    """One user message with introduction, examples and question.

    Examples are dropped from the first on until the message has at most ``context_tokens`` tokens; without ``chat``,
    for a server with an unknown tokenizer, a token is taken as four characters. A question that is too long by itself
    is cut at its end. Raises TuningError if not even the introduction fits.
    """
    kept, asked = list(examples), question
    while True:
        shown = "".join(f"\n\nQuestion: {each.question}\nAnswer: {each.answer}" for each in kept)
        text = f"{config.introduction}{shown}\n\nQuestion: {asked}\nAnswer:"
        prompt = [{"role": "user", "content": text}]
        size = len(chat.encode([prompt], prompt=True)[0]) if chat else -(-len(text) // 4)
        if size <= config.context_tokens:
            return prompt
        if kept:
            kept.pop(0)
        elif asked:
            asked = asked[: min(len(asked) - 1, len(asked) * config.context_tokens // size)]
        else:
            raise TuningError(
                f"tuning.prompt.context_tokens: {config.context_tokens} have no room for the introduction"
            )


@dataclass(frozen=True)
class FewShotAnswerer:
    """Answers questions by ``inner`` with examples from ``bank`` before each question."""

    inner: Answerer
    bank: ExampleBank
    config: PromptConfig
    chat: Chat | None

    def answer_questions(self, questions: Sequence[str], categories: Sequence[str | None]) -> list[Answer]:
        """One answer per question; a category is None if unknown."""
        prompts = [
            few_shot_prompt(question, self.bank.choose(question, category), self.config, self.chat)
            for question, category in zip(questions, categories, strict=True)
        ]
        return self.inner.answer(prompts)
