"""Checks once, at the start, whether the executors of a cluster can run smelt.

Otherwise the first stage would fail after all retries, minutes later and with hundreds of lines of errors.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from smelt.errors import EnvironmentProblem

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

NEEDED = (
    "smelt",
    "pyarrow",
    "pandas",
    "numpy",
    "polars",
    "orjson",
    "ftfy",
    "pydantic",
    "selectolax",
    "phonenumbers",
)
"""Packages that tasks import."""


def check_executors(spark: SparkSession) -> None:
    """Raise EnvironmentProblem if tasks run another Python version than this process, or lack packages."""
    from smelt.tables.failures import failure

    needed, here = NEEDED, sys.version_info[:2]

    def look(batches):  # type: ignore[no-untyped-def]  # pickled by value: smelt itself may be what is missing
        import importlib.util
        import sys

        import pyarrow

        missing = [name for name in needed if importlib.util.find_spec(name) is None]
        found = [f"{sys.version_info[0]}.{sys.version_info[1]}", sys.executable, ",".join(missing)]
        for _ in batches:
            yield pyarrow.RecordBatch.from_arrays([pyarrow.array([part]) for part in found], ["v", "e", "m"])

    try:
        row = spark.range(1, numPartitions=1).mapInArrow(look, "v string, e string, m string").collect()[0]
    except Exception as error:
        raise EnvironmentProblem(
            "the executors' Python cannot run smelt", [str(failure(error)), _CURE]
        ) from None
    problems = []
    if row["v"] != f"{here[0]}.{here[1]}":
        problems.append(f"it is Python {row['v']} ({row['e']}), the driver's is {here[0]}.{here[1]}")
    if row["m"]:
        problems.append(f"{row['e']} lacks {row['m'].replace(',', ', ')}")
    if problems:
        raise EnvironmentProblem("the executors' Python cannot run smelt", [*problems, _CURE])


_CURE = "ship a packed environment (ARCHIVE of deploy/spark_submit.sh), or set spark.pyspark.python"
