"""Compares a window with its references: all configured tests, with p-values corrected together.

Three kinds of change are kept apart: data drift (families input, label and output: what is asked and answered), concept
drift (family concept: how often answers are right within the same categories), and quality (how often they are right).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from smelt.monitor import drift
from smelt.monitor.config import DriftConfig
from smelt.monitor.distributions import answer_lengths, distributions, latency, texts
from smelt.monitor.rates import concept, missing, rates
from smelt.monitor.reference import Reference
from smelt.monitor.rows import Row, Status


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
        *distributions(window, release, baseline, config),
        *answer_lengths(window, against, config),
        *texts(window, release or baseline, against, config),
        *missing(window, baseline, config),
        *latency(window, baseline, config),
        *rates(window, baseline, config, segments=False),
        *concept(window, baseline, config),
    ]
    parts = list(rates(window, baseline, config, segments=True))
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
