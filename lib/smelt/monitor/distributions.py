"""Rows that compare distributions of a window with those of a reference: categories, numbers, texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from smelt.monitor import drift
from smelt.monitor.comparable import IN_BASELINE, compared_row, not_comparable, not_computed
from smelt.monitor.config import DriftConfig
from smelt.monitor.reference import Reference
from smelt.monitor.rows import Row


def distributions(
    window: Reference, release: Reference | None, baseline: Reference | None, config: DriftConfig
) -> Iterator[Row]:
    """Rows for category, language and source, for values that the reference lacks, and for the length of questions."""
    for column in ("category", "language", "source"):
        family = "label" if column == "category" else "input"
        against = baseline if column == "source" else (release or baseline)
        name = f"{column}_distribution"
        now = window.categories[column]
        n = sum(now.values())
        lacking = not_comparable(
            n, against, None if against is None else sum(against.categories.get(column, {}).values()), config
        )
        if lacking is not None or against is None:
            yield replace(lacking or IN_BASELINE, family=family, measure=name, n=n)
            continue
        before = against.categories[column]
        found = drift.categorical(before, now, config.categorical)
        yield compared_row(
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
        yield compared_row(
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


def answer_lengths(window: Reference, against: Reference | None, config: DriftConfig) -> Iterator[Row]:
    """The row for the length of answers, in characters."""
    yield from _numeric("output", "answer_length", "answer_chars", window, against, config)


def latency(window: Reference, baseline: Reference | None, config: DriftConfig) -> Iterator[Row]:
    """The row for the latency, in milliseconds."""
    yield from _numeric("operation", "latency", "latency_ms", window, baseline, config)


def _numeric(
    family: str, name: str, column: str, window: Reference, against: Reference | None, config: DriftConfig
) -> Iterator[Row]:
    now = window.values[column]
    lacking = not_comparable(
        len(now), against, None if against is None else len(against.values.get(column, ())), config
    )
    if lacking is not None or against is None:
        yield replace(lacking or IN_BASELINE, family=family, measure=name, n=len(now))
        return
    before = against.values[column]
    found = drift.numeric(before, now, config.numeric)
    middle, was = float(np.median(now)), float(np.median(before))
    told = f"median {middle:,.0f}, was {was:,.0f}"
    row = compared_row(
        family, name, found.effect, len(now), found, config.numeric, against, len(before), told
    )
    yield replace(row, effect=found.effect if middle >= was else -found.effect)


def texts(
    window: Reference, inputs: Reference | None, outputs: Reference | None, config: DriftConfig
) -> Iterator[Row]:
    """Rows of the classifier test on questions and on answers; none if it is off."""
    if config.text == "off":
        return
    for family, column, against in (("input", "question", inputs), ("output", "answer", outputs)):
        now = window.texts.get(column, [])
        name = f"{column}_text"
        lacking = not_comparable(
            len(now), against, None if against is None else len(against.texts.get(column, ())), config
        )
        if lacking is not None or against is None:
            yield replace(lacking or IN_BASELINE, family=family, measure=name, n=len(now))
            continue
        try:
            found = drift.classifier(against.texts[column], now)
        except ImportError:
            yield not_computed(
                family, name, len(now), "scikit-learn is not installed: pip install 'smelt[monitor]'"
            )
            continue
        yield compared_row(
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


def _largest_changes(before: Mapping[str, int], now: Mapping[str, int]) -> str | None:
    """The three categories whose shares changed most, in words."""
    m, n = sum(before.values()), sum(now.values())
    moves = sorted(
        ((now.get(name, 0) / n - before.get(name, 0) / m, name) for name in {*before, *now}),
        key=lambda each: (-abs(each[0]), each[1]),
    )
    return ", ".join(f"{name} {move:+.1%}" for move, name in moves[:3])
