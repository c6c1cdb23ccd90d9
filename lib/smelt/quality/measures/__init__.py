"""The rules that smelt ships, a file a measure; importing this package registers them."""

from smelt.quality.measures import (
    accuracy,
    clarity,
    completeness,
    cut_off,
    filters,
    grammar,
    language,
    length,
    parts,
    placeholders,
    relevance,
    specificity,
    tone,
)

__all__ = [
    "accuracy",
    "clarity",
    "completeness",
    "cut_off",
    "filters",
    "grammar",
    "language",
    "length",
    "parts",
    "placeholders",
    "relevance",
    "specificity",
    "tone",
]
