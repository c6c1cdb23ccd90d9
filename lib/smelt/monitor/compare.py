"""Compares a window with its references: all configured tests, with p-values corrected together.

Three kinds of change are kept apart: data drift (families input, label and output: what is asked and answered), concept
drift (family concept: how often answers are right within the same categories), and quality (how often they are right).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from smelt.monitor import drift
from smelt.monitor.config import DriftConfig
from smelt.monitor.measure import Counts
from smelt.monitor.reference import _HELD_FIELDS, Reference
from smelt.monitor.rows import OTHER, WHOLE, Row, Status

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


def compared(
    window: Reference,
    release: Reference | None,
    baseline: Reference | None,
    config: DriftConfig,
    *,
    outputs: str = "release",
) -> list[Row]:
    """All rows of a window except those of :mod:`smelt.monitor.figures`; ``baseline`` is None for its own windows."""
    against = baseline if outputs == "baseline" else (release or baseline)
    whole = [
        *_distributions(window, release, baseline, config),
        *_outputs(window, against, config),
        *_texts(window, release or baseline, against, config),
        *_missing(window, baseline, config),
        *_latency(window, baseline, config),
        *_rates(window, baseline, config, segments=False),
        *_concept(window, baseline, config),
    ]
    parts = list(_rates(window, baseline, config, segments=True))
    return [*judged(whole, config), *judged(parts, config)]


def judged(rows: Sequence[Row], config: DriftConfig) -> list[Row]:
    """Rows with p-values corrected over all of ``rows``, and status ``moved`` if significant and large enough.

    Tests of whole windows and of segments are corrected separately, each at half of alpha, so that many tests of
    segments do not mask one of the whole, and both together give false alarms in at most alpha of the windows.
    """
    tested = [number for number, row in enumerate(rows) if row.p_value is not None]
    corrected = drift.adjusted([float(rows[number].p_value or 0.0) for number in tested])
    found = list(rows)
    for number, p in zip(tested, corrected, strict=True):
        row = rows[number]
        least = config.max_unseen if row.method == "binomial" else config.least(str(row.method))
        is_far = abs(row.effect or 0.0) >= least
        moved = p <= config.alpha / 2 and is_far
        why = _in_words(row, p) if moved else ("sure, but small" if p <= config.alpha / 2 else row.reason)
        status: Status = "moved" if moved else "ok"
        found[number] = replace(row, p_adjusted=p, status=status, reason=why)
    return found


def _in_words(row: Row, p: float) -> str:
    ends = "" if row.low is None or row.high is None else f" ({row.low:.3g} to {row.high:.3g})"
    was = "" if row.reference is None else f", was {row.reference:.3g}"
    more = f"; {row.reason}" if row.reason else ""
    return f"{row.value:.3g}{ends}{was}; {row.method} {row.effect:+.3f}, p {p:.1e}, {row.n:,} rows{more}"


def _distributions(
    window: Reference, release: Reference | None, baseline: Reference | None, config: DriftConfig
) -> Iterator[Row]:
    for column in ("category", "language", "source"):
        family = "label" if column == "category" else "input"
        against = baseline if column == "source" else (release or baseline)
        name = f"{column}_distribution"
        now = window.categories[column]
        n = sum(now.values())
        lacking = _not_comparable(
            n, against, None if against is None else sum(against.categories.get(column, {}).values()), config
        )
        if lacking is not None or against is None:
            yield replace(lacking or _BASELINE, family=family, measure=name, n=n)
            continue
        before = against.categories[column]
        found = drift.categorical(before, now, config.categorical)
        yield _row(
            family,
            name,
            found.effect,
            n,
            found,
            config.categorical,
            against,
            sum(before.values()),
            _largest_changes(before, now),
        )
        if column == "source":
            continue
        strange = {value: count for value, count in now.items() if value not in before}
        count = sum(strange.values())
        told = drift.unseen(count, n, config.max_unseen)
        names = ", ".join(
            f"{value} {share / n:.1%}" for value, share in sorted(strange.items(), key=lambda e: -e[1])[:5]
        )
        yield _row(
            family,
            f"unseen_{column}",
            told.effect,
            n,
            told,
            "binomial",
            against,
            sum(before.values()),
            names or None,
        )
    yield from _numeric("input", "question_length", "question_chars", window, release or baseline, config)


def _outputs(window: Reference, against: Reference | None, config: DriftConfig) -> Iterator[Row]:
    yield from _numeric("output", "answer_length", "answer_chars", window, against, config)


def _latency(window: Reference, baseline: Reference | None, config: DriftConfig) -> Iterator[Row]:
    yield from _numeric("operation", "latency", "latency_ms", window, baseline, config)


def _numeric(
    family: str, name: str, column: str, window: Reference, against: Reference | None, config: DriftConfig
) -> Iterator[Row]:
    now = window.values[column]
    lacking = _not_comparable(
        len(now), against, None if against is None else len(against.values.get(column, ())), config
    )
    if lacking is not None or against is None:
        yield replace(lacking or _BASELINE, family=family, measure=name, n=len(now))
        return
    before = against.values[column]
    found = drift.numeric(before, now, config.numeric)
    middle, was = float(np.median(now)), float(np.median(before))
    told = f"median {middle:,.0f}, was {was:,.0f}"
    row = _row(family, name, found.effect, len(now), found, config.numeric, against, len(before), told)
    yield replace(row, effect=found.effect if middle >= was else -found.effect)


def _texts(
    window: Reference, inputs: Reference | None, outputs: Reference | None, config: DriftConfig
) -> Iterator[Row]:
    if config.text == "off":
        return
    for family, column, against in (("input", "question", inputs), ("output", "answer", outputs)):
        now = window.texts.get(column, [])
        name = f"{column}_text"
        lacking = _not_comparable(
            len(now), against, None if against is None else len(against.texts.get(column, ())), config
        )
        if lacking is not None or against is None:
            yield replace(lacking or _BASELINE, family=family, measure=name, n=len(now))
            continue
        try:
            found = drift.classifier(against.texts[column], now)
        except ImportError:
            yield _not_computed(
                family, name, len(now), "scikit-learn is not installed: pip install 'smelt[monitor]'"
            )
            continue
        yield _row(
            family,
            name,
            found.effect,
            len(now),
            found,
            "classifier",
            against,
            len(against.texts[column]),
            None,
        )


def _missing(window: Reference, baseline: Reference | None, config: DriftConfig) -> Iterator[Row]:
    for column in _HELD_FIELDS:
        n, name = window.n, f"missing_{column.removesuffix('_chars')}"
        absent = n - window.present[column]
        lacking = _not_comparable(n, baseline, None if baseline is None else baseline.n, config)
        if lacking is not None or baseline is None:
            low, high = drift.wilson(absent, n)
            value = absent / n if n else None
            yield replace(
                lacking or _BASELINE, family="missing", measure=name, n=n, value=value, low=low, high=high
            )
            continue
        yield _share(
            "missing", name, WHOLE, WHOLE, absent, n, baseline.n - baseline.present[column], baseline.n
        )


def _rates(
    window: Reference, baseline: Reference | None, config: DriftConfig, *, segments: bool
) -> Iterator[Row]:
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
                    yield _not_computed(family, name, 0, "nobody said whether an answer was right")
                continue
            low, high = drift.wilson(count, n)
            row = Row(family, name, dimension, segment, count / n, n, low, high)
            if before is not None and n >= least and int(before[of] or 0) >= least and segment != OTHER:
                row = _share(
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


def _concept(window: Reference, baseline: Reference | None, config: DriftConfig) -> Iterator[Row]:
    labelled = int(window.counts.get((WHOLE, WHOLE), {}).get("labelled") or 0)
    lacking = _not_comparable(
        labelled,
        baseline,
        None if baseline is None else int(baseline.counts[(WHOLE, WHOLE)]["labelled"] or 0),
        config,
    )
    if lacking is not None or baseline is None:
        yield replace(
            lacking or _BASELINE, family="concept", measure="accuracy_within_categories", n=labelled
        )
        return
    strata = [
        (int(now["hits"]), int(now["labelled"]), int(before["hits"]), int(before["labelled"]))
        for key, now in window.counts.items()
        if key[0] == "category" and (before := baseline.counts.get(key)) is not None
    ]
    found = drift.stratified(strata)
    if np.isnan(found.effect):
        yield _not_computed(
            "concept", "accuracy_within_categories", labelled, "no category has outcomes on both sides"
        )
        return
    n = sum(each[1] for each in strata if each[3])
    row = _row(
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


_BASELINE = Row("", "", WHOLE, WHOLE, None, 0, reason="part of the baseline")


def _not_comparable(
    n: int, against: Reference | None, n_before: int | None, config: DriftConfig
) -> Row | None:
    """A row with the reason why no comparison is possible, or None if one is."""
    if n == 0:
        return replace(_BASELINE, status="not_computed", reason="the logs have no such value")
    if n < config.min_rows:
        return replace(_BASELINE, status="small", reason=f"{n:,} rows, {config.min_rows:,} are needed")
    if against is not None and (n_before or 0) < config.min_rows:
        told = f"the {against.name} has {n_before or 0:,} such values, {config.min_rows:,} are needed"
        return replace(_BASELINE, status="not_computed", reason=told)
    return None


def _not_computed(family: str, name: str, n: int, reason: str) -> Row:
    return Row(family, name, WHOLE, WHOLE, None, n, status="not_computed", reason=reason)


def _row(
    family: str, name: str, value: float, n: int, found: drift.Difference, method: str, against: Reference,
    n_before: int, reason: str | None,
) -> Row:  # fmt: skip
    return Row(
        family, name, WHOLE, WHOLE, value, n, found.low, found.high, reference_n=n_before, compared_with=against.name,
        method=method, effect=found.effect, p_value=found.p_value, reason=reason,
    )  # fmt: skip


def _share(
    family: str, name: str, dimension: str, segment: str, hits: int, n: int, hits_before: int, n_before: int
) -> Row:
    found = drift.share(hits, n, hits_before, n_before)
    low, high = drift.wilson(hits, n)
    return Row(
        family, name, dimension, segment, hits / n, n, low, high,
        reference=hits_before / n_before, reference_n=n_before,
        compared_with="baseline", method="share", effect=found.effect, p_value=found.p_value,
    )  # fmt: skip


def _largest_changes(before: Mapping[str, int], now: Mapping[str, int]) -> str | None:
    """The three categories whose shares changed most, in words."""
    m, n = sum(before.values()), sum(now.values())
    moves = sorted(
        ((now.get(name, 0) / n - before.get(name, 0) / m, name) for name in {*before, *now}),
        key=lambda each: (-abs(each[0]), each[1]),
    )
    return ", ".join(f"{name} {move:+.1%}" for move, name in moves[:3])
