"""Whether a window can be compared with a reference, and the row that says how it compares, or why it does not."""

from __future__ import annotations

from dataclasses import replace

from smelt.monitor import drift
from smelt.monitor.config import DriftConfig
from smelt.monitor.reference import Reference
from smelt.monitor.rows import WHOLE, Row

IN_BASELINE = Row("", "", WHOLE, WHOLE, None, 0, reason="part of the baseline")
"""For a window that is itself part of the baseline; family and measure are to be filled in."""


def not_comparable(
    n: int, against: Reference | None, n_before: int | None, config: DriftConfig
) -> Row | None:
    """A row with the reason why no comparison is possible, or None if one is.

    ``n`` and ``n_before`` are the numbers of values in the window and in the reference.
    """
    if n == 0:
        return replace(IN_BASELINE, status="not_computed", reason="the logs have no such value")
    if n < config.min_rows:
        return replace(IN_BASELINE, status="small", reason=f"{n:,} rows, {config.min_rows:,} are needed")
    if against is not None and (n_before or 0) < config.min_rows:
        told = f"the {against.name} has {n_before or 0:,} such values, {config.min_rows:,} are needed"
        return replace(IN_BASELINE, status="not_computed", reason=told)
    return None


def not_computed(family: str, name: str, n: int, reason: str) -> Row:
    """A row of the whole window for a measure that cannot be computed."""
    return Row(family, name, WHOLE, WHOLE, None, n, status="not_computed", reason=reason)


def compared_row(
    family: str, name: str, value: float, n: int, found: drift.Difference, method: str, against: Reference,
    n_before: int, reason: str | None,
) -> Row:  # fmt: skip
    """A row of the whole window with the difference ``found`` from a reference of ``n_before`` values."""
    return Row(
        family, name, WHOLE, WHOLE, value, n, found.low, found.high, reference_n=n_before, compared_with=against.name,
        method=method, effect=found.effect, p_value=found.p_value, reason=reason,
    )  # fmt: skip
