"""What a session on a cluster is started with: the one place of its settings and of Delta's version.

``python -m smelt.spark.cluster 3.5`` prints them as arguments of spark-submit, a line each, for deploy/spark_submit.sh.
Only the standard library is imported: the Python that submits need have nothing installed.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping

DELTA_PACKAGES = {
    "3.5": "io.delta:delta-spark_2.12:3.3.3",
    "4.1": "io.delta:delta-spark_4.1_2.13:4.4.0",
}
"""Delta artifact for each Spark line; other pairs break."""

HADOOP_AWS = {
    "3.5": "org.apache.hadoop:hadoop-aws:3.3.4",
    "4.1": "org.apache.hadoop:hadoop-aws:3.4.2",
}
"""What s3a:// needs: the one of the Hadoop that Spark carries."""

HADOOP_AZURE = {line: package.replace("hadoop-aws", "hadoop-azure") for line, package in HADOOP_AWS.items()}
"""What abfss:// needs; tried only as far as that it can be fetched and loaded."""

SETTINGS: Mapping[str, str] = {
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.sql.execution.pythonUDF.arrow.enabled": "true",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "2000",
}
"""What smelt needs of every session, local ones included."""

CLUSTER = {"spark.databricks.delta.snapshotPartitions": "4", "spark.log.level": "ERROR"}
"""What suits a cluster besides."""


def submit_arguments(line: str, *, jars: str = "", archive: str = "", python: str = "") -> list[str]:
    """Arguments of spark-submit for a Spark line such as 3.5; raises KeyError for one that was not tried.

    ``jars`` are Delta's, with commas, instead of its package. ``archive`` is a packed environment, from which
    executors take their Python. In client mode nothing is unpacked beside the driver: it keeps ``python``. Where none
    is given, the driver runs on the cluster and takes the archive's too.
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
