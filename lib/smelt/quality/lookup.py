"""Vectorised lookup of many integer keys, most of which are absent."""

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
        places = self._index.get_indexer(pd.Index(wanted))
        out = np.full(len(wanted), missing)
        found = np.nonzero(places >= 0)[0]
        out[found] = self._values[places[found]]
        return out
