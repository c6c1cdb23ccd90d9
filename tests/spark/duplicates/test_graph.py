from __future__ import annotations

import random

import pytest

from smelt.duplicates.graph import connected_components


def least_reachable(edges):
    """Reference: breadth-first search from every node."""
    neighbours = {}
    for a, b in edges:
        neighbours.setdefault(a, set()).add(b)
        neighbours.setdefault(b, set()).add(a)
    found = {}
    for node in neighbours:
        seen, queue = {node}, [node]
        while queue:
            for other in neighbours[queue.pop()] - seen:
                seen.add(other)
                queue.append(other)
        found[node] = min(seen)
    return found


def components_of(spark, edges, limit):
    df = spark.createDataFrame(edges, "a string, b string").repartition(3)
    rows = connected_components(df, one_task_edges=limit).collect()
    assert len(rows) == len({row["node"] for row in rows})
    return {row["node"]: row["component"] for row in rows}


@pytest.mark.parametrize("limit", [0, 1_000_000], ids=["distributed", "one task"])
def test_a_long_chain_and_a_ring_and_self_edges(spark, limit):
    chain = [(f"n{i:03d}", f"n{i + 1:03d}") for i in range(40)]
    ring = [(f"r{i}", f"r{(i + 1) % 7}") for i in range(7)]
    edges = [*chain, *ring, ("alone", "alone"), ("z", "y"), ("y", "z")]
    assert components_of(spark, edges, limit) == least_reachable(edges)


@pytest.mark.parametrize("seed", [1, 2])
def test_random_graphs_agree_with_a_search(spark, seed):
    draw = random.Random(seed)
    edges = [(f"n{draw.randrange(120):03d}", f"n{draw.randrange(120):03d}") for _ in range(90)]
    assert components_of(spark, edges, 0) == least_reachable(edges)


def test_no_edges_no_components(spark):
    assert components_of(spark, [], 1_000_000) == {}
