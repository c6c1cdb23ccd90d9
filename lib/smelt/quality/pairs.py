"""A batch of pairs, the input of rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Literal

import numpy as np
import polars as pl
import pyarrow as pa

from smelt.quality.config import QualityConfig
from smelt.quality.corpus.knowledge import Knowledge
from smelt.quality.corpus.model import Corpus, english
from smelt.quality.corpus.stems import StemVocabulary
from smelt.quality.corpus.view import View
from smelt.quality.english.dictionary import dictionary
from smelt.quality.texts import Counts, Floats, Texts
from smelt.quality.tokens import Ids, Tokens, Vocabulary, tokenize

Side = Literal["question", "answer"]


class Pairs:
    """A batch of question/answer pairs with lazily computed, cached properties for rules.

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
        self._table = table

    def __len__(self) -> int:
        return len(self.question)

    @cached_property
    def outcomes(self) -> tuple[list[Mapping[str, str]], Counts]:
        """The distinct outcomes, and the index of each pair's outcome among them."""
        return _outcomes(self._table)

    @property
    def outcome(self) -> list[Mapping[str, str]]:
        """The outcome of each pair's conversation."""
        distinct, code = self.outcomes
        return [distinct[place] for place in code]

    def texts(self, side: Side) -> Texts:
        """The questions or the answers."""
        return self.question if side == "question" else self.answer

    def tokens(self, side: Side) -> Tokens:
        """Tokens of the questions or the answers, ids into :attr:`vocabulary`."""
        return self._tokens_of_questions if side == "question" else self._tokens_of_answers

    @property
    def vocabulary(self) -> Vocabulary:
        """The distinct tokens of questions and answers together."""
        return self._tokenized[0]

    @cached_property
    def _tokenized(self) -> tuple[Vocabulary, list[Tokens]]:
        return tokenize(self.question.distinct, self.answer.distinct)

    @cached_property
    def _tokens_of_questions(self) -> Tokens:
        return self._tokenized[1][0].take(self.question.code)

    @cached_property
    def _tokens_of_answers(self) -> Tokens:
        return self._tokenized[1][1].take(self.answer.code)

    @cached_property
    def stems(self) -> StemVocabulary:
        """The distinct stems of :attr:`vocabulary`."""
        return StemVocabulary(self.vocabulary)

    def only(self, side: Side, chosen: Counts) -> Pairs:
        """Pairs of the ``chosen`` distinct texts of one side, with the other side empty; shares the vocabulary."""
        texts = self.texts(side).distinct.gather(chosen).to_arrow(compat_level=pl.CompatLevel.oldest())
        nothing = pa.array([""] * len(chosen), pa.string())
        columns = {"question": nothing, "answer": nothing} | {side: texts}
        part = Pairs(pa.table(columns), self.config, self.corpus, self.knowledge)
        found = self._tokenized[1][0 if side == "question" else 1].take(chosen)
        empty = Tokens.none(1)
        part._tokenized = (self.vocabulary, [found, empty] if side == "question" else [empty, found])
        part.known, part.stems = self.known, self.stems
        return part

    def take(self, rows: Counts) -> Pairs:
        """The pairs ``rows``, in that order; shares the vocabulary."""
        part = Pairs(self._table.take(pa.array(rows)), self.config, self.corpus, self.knowledge)
        found = []
        for side, tokens in zip((self.question, self.answer), self._tokenized[1], strict=True):
            codes = side.code[rows]
            first = np.sort(np.unique(codes, return_index=True)[1])
            found.append(tokens.take(codes[first]))
        part._tokenized = (self.vocabulary, found)
        part.known, part.stems = self.known, self.stems
        return part

    def with_answers(self, answers: pl.Series) -> Pairs:
        """The same pairs with other answers."""
        texts = answers.to_arrow(compat_level=pl.CompatLevel.oldest())
        columns = {"question": self.question.series.to_arrow(compat_level=pl.CompatLevel.oldest())}
        return Pairs(pa.table(columns | {"answer": texts}), self.config, self.corpus, self.knowledge)

    def by_text(self, side: Side, judge: Callable[[Pairs], Floats]) -> Floats:
        """The result of ``judge`` on ``side``, computed once per distinct text."""
        texts = self.texts(side)
        return judge(self.only(side, np.arange(len(texts.distinct))))[texts.code]

    @cached_property
    def known(self) -> Ids:
        """Position of each word of the vocabulary in the English dictionary; -1 for unknown words."""
        return dictionary().places.of(self.vocabulary.words)

    @cached_property
    def view(self) -> View:
        """The batch as stems and vectors of the corpus."""
        return View(
            self.corpus,
            self.stems,
            (self._tokenized[1][0], self._tokenized[1][1]),
            (self.question.code, self.answer.code),
            (self.question.series, self.answer.series),
        )


def _strings(table: pa.Table, name: str) -> pl.Series:
    """Column ``name`` as strings; all null where the table has no such column."""
    if name not in table.column_names:
        return pl.Series(name, [None] * table.num_rows, dtype=pl.String)
    return pl.Series(name, table.column(name).cast(pa.string()))


def _outcomes(table: pa.Table) -> tuple[list[Mapping[str, str]], Counts]:
    """The distinct outcomes as mappings, and the index of each pair's outcome among them."""
    if "outcome" not in table.column_names:
        return [{}], np.zeros(table.num_rows, dtype=np.int64)
    rows = pl.DataFrame({"outcome": pl.Series(table.column("outcome"))}).with_row_index("row")
    groups = rows.group_by("outcome", maintain_order=True).agg("row")["row"]
    code = np.zeros(table.num_rows, dtype=np.int64)
    code[groups.explode().to_numpy()] = np.repeat(np.arange(len(groups)), groups.list.len().to_numpy())
    distinct = table.column("outcome").take(pa.array(groups.list.first())).to_pylist()
    return [dict(outcome) if outcome else {} for outcome in distinct], code
