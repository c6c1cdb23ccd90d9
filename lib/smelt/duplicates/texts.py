"""The text of an example that is compared, and its hash."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

import polars as pl

from smelt.duplicates.config import Compared, DuplicatesConfig, NearConfig
from smelt.duplicates.meaning import Statements, statements_of
from smelt.duplicates.normalise import normalise
from smelt.duplicates.shingles import Shingles, shingle


class ComparedTexts(NamedTuple):
    """Normalised parts of every text: one or two Series of equal length."""

    parts: list[pl.Series]

    def hashes(self) -> list[str | None]:
        """32 hex digits of BLAKE2b over the parts; equal for exact duplicates, None for empty texts."""
        joined = self.parts[0]
        for part in self.parts[1:]:
            joined = joined + "\x1f" + part
        nothing = "\x1f" * (len(self.parts) - 1)
        return [
            None if text == nothing else hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
            for text in joined.to_list()
        ]

    def shingles(self, near: NearConfig) -> Shingles:
        """Shingle sets of the texts."""
        return shingle(
            self.parts,
            word_ngram=near.word_ngram,
            character_ngram=near.character_ngram,
            short_text_words=near.short_text_words,
            whole_text_words=near.whole_text_words,
        )

    def statements(self, near: NearConfig) -> Statements:
        """Facts and content words, in which duplicates must agree (:mod:`smelt.duplicates.meaning`)."""
        return statements_of(self.parts, near.negations)


def compared_texts(questions: pl.Series, answers: pl.Series, config: DuplicatesConfig) -> ComparedTexts:
    """The sides of an example that ``config.compare`` compares.

    For ``answer``, the question of a short answer is compared too, and both sides must be similar.
    """
    compare: Compared = config.compare
    if compare == "question":
        return ComparedTexts([normalise(questions, config.placeholder)])
    question = normalise(questions, config.placeholder)
    answer = normalise(answers, config.placeholder)
    if compare == "both":
        return ComparedTexts([question, answer])
    words = answer.str.count_matches(" ") + (answer.str.len_bytes() > 0).cast(pl.UInt32)
    alone = words >= config.short_answer_words
    return ComparedTexts([question.set(alone, ""), answer])


def whole_texts(texts: pl.Series, config: DuplicatesConfig) -> ComparedTexts:
    """Texts with one part only."""
    return ComparedTexts([normalise(texts, config.placeholder)])
