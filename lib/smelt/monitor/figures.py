"""Descriptive figures of a window and its segments: volume, times, lengths, cost. Only the volume is compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from statistics import median

from smelt.monitor.measure import Counts
from smelt.monitor.rows import WHOLE, Row

HALF = 0.5
"""Ratio to the baseline's median number of requests; below it, or above its inverse, the volume counts as changed."""


def figures(
    counts: Mapping[tuple[str, str], Counts], hours: float, usual: list[int] | None, *, is_complete: bool
) -> Iterator[Row]:
    """Rows of one window. ``usual``: requests of the baseline's windows, None if the window is one of them."""
    for (dimension, segment), found in counts.items():
        n = int(found["requests"])
        yield (
            _volume(n, usual, is_complete=is_complete)
            if dimension == WHOLE
            else Row("volume", "requests", dimension, segment, n, n)
        )
        yield from _rows_of_segment(dimension, segment, found, n)
        if dimension == WHOLE and hours:
            yield Row("volume", "requests_per_hour", dimension, segment, n / hours, n)


def _volume(n: int, usual: list[int] | None, *, is_complete: bool) -> Row:
    row = Row("volume", "requests", WHOLE, WHOLE, n, n)
    if not is_complete:
        return Row(
            "volume",
            "requests",
            WHOLE,
            WHOLE,
            n,
            n,
            status="incomplete",
            reason="the window is not over, or its logs end early",
        )
    if not usual:
        return row
    middle = float(median(usual))
    ratio = n / middle if middle else float("inf")
    told = f"{ratio:.2f} of the usual {middle:,.0f}"
    moved = not HALF <= ratio <= 1 / HALF
    return Row(
        "volume", "requests", WHOLE, WHOLE, n, n, reference=middle, reference_n=len(usual), compared_with="baseline",
        effect=ratio - 1, status="moved" if moved else "ok", reason=told if moved else None,
    )  # fmt: skip


def _rows_of_segment(dimension: str, segment: str, found: Counts, n: int) -> Iterator[Row]:
    timed = int(found["timed"])
    if timed:
        for name, value in zip(("latency_p50", "latency_p95", "latency_p99"), found["latency"], strict=True):
            yield Row("operation", name, dimension, segment, float(value), timed)
    if found["with_answer"]:
        yield Row(
            "output",
            "answer_chars",
            dimension,
            segment,
            float(found["answer_chars"]),
            int(found["with_answer"]),
        )
    if found["answered"]:
        answered = int(found["answered"])
        yield Row("output", "repeated_rate", dimension, segment, int(found["repeated"]) / answered, answered)
    for name, total in (("tokens_in", "tokens_in"), ("tokens_out", "tokens_out")):
        if found[total] is not None:
            yield Row("volume", name, dimension, segment, float(found[total]), n)
    if found["priced"]:
        priced = int(found["priced"])
        yield Row("operation", "cost_usd", dimension, segment, float(found["cost_usd"]), priced)
        yield Row(
            "operation",
            "cost_usd_per_1000",
            dimension,
            segment,
            1_000 * float(found["cost_usd"]) / priced,
            priced,
        )
    for name, of in (("csat", "surveyed"), ("kept", "edited")):
        if found[of]:
            label = "csat" if name == "csat" else "answer_kept"
            yield Row("quality", label, dimension, segment, float(found[name]), int(found[of]))
