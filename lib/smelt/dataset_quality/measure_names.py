"""The names of all measures that a release can have, to validate gates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from smelt.quality.config import MEASURES

NAME = re.compile(r"^(?P<family>\w+)\.(?P<measure>\w+)(\[(?P<dimension>[^=]+)=(?P<segment>.+)\])?$")
"""``family.measure``, or ``family.measure[dimension=segment]``."""

ALL = "all"
"""Dimension and segment of a measure over the whole release."""

READ_FROM_TEXT = ("task", "intent", "gendered_terms", "sentiment", "question_length")
"""Dimensions of every release, besides the configured ones."""

Segments = frozenset[str] | None
"""The possible segments of a dimension; None if the data decide."""

WHOLE: Mapping[str, Sequence[str]] = {
    "composite": ("composite",),
    "completeness": ("completeness", "missing_share", "empty_share", "incomplete_share"),
    "accuracy": ("good_outcome_share",),
    "consistency": (
        "consistency", "contradiction_share", "label_noise", "format_consistency", "terminology_consistency",
    ),
    "coverage": ("coverage", "category_coverage", "intent_coverage", "topic_coverage"),
    "bias": ("bias_score", "top_answer_share", "positive_share", "sentiment_skew"),
    "diversity": (
        "diversity", "distinct_1", "distinct_2", "distinct_3", "self_similarity", "cluster_entropy",
        "category_entropy", "topics",
    ),
    "intrinsic": (
        "size", "balance", "question_tokens", "answer_tokens", "context_turns", "multi_turn_share",
        "answer_sentences",
    ),
    "scores": (*MEASURES, "composite"),
    "selection": ("raw", "released", "accepted_share", "composite"),
}  # fmt: skip
"""Measures over the whole release."""


def problem_with(name: str, known: Mapping[str, Mapping[str, Segments]]) -> str | None:
    """Why no measure can have ``name``, with a suggestion; None if one can.

    ``known`` is the result of ``DatasetQualityConfig.measurable``. ``*`` means any segment.
    """
    parts = NAME.match(name)
    if parts is None:
        return f"{name} is not family.measure or family.measure[dimension=segment]"
    measure, dimension, segment = (
        f"{parts['family']}.{parts['measure']}",
        parts["dimension"],
        parts["segment"],
    )
    if measure not in known:
        return f"{name}: there is no measure {measure}; the nearest is {nearest(measure, known)}"
    dimensions = known[measure]
    if dimension is None:
        if ALL in dimensions:
            return None
        forms = " or ".join(f"{measure}[{each}=*]" for each in dimensions)
        return f"{name} is not measured over the whole release; write {forms}"
    cuts = [each for each in dimensions if each != ALL]
    if dimension not in cuts:
        if not cuts:
            return f"{name}: {measure} is measured over the whole release only; write {measure}"
        return f"{name}: {measure} is not measured by {dimension}; the nearest is {nearest(dimension, cuts)}"
    segments = dimensions[dimension]
    if segments is None or segment in segments or segment == "*":
        return None
    if not segments:
        return f"{name}: nothing is configured to be measured by {dimension}"
    return f"{name}: {dimension} has no {segment}; the nearest is {nearest(segment, segments)}"


def nearest(name: str, known: Iterable[str]) -> str:
    """The most similarly spelled of ``known``, which must not be empty."""
    from rapidfuzz.distance import JaroWinkler  # imported here: needed only for an error

    return max(sorted(known), key=lambda other: JaroWinkler.similarity(name, other))
