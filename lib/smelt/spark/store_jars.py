"""Jars that a session needs to access an object store, matching the Hadoop version that the installed Spark ships.

``python -m smelt.spark.store_jars s3a`` resolves them into the environment; otherwise a session's first start does.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from smelt.errors import EnvironmentProblem
from smelt.spark.cluster import HADOOP_AWS, HADOOP_AZURE
from smelt.spark.delta_jars import spark_line
from smelt.spark.jars import resolve_jars, resolved_jars

PACKAGES: Mapping[str, Mapping[str, str]] = {"s3a": HADOOP_AWS, "abfss": HADOOP_AZURE}
"""Scheme -> Spark version -> Maven package."""


def store_packages(stores: Iterable[str]) -> list[str]:
    """The Maven packages for the schemes ``stores``. Raises EnvironmentProblem for an untested Spark version."""
    line = spark_line()
    if line not in HADOOP_AWS:
        raise EnvironmentProblem(f"Spark {line} is not one that smelt was tried with", sorted(HADOOP_AWS))
    return [PACKAGES[store][line] for store in stores]


def store_jars(stores: Iterable[str]) -> list[str]:
    """Jars for the schemes ``stores`` if they were resolved before, else an empty list."""
    jars: list[str] = []
    for store in stores:
        found = resolved_jars(store, store_packages([store]))
        if not found:
            return []
        jars += found
    return jars


if __name__ == "__main__":
    for store in sys.argv[1:]:
        for jar in resolve_jars(store, store_packages([store])):
            print(Path(jar).name)
