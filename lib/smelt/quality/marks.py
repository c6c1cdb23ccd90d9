"""Applies changed pass marks and weights to scores that are there, so that no pair is scored for them again in vain.

Pass marks decide on ``rejections`` and ``composite``, weights on ``composite`` alone; the measures themselves depend on
neither. A changed mark can change the verdict only of pairs whose measure is below its old or its new value.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa
from pyspark.sql import functions as F

from smelt.identity import fingerprint
from smelt.quality.config import MEASURES, QualityConfig
from smelt.quality.score import DECIMALS, composite

if TYPE_CHECKING:
    from pyspark.sql import Column

PROPERTY = "smelt.scored_by"
"""Property of silver.scores: the :class:`ScoredBy` of the run that last compared all of its rows."""

ROUNDING = 10**-DECIMALS
"""How far a stored measure may be from the score that was compared with the mark."""


class ScoredBy(NamedTuple):
    """What scores were made by."""

    settings: str
    """Digest of all settings that decide on a score: part of its content_hash."""
    measuring: str
    """Digest of those settings without pass marks and weights."""
    marks: dict[str, float]
    """Pass mark of each of smelt's own measures."""

    @classmethod
    def of(cls, config: QualityConfig, settings: str, others: Iterable[str] = ()) -> ScoredBy:
        """``settings`` is the digest of all that decides; ``others`` are digests of what decides besides ``config``."""
        bare = config.deciding().model_copy(update={"pass_marks": {}, "weights": {}})
        measuring = ":".join([fingerprint(bare), *others])
        return cls(settings, measuring, {name: config.pass_mark(name) for name in MEASURES})

    def to_json(self) -> str:
        """The value of the table's property."""
        return json.dumps(self._asdict(), sort_keys=True)

    @classmethod
    def from_json(cls, text: str | None) -> ScoredBy | None:
        """Parse :meth:`to_json`; None where ``text`` is missing or something else."""
        try:
            return cls(**json.loads(text)) if text else None
        except (TypeError, ValueError):
            return None

    def differs_in_marks(self, other: ScoredBy) -> bool:
        """Whether pass marks or weights are all that differs."""
        return self.measuring == other.measuring and self.settings != other.settings


def may_change(old: ScoredBy, new: ScoredBy) -> Column:
    """Whether the verdict on a row of silver.scores may change from ``old`` to ``new``."""
    bounds = {
        name: max(mark, new.marks[name])
        for name, mark in old.marks.items()
        if name in new.marks and mark != new.marks[name]
    }
    return reduce(or_, (F.col(name) < bound + ROUNDING for name, bound in bounds.items()), F.lit(False))


def remarking(
    config: QualityConfig,
) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """For ``mapInArrow`` over rows of silver.scores without measures of plugins: the same with ``composite`` anew."""

    def remark(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            scores = {name: batch.column(name).to_numpy(zero_copy_only=False) for name in MEASURES}
            at = batch.schema.get_field_index("composite")
            yield batch.set_column(at, "composite", pa.array(composite(scores, config), pa.float64()))

    return remark
