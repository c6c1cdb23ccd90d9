"""Union of DataFrames."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def union(frames: Sequence[DataFrame]) -> DataFrame:
    """The rows of all ``frames``, columns by name; at least one frame.

    Not ``reduce(DataFrame.unionByName, ...)``: in Spark 3.5, Spark Connect's DataFrame is another class.
    """
    return reduce(lambda above, below: above.unionByName(below), frames)
