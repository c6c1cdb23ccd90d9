"""Settings and Delta version of a session on a cluster, defined once.

``python -m smelt.spark.cluster 3.5`` prints them as spark-submit arguments, one per line, for deploy/spark_submit.sh.
Only the standard library is imported, because the submitting Python may have no packages.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping

DELTA_PACKAGES = {
    "3.5": "io.delta:delta-spark_2.12:3.3.3",
    "4.1": "io.delta:delta-spark_4.1_2.13:4.4.0",
}
"""Spark version -> Delta artifact; other combinations are incompatible."""

HADOOP_AWS = {
    "3.5": "org.apache.hadoop:hadoop-aws:3.3.4",
    "4.1": "org.apache.hadoop:hadoop-aws:3.4.2",
}
"""Package for s3a://, in the version of the Hadoop libraries that Spark ships."""

HADOOP_AZURE = {line: package.replace("hadoop-aws", "hadoop-azure") for line, package in HADOOP_AWS.items()}
"""Package for abfss://; tested only as far as downloading and loading it."""

SETTINGS: Mapping[str, str] = {
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.sql.execution.pythonUDF.arrow.enabled": "true",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "2000",
}
"""Settings that smelt needs in every session, local ones included."""

CLUSTER = {"spark.databricks.delta.snapshotPartitions": "4", "spark.log.level": "ERROR"}
"""Further settings for clusters."""


def submit_arguments(line: str, *, jars: str = "", archive: str = "", python: str = "") -> list[str]:
    """Arguments of spark-submit for a Spark version such as 3.5. Raises KeyError for an untested version.

    ``jars``: comma-separated Delta jars, used instead of the Maven package. ``archive``: a packed environment whose
    Python the executors use. ``python``: the driver's Python in client mode, where the archive is not unpacked for the
    driver; if empty, the driver runs on the cluster and uses the archive's Python too.
    """
    arguments = ["--jars", jars] if jars else ["--packages", DELTA_PACKAGES[line]]
    settings = {**SETTINGS, **CLUSTER}
    if archive:
        arguments += ["--archives", f"{archive}#environment"]
        settings["spark.pyspark.python"] = "./environment/bin/python"
        if python:
            settings["spark.pyspark.driver.python"] = python
    for key, value in settings.items():
        arguments += ["--conf", f"{key}={value}"]
    return arguments


def _main() -> int:
    import os

    line = sys.argv[1] if len(sys.argv) > 1 else ""
    if line not in DELTA_PACKAGES:
        known = " and ".join(DELTA_PACKAGES)
        print(
            f"smelt was tried with Spark {known}; this is {line or 'none that says its version'}",
            file=sys.stderr,
        )
        return 2
    jars, archive, python = (os.environ.get(name, "") for name in ("DELTA_JARS", "ARCHIVE", "DRIVER_PYTHON"))
    print("\n".join(submit_arguments(line, jars=jars, archive=archive, python=python)))
    return 0


if __name__ == "__main__":
    sys.exit(_main())
