"""Intrinsic measures of a data set: size, diversity, coverage, balance, complexity, quality and bias."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

from smelt.dataset_quality.compare import distinct_n
from smelt.tuning.evaluation.scores import normal, tokens

COLUMNS = ("instruction", "output", "category", "language", "source", "composite")
_WORDS = 200_000
"""Most words for measuring diversity: distinct-n falls with length (Li et al. 2016), so that all sets are cut."""


def intrinsic(
    train: Sequence[dict[str, Any]], test: Sequence[dict[str, Any]], *, size: int
) -> dict[str, Any]:
    """Measures of the train rows (with COLUMNS), and their coverage of the test rows.

    ``size`` is the size of the whole train split, of which ``train`` may be a sample; ``measured`` is the size of the
    sample. ``balance`` is the Shannon entropy of the categories divided by its maximum, so that 1 means equally
    frequent; ``complexity`` has mean numbers of words; ``top_answer_share`` is the share of the most frequent answer;
    ``by_category`` has rows, words and quality.
    """
    answers = [tokens(row["output"]) for row in train]
    questions = [tokens(row["instruction"]) for row in train]
    categories = Counter(str(row["category"]) for row in train)
    words = {word for one in (*questions, *answers) for word in one}
    wanted = [word for row in test for word in (*tokens(row["instruction"]), *tokens(row["output"]))]
    held = set(categories)
    asked = [str(row["category"]) for row in test]
    return {
        "size": size,
        "measured": len(train),
        "diversity": {f"distinct_{n}": _share(distinct_n(answers, n, _WORDS)) for n in (1, 2, 3)}
        | {"distinct_answers": len({normal(row["output"]) for row in train}) / max(len(train), 1)},
        "coverage": {
            "categories": len(categories),
            "test_rows_of_a_trained_category": sum(name in held for name in asked) / max(len(asked), 1),
            "test_words_seen": sum(word in words for word in wanted) / max(len(wanted), 1),
        },
        "balance": _entropy(categories),
        "complexity": {
            "question_words": _mean([len(one) for one in questions]),
            "answer_words": _mean([len(one) for one in answers]),
            "vocabulary": len(words),
        },
        "quality": {"composite": _mean([row["composite"] for row in train if row["composite"] is not None])},
        "bias": {
            "top_answer_share": _top([normal(row["output"]) for row in train]),
            "top_category_share": _top([str(row["category"]) for row in train]),
            "sources": _shares([str(row["source"]) for row in train]),
            "languages": _shares([str(row["language"]) for row in train]),
        },
        "by_category": {
            name: {
                "rows": count,
                "answer_words": _mean([len(tokens(row["output"])) for row in train if str(row["category"]) == name]),
                "composite": _mean(
                    [row["composite"] for row in train if str(row["category"]) == name and row["composite"] is not None]
                ),
            }
            for name, count in sorted(categories.items())
        },
    }  # fmt: skip


def _share(counted: tuple[int, int]) -> float:
    return counted[0] / counted[1] if counted[1] else 0.0


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else float("nan")


def _entropy(counts: Counter[str]) -> float:
    total = sum(counts.values())
    if len(counts) < 2:
        return 0.0
    return -sum(n / total * math.log(n / total) for n in counts.values()) / math.log(len(counts))


def _top(values: Sequence[str]) -> float:
    return Counter(values).most_common(1)[0][1] / len(values) if values else 0.0


def _shares(values: Sequence[str]) -> dict[str, float]:
    return {name: count / len(values) for name, count in sorted(Counter(values).items())}
