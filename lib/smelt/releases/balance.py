"""Computes how many rows of each cell a balanced release keeps, by linear programs over the counts of cells.

A cell is a combination of one value of each dimension (category, complexity, length). With n rows kept of each cell and
T in all, the condition "value v has share s of T within the tolerance" is linear in n. HiGHS (scipy.optimize) minimises
the total deviation from the targets first, then maximises the number of rows, and then the smallest share kept of any
cell, so that no cell is emptied without need.

Augmented pairs only fill values below their target: at the minimal deviation, as many original rows as possible are
kept, and then as few augmented ones added as necessary.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from smelt.errors import SmeltError
from smelt.releases.config import BalanceConfig, Dimension

if TYPE_CHECKING:
    from scipy import sparse

Floats = npt.NDArray[np.float64]
Cell = tuple[str, ...]
"""A value of each dimension, in the order of :data:`DIMENSIONS`."""

DIMENSIONS: tuple[Dimension, ...] = ("category", "complexity", "length")
ROUNDING = 0.95
"""Share of the tolerance that the programs use; the rest is for rounding to whole rows."""

NONE = "(none)"
"""Category of examples without one."""


class Target(NamedTuple):
    """A target share of the train split and its outcome; ``missing`` further rows would reach it."""

    dimension: str
    value: str
    target: float
    before: int
    after: int
    share: float
    missing: int


class Plan(NamedTuple):
    """Rows to keep of each cell, every target with its outcome, and augmented rows to add to each cell."""

    keep: dict[Cell, int]
    targets: list[Target]
    add: dict[Cell, int]

    @property
    def total(self) -> int:
        """Number of rows kept and added."""
        return sum(self.keep.values()) + sum(self.add.values())

    def is_met(self, tolerance: float) -> bool:
        """Whether every share is within ``tolerance`` of its target."""
        return all(abs(each.share - each.target) <= tolerance + 1e-9 for each in self.targets)


def wanted_shares(counts: Mapping[Cell, int], config: BalanceConfig) -> dict[tuple[int, str], float]:
    """(index in DIMENSIONS, value) -> target share, for every value of each dimension that has targets.

    Values without a target share the remainder in proportion to their rows. A value with a target but without rows
    stays in the result; the plan reports it as missed.
    """
    found: dict[tuple[int, str], float] = {}
    for dimension, given in config.targets.items():
        place = DIMENSIONS.index(dimension)
        rows: Counter[str] = Counter()
        for cell, count in counts.items():
            rows[cell[place]] += count
        if given == "equal" or isinstance(given, str):
            found |= {(place, value): 1 / len(rows) for value in rows}
            continue
        others = {value: count for value, count in rows.items() if value not in given}
        left = max(0.0, 1 - sum(given.values()))
        found |= {(place, value): share for value, share in given.items()}
        found |= {(place, value): left * count / sum(others.values()) for value, count in others.items()}
    return found


def plan(counts: Mapping[Cell, int], config: BalanceConfig, made: Mapping[Cell, int] | None = None) -> Plan:
    """Plan how many of ``counts`` rows to keep by cell and of ``made`` rows to add; without targets all are kept."""
    made = made or {}
    cells = sorted(cell for cell in {*counts, *made} if counts.get(cell) or made.get(cell))
    shares = wanted_shares(counts, config)
    if not any(counts.values()) or not shares:
        return Plan(dict(counts), [], {})
    have = np.array([counts.get(cell, 0) for cell in cells], float)
    more = np.array([made.get(cell, 0) for cell in cells], float)
    wanted = sorted(shares)
    member = np.array([[cell[place] == value for cell in cells] for place, value in wanted], float)
    share = np.array([shares[key] for key in wanted])
    kept, added = _solve(have, more, member, share, config)
    keep = {cell: int(count) for cell, count in zip(cells, kept, strict=True)}
    add = {cell: int(count) for cell, count in zip(cells, added, strict=True) if count}
    return Plan(keep, outcomes(counts, shares, keep, add), add)


def outcomes(
    counts: Mapping[Cell, int],
    shares: Mapping[tuple[int, str], float],
    keep: Mapping[Cell, int],
    add: Mapping[Cell, int],
) -> list[Target]:
    """Every target of ``shares`` with its outcome if ``keep`` rows are kept and ``add`` rows added."""
    total = sum(keep.values()) + sum(add.values())
    found = []
    for (place, value), goal in sorted(shares.items()):
        before, kept, added = (
            sum(count for cell, count in rows.items() if cell[place] == value) for rows in (counts, keep, add)
        )
        after = kept + added
        found.append(
            Target(
                DIMENSIONS[place],
                value,
                goal,
                before,
                after,
                after / max(total, 1),
                _missing(goal, after, total),
            )
        )
    return found


def _missing(share: float, rows: int, total: int) -> int:
    """Number of further rows of a value that bring it to its share."""
    if share >= 1:
        return total - rows
    return max(0, int(np.ceil((share * total - rows) / (1 - share) - 1e-9)))


def _solve(
    have: Floats, made: Floats, member: Floats, share: Floats, config: BalanceConfig
) -> tuple[Floats, Floats]:
    """Rows to keep and augmented rows to add, by cell.

    Variables of the programs: per cell the rows kept and the augmented rows added, per target its deviation, and the
    smallest share kept.
    """
    from scipy import sparse  # imported where it is needed: it takes a quarter of a second, in every run

    cells, targets = len(have), len(share)
    size = 2 * cells + targets + 1
    bounds = (np.zeros(size), np.concatenate([have, made, np.full(targets, np.inf), [1.0]]))
    off = np.hstack([member, member]) - share[:, None]  # rows above the target share of all rows
    slack = config.tolerance * ROUNDING
    misses = -np.eye(targets)
    empty = np.zeros((targets, 1))
    above = np.hstack([off - slack, misses, empty])
    below = np.hstack([-off - slack, misses, empty])
    own = np.concatenate([np.ones(cells), np.zeros(cells + targets + 1)])
    fair = np.hstack([-np.eye(cells), np.zeros((cells, cells + targets)), have[:, None]])
    matrix = sparse.csr_array(np.vstack([above, below, -own[None], fair]))
    limit = np.concatenate(
        [np.zeros(2 * targets), [-np.ceil(config.keep_at_least * have.sum())], np.zeros(cells)]
    )
    missed = np.concatenate([np.zeros(2 * cells), np.ones(targets), [0.0]])
    added = np.concatenate([np.zeros(cells), np.ones(cells), np.zeros(targets + 1)])
    evenness = np.concatenate([np.zeros(size - 1), [1.0]])
    found = _program(missed, matrix, limit, bounds)
    # Some slack, so that the optimum of one program is not infeasible in the next because of rounding.
    matrix, limit = _and(matrix, limit, missed, float(missed @ found) + 1e-6 * have.sum())
    found = _program(-own, matrix, limit, bounds)
    matrix, limit = _and(matrix, limit, -own, -float(own @ found) + 0.5)
    if made.any():
        found = _program(added, matrix, limit, bounds)
        matrix, limit = _and(matrix, limit, added, float(added @ found) + 0.5)
    found = _program(-evenness, matrix, limit, bounds)
    return np.minimum(np.round(found[:cells]), have), np.minimum(np.round(found[cells : 2 * cells]), made)


def _and(
    matrix: sparse.csr_array, limit: Floats, row: Floats, most: float
) -> tuple[sparse.csr_array, Floats]:
    from scipy import sparse

    return sparse.csr_array(sparse.vstack([matrix, sparse.csr_array(row[None])])), np.append(limit, most)


def _program(goal: Floats, matrix: sparse.csr_array, limit: Floats, bounds: tuple[Floats, Floats]) -> Floats:
    from scipy import optimize

    found = optimize.linprog(goal, A_ub=matrix, b_ub=limit, bounds=np.column_stack(bounds), method="highs")
    if found.x is None:
        raise BalanceError(f"the balance of the release could not be computed: {found.message}")
    return np.asarray(found.x, float)


class BalanceError(SmeltError):
    """Raised if the solver fails; a solution always exists, as deviations are allowed."""


def shortfall(found: Sequence[Target], tolerance: float) -> str:
    """The missed targets in words; empty if all are met."""
    missed = [each for each in found if abs(each.share - each.target) > tolerance + 1e-9]
    return ", ".join(
        f"{each.dimension} {each.value} {each.share:.1%} instead of {each.target:.1%}"
        + (f" ({each.missing:,} more needed)" if each.missing else "")
        for each in missed
    )
