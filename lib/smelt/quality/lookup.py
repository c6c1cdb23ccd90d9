"""Vectorised lookup of many integer keys, of which some are absent."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from smelt.quality.texts import Floats


class Lookup:
    """Maps distinct keys to values, for whole arrays at once."""

    def __init__(self, keys: npt.NDArray[np.int64], values: Floats) -> None:
        self._index, self._values = pd.Index(keys, dtype=np.int64), values

    def get(self, wanted: npt.NDArray[np.int64], missing: float) -> Floats:
        """The value of each key of ``wanted``; ``missing`` for absent keys."""
        if not len(self._values):
            return np.full(len(wanted), missing)
        places = self._index.get_indexer(pd.Index(wanted))
        out = self._values[places]
        out[places < 0] = missing
        return out
