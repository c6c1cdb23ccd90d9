"""The rules that smelt ships, a file a measure; importing this package registers them."""

from smelt.quality.measures import (
    accuracy,
    clarity,
    completeness,
    filters,
    grammar,
    language,
    length,
    relevance,
    specificity,
    tone,
)

__all__ = [
    "accuracy",
    "clarity",
    "completeness",
    "filters",
    "grammar",
    "language",
    "length",
    "relevance",
    "specificity",
    "tone",
]
