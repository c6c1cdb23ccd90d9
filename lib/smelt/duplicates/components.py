"""Connected components of an edge list that fits into one process."""

from __future__ import annotations

import numpy as np

from smelt.duplicates.shingles import I64


def components(count: int, left: I64, right: I64) -> I64:
    """For each of ``count`` nodes, the smallest node number in its component."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    if not len(left):
        return np.arange(count, dtype=np.int64)
    graph = coo_array((np.ones(len(left), dtype=np.int8), (left, right)), shape=(count, count))
    _, label = connected_components(graph, directed=False)
    least = np.full(int(label.max()) + 1, count, dtype=np.int64)
    np.minimum.at(least, label, np.arange(count, dtype=np.int64))
    return np.asarray(least[label], dtype=np.int64)
