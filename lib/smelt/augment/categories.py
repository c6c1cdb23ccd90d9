"""Checks with a classifier that a child's question is still about its parent's category.

The classifier's accuracy is measured on held-out questions first. It is complement naive Bayes (Rennie and others,
"Tackling the poor assumptions of naive Bayes text classifiers", 2003) over hashed words and word pairs: it takes
seconds for 20,000 questions and needs no further package.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from smelt.identity import stable_id

WORDS = re.compile(r"\w+(?:['’]\w+)?|\[[A-Z_]+")
FEATURES = 1 << 15
SMOOTHING = 0.3
LEARNED = 20_000
"""Most questions to train on."""
LEAST_HELD = 50
"""Fewest held-out questions for an accuracy."""
LEAST_OF_CATEGORY = 5
"""Fewest questions of a category for the classifier to know it."""

F32 = npt.NDArray[np.float32]


class Categories(NamedTuple):
    """A trained classifier: ``weights`` (categories x features) for ``names``, accuracy on ``held`` held-out
    questions."""

    names: tuple[str, ...]
    weights: F32
    accuracy: float
    held: int

    def of(self, questions: Sequence[str]) -> list[str]:
        """The most likely category of each question."""
        return [self.names[int(np.argmax(_scores(question, self.weights)))] for question in questions]


def learn(questions: Sequence[str], categories: Sequence[str], *, seed: str) -> Categories | None:
    """Train a classifier on all questions; None if there are too few.

    Its accuracy is that of a second classifier, trained on four fifths and measured on the remaining fifth, which
    is chosen by a salted hash of the question, so that equal questions are on one side.
    """
    usual = {name for name, many in Counter(categories).items() if many >= LEAST_OF_CATEGORY}
    rows = [pair for pair in zip(questions, categories, strict=True) if pair[1] in usual]
    held = [pair for pair in rows if int(stable_id(seed, pair[0])[:8], 16) % 5 == 0]
    seen = [pair for pair in rows if int(stable_id(seed, pair[0])[:8], 16) % 5]
    names = tuple(sorted({name for _, name in seen}))
    if len(names) < 2 or len(held) < LEAST_HELD:
        return None
    measured = Categories(names, _weights(seen, names), 0.0, len(held))
    said = measured.of([question for question, _ in held])
    right = sum(name == truth for name, (_, truth) in zip(said, held, strict=True))
    return Categories(names, _weights(rows, names), right / len(held), len(held))


def checking(categories: Categories) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """Return a function from (example_id, category, parent_question, question) to (example_id) of changed categories.

    The category counts as changed if the classifier finds the right one for the parent's question and another one
    for the child's. If it is wrong about the parent, the child passes.
    """

    def check(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            names = batch["category"].to_pylist()
            before = categories.of(batch["parent_question"].to_pylist())
            after = categories.of(batch["question"].to_pylist())
            changed = [
                old == name and new != name for name, old, new in zip(names, before, after, strict=True)
            ]
            ids = batch["example_id"].filter(pa.array(changed, pa.bool_()))
            yield pa.RecordBatch.from_arrays([ids.cast(pa.string())], names=["example_id"])

    return check


def _features(question: str) -> list[int]:
    words = [word.casefold() for word in WORDS.findall(question)]
    both = [*words, *(f"{one} {other}" for one, other in pairwise(words))]
    return [zlib.crc32(each.encode("utf-8", "surrogatepass")) % FEATURES for each in set(both)]


def _weights(rows: Sequence[tuple[str, str]], names: tuple[str, ...]) -> F32:
    """Weights, one row per name: high if the feature is rare in the questions of all other categories."""
    number = {name: place for place, name in enumerate(names)}
    counts = np.zeros((len(names), FEATURES), np.float32)
    for question, name in rows:
        if name in number:
            counts[number[name], _features(question)] += 1
    others = counts.sum(axis=0) - counts + SMOOTHING
    weights = -np.log(others / others.sum(axis=1, keepdims=True))
    return np.asarray(weights / np.abs(weights).sum(axis=1, keepdims=True), np.float32)


def _scores(question: str, weights: F32) -> F32:
    return np.asarray(weights[:, _features(question)].sum(axis=1), np.float32)
