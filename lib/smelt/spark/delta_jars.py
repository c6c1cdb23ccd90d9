"""Delta's jars for the installed Spark: setup resolves them once into the environment.

python -m smelt.spark.delta_jars
"""

from __future__ import annotations

from pathlib import Path

from smelt.errors import EnvironmentProblem
from smelt.spark.cluster import DELTA_PACKAGES
from smelt.spark.jars import resolve_jars, resolved_jars

NAME = "delta"


def spark_line() -> str:
    """The installed Spark's major and minor version, such as 3.5."""
    import pyspark

    return ".".join(pyspark.__version__.split(".")[:2])


def delta_package() -> str:
    """The Delta artifact for the installed Spark. Raises EnvironmentProblem for an untested Spark version."""
    import pyspark

    line = spark_line()
    if line not in DELTA_PACKAGES:
        raise EnvironmentProblem(
            f"Spark {pyspark.__version__} is not one that smelt was tried with",
            [f"Spark {known}.x with {package}" for known, package in DELTA_PACKAGES.items()],
        )
    return DELTA_PACKAGES[line]


def delta_jars() -> list[str]:
    """Jars resolved at setup for the installed Spark, or an empty list."""
    return resolved_jars(NAME, [delta_package()])


def resolve_delta_jars() -> list[str]:
    """Resolve Delta's jars into the environment once, with Spark's own resolver, and remember them."""
    return resolve_jars(NAME, [delta_package()])


if __name__ == "__main__":
    for jar in resolve_delta_jars():
        print(Path(jar).name)
