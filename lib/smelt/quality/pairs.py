"""The batch of pairs that rules look at."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Literal

import polars as pl
import pyarrow as pa

from smelt.quality.config import QualityConfig
from smelt.quality.corpus.knowledge import Knowledge
from smelt.quality.corpus.model import Corpus, english
from smelt.quality.corpus.stems import StemVocabulary
from smelt.quality.corpus.view import View
from smelt.quality.english.dictionary import dictionary
from smelt.quality.texts import Texts
from smelt.quality.tokens import Ids, Tokens, Vocabulary, tokenize

Side = Literal["question", "answer"]


class Pairs:
    """A batch of question/answer pairs with all that a rule may ask of it.

    Built from a table with ``question`` and ``answer`` (string) and, where the source has them,
    ``language``, ``category`` (string) and ``outcome`` (map or struct of strings).
    """

    def __init__(
        self,
        table: pa.Table,
        config: QualityConfig,
        corpus: Corpus | None = None,
        knowledge: Knowledge | None = None,
    ) -> None:
        missing = sorted({"question", "answer"} - set(table.column_names))
        if missing:
            raise ValueError(f"pairs need the columns question and answer; missing: {', '.join(missing)}")
        self.config = config
        self.corpus = corpus or english()
        self.knowledge = knowledge
        self.question = Texts(_strings(table, "question"))
        self.answer = Texts(_strings(table, "answer"))
        self.language = _strings(table, "language")
        self.category = _strings(table, "category")
        self.outcome = _outcomes(table)

    def __len__(self) -> int:
        return len(self.question)

    def texts(self, side: Side) -> Texts:
        """The questions or the answers."""
        return self.question if side == "question" else self.answer

    def tokens(self, side: Side) -> Tokens:
        """Tokens of the questions or the answers, ids into :attr:`vocabulary`."""
        return self._tokenized[1][0 if side == "question" else 1]

    @property
    def vocabulary(self) -> Vocabulary:
        """The distinct tokens of questions and answers together."""
        return self._tokenized[0]

    @cached_property
    def _tokenized(self) -> tuple[Vocabulary, list[Tokens]]:
        return tokenize(self.question.series, self.answer.series)

    @cached_property
    def known(self) -> Ids:
        """Position of each word of the vocabulary in the English dictionary; -1 where it is not there."""
        return self.vocabulary.positions_in(dictionary().words)

    @cached_property
    def view(self) -> View:
        """The batch as stems and vectors of the corpus."""
        return View(
            self.corpus,
            StemVocabulary(self.vocabulary, self.known),
            self.tokens("question"),
            self.tokens("answer"),
            (self.question.series, self.answer.series),
        )


def _strings(table: pa.Table, name: str) -> pl.Series:
    """Column ``name`` as strings; all null where the table has no such column."""
    if name not in table.column_names:
        return pl.Series(name, [None] * table.num_rows, dtype=pl.String)
    return pl.Series(name, table.column(name).cast(pa.string()))


def _outcomes(table: pa.Table) -> list[Mapping[str, str]]:
    if "outcome" not in table.column_names:
        return [{}] * table.num_rows
    return [dict(row) if row else {} for row in table.column("outcome").to_pylist()]
