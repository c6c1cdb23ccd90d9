"""Rows that compare rates of a window with those of the baseline: errors, accuracy, missing values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from smelt.dataset_quality.intervals import wilson
from smelt.monitor import drift
from smelt.monitor.comparable import IN_BASELINE, compared_row, not_comparable, not_computed
from smelt.monitor.config import DriftConfig
from smelt.monitor.measure import Counts
from smelt.monitor.reference import HELD_FIELDS, Reference
from smelt.monitor.rows import OTHER, WHOLE, Row

RATES = (
    ("operation", "error_rate", "errors", "requests"),
    ("operation", "refusal_rate", "refusals", "requests"),
    ("operation", "empty_rate", "empty", "requests"),
    ("operation", "repetitive_rate", "repetitive", "answered"),
    ("operation", "answer_pii_rate", "with_pii", "answered"),
    ("quality", "accuracy", "hits", "labelled"),
    ("quality", "reopened_rate", "reopened", "closed"),
)
"""Rates: family, name, and the counts of numerator and denominator. In all families but quality, higher is worse."""

BY_SEGMENT = ("error_rate", "refusal_rate", "accuracy")
"""The rates that are compared by segment too."""


def missing(window: Reference, baseline: Reference | None, config: DriftConfig) -> Iterator[Row]:
    """Rows for the share of requests without a value, by field."""
    for column in HELD_FIELDS:
        n, name = window.n, f"missing_{column.removesuffix('_chars')}"
        absent = n - window.present[column]
        lacking = not_comparable(n, baseline, None if baseline is None else baseline.n, config)
        if lacking is not None or baseline is None:
            low, high = wilson(absent, n)
            value = absent / n if n else None
            yield replace(
                lacking or IN_BASELINE, family="missing", measure=name, n=n, value=value, low=low, high=high
            )
            continue
        yield _share_row(
            "missing", name, WHOLE, WHOLE, absent, n, baseline.n - baseline.present[column], baseline.n
        )


def rates(
    window: Reference, baseline: Reference | None, config: DriftConfig, *, segments: bool
) -> Iterator[Row]:
    """A row per rate of RATES: of the whole window or, with ``segments``, of each segment of BY_SEGMENT."""
    cut = Counter(dimension for dimension, _ in window.counts)
    for (dimension, segment), counts in window.counts.items():
        if (dimension != WHOLE) != segments or (segments and cut[dimension] < 2):
            continue  # a single segment is the same as the whole
        least = config.min_segment_rows if segments else config.min_rows
        before = None if baseline is None else baseline.counts.get((dimension, segment))
        for family, name, hits, of in RATES:
            if segments and name not in BY_SEGMENT:
                continue
            n, count = int(counts[of] or 0), int(counts[hits] or 0)
            if not n:
                if name in ("accuracy",) and not segments:
                    yield not_computed(family, name, 0, "nobody said whether an answer was right")
                continue
            low, high = wilson(count, n)
            row = Row(family, name, dimension, segment, count / n, n, low, high)
            if before is not None and n >= least and int(before[of] or 0) >= least and segment != OTHER:
                row = _share_row(
                    family, name, dimension, segment, count, n, int(before[hits] or 0), int(before[of])
                )
            elif n < least:
                row = replace(row, status="small", reason=f"{n:,} rows, {least:,} are needed")
            elif baseline is None:
                row = replace(row, reason="part of the baseline")
            else:
                row = replace(row, status="small", reason="too few rows in the baseline")
            yield _with_bounds(row, counts) if name == "accuracy" else row


def _with_bounds(row: Row, counts: Counts) -> Row:
    """Add bounds of accuracy: if all rows without outcome were wrong, or all right (Manski 1989)."""
    total, labelled, hits = (int(counts[name] or 0) for name in ("requests", "labelled", "hits"))
    return replace(
        row,
        labelled_share=labelled / total,
        bound_low=hits / total,
        bound_high=(hits + total - labelled) / total,
    )


def concept(window: Reference, baseline: Reference | None, config: DriftConfig) -> Iterator[Row]:
    """The row for accuracy within the same categories, which a changed mix of categories does not affect."""
    labelled = int(window.counts.get((WHOLE, WHOLE), {}).get("labelled") or 0)
    lacking = not_comparable(
        labelled,
        baseline,
        None if baseline is None else int(baseline.counts[(WHOLE, WHOLE)]["labelled"] or 0),
        config,
    )
    if lacking is not None or baseline is None:
        yield replace(
            lacking or IN_BASELINE, family="concept", measure="accuracy_within_categories", n=labelled
        )
        return
    strata = [
        (int(now["hits"]), int(now["labelled"]), int(before["hits"]), int(before["labelled"]))
        for key, now in window.counts.items()
        if key[0] == "category" and (before := baseline.counts.get(key)) is not None
    ]
    found = drift.stratified(strata)
    if np.isnan(found.effect):
        yield not_computed(
            "concept", "accuracy_within_categories", labelled, "no category has outcomes on both sides"
        )
        return
    n = sum(each[1] for each in strata if each[3])
    row = compared_row(
        "concept",
        "accuracy_within_categories",
        found.effect,
        n,
        found,
        "share",
        baseline,
        sum(each[3] for each in strata),
        None,
    )
    yield row


def _share_row(
    family: str, name: str, dimension: str, segment: str, hits: int, n: int, hits_before: int, n_before: int
) -> Row:
    found = drift.share(hits, n, hits_before, n_before)
    low, high = wilson(hits, n)
    return Row(
        family, name, dimension, segment, hits / n, n, low, high,
        reference=hits_before / n_before, reference_n=n_before,
        compared_with="baseline", method="share", effect=found.effect, p_value=found.p_value,
    )  # fmt: skip
