"""The only place that builds a SparkSession.

Where a session is already active (Databricks, a notebook, a test) it is used as it is and never
reconfigured. Under spark-submit the cluster's own configuration holds. Locally, Delta is configured from
jars resolved once at setup, so that a start needs no network.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field

from smelt.errors import EnvironmentProblem
from smelt.spark.class_archive import archive_options
from smelt.spark.java import check_java

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

DELTA_PACKAGES = {
    "3.5": "io.delta:delta-spark_2.12:3.3.3",
    "4.1": "io.delta:delta-spark_4.1_2.13:4.4.0",
}
"""Delta artifact for each Spark line; other pairs break (see docs/decisions)."""

JAR_LIST = "delta-jars.txt"


class SparkConfig(BaseModel, frozen=True, extra="forbid"):
    """How a local or remote session is started; nothing here touches a session that already exists."""

    master: str = "local[*]"
    remote: str | None = None
    driver_memory: str = Field(default="4g", pattern=r"^[0-9]+[kmgKMG]$")
    shuffle_partitions: int | None = Field(default=None, ge=1)
    arrow_batch_rows: int = Field(default=2_000, ge=1)
    extra_packages: tuple[str, ...] = ()
    java_options: str = (
        "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:MetaspaceSize=256m -XX:ReservedCodeCacheSize=256m"
    )
    """Of a local session. Most work is Python's: the optimising compiler would take more time than it saves. Without it
    Java keeps room for 48 MB of compiled code only, which a long run fills; then nothing is compiled any more."""
    settings: dict[str, str] = Field(default_factory=dict)


def get_session(config: SparkConfig | None = None, app_name: str = "smelt") -> SparkSession:
    """The right session for where this runs: active, Databricks, spark-submit, Connect or local with Delta."""
    from pyspark.sql import SparkSession

    config = config or SparkConfig()
    active = _active()
    if active is not None:
        return active
    if os.environ.get("DATABRICKS_RUNTIME_VERSION") or os.environ.get("PYSPARK_GATEWAY_PORT"):
        return SparkSession.builder.appName(app_name).getOrCreate()
    remote = config.remote or os.environ.get("SPARK_REMOTE")
    if remote and not remote.startswith("local"):
        return SparkSession.builder.remote(remote).getOrCreate()
    check_java()
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ.setdefault("PYSPARK_DRIVER_PYTHON", sys.executable)
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    for pool in ("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "ARROW_NUM_THREADS"):
        os.environ.setdefault(
            pool, "1"
        )  # a task a core is Spark's business; pools inside tasks fight over cores
    builder = SparkSession.builder.appName(app_name)
    builder = builder.remote(remote) if remote else builder.master(config.master)
    for key, value in _local_settings(config).items():
        builder = builder.config(key, value)
    with warnings.catch_warnings():
        # A local Connect server takes these settings when it starts and warns that the session cannot set them.
        warnings.simplefilter("ignore")
        session = builder.getOrCreate()
    if not remote:
        _remember_java_names(session)
    return session


def _remember_java_names(session: SparkSession) -> None:
    """Keep what py4j finds for the names that every column expression asks for.

    It keeps nothing itself, and for each name that does not stand for a class of its own tries a dozen packages in
    all jars.
    """
    view = session.sparkContext._jvm
    for name in ("functions", "PythonUtils", "SparkSession", "org"):
        setattr(view, name, getattr(view, name))


def _active() -> SparkSession | None:
    from pyspark.sql import SparkSession

    found = SparkSession.getActiveSession()
    if found is None and os.environ.get("SPARK_CONNECT_MODE_ENABLED"):
        from pyspark.sql.connect.session import SparkSession as ConnectSession

        found = ConnectSession.getActiveSession()  # type: ignore[assignment]
    return found


def _local_settings(config: SparkConfig) -> dict[str, str]:
    cores = _cores(config.remote or config.master)
    partitions = config.shuffle_partitions or max(2, 2 * cores)
    settings = {
        "spark.driver.memory": config.driver_memory,
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
        "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
        "spark.sql.adaptive.enabled": "true",
        "spark.sql.shuffle.partitions": str(partitions),
        "spark.sql.execution.arrow.pyspark.enabled": "true",
        "spark.sql.execution.arrow.maxRecordsPerBatch": str(config.arrow_batch_rows),
        "spark.sql.execution.pythonUDF.arrow.enabled": "true",
        "spark.sql.sources.parallelPartitionDiscovery.parallelism": str(max(4, cores)),
        "spark.sql.sources.parallelPartitionDiscovery.threshold": "1000",  # files of a table that need no job to list
        "spark.python.daemon.module": "smelt.spark.daemon",
        "spark.databricks.delta.snapshotPartitions": "1",
        "spark.databricks.delta.stats.collect": "true",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.files.maxRecordsPerFile": "10000",  # a MERGE writes the whole files anew that hold its rows
        "spark.sql.codegen.cache.maxEntries": "2000",  # a run compiles some 500 classes, and many of them twice
        "spark.sql.maxPlanStringLength": "2000",  # descriptions of plans that no UI shows cost seconds
        "spark.sql.ui.retainedExecutions": "2",
        "spark.driver.extraJavaOptions": " ".join(
            (f"-Dlog4j2.configurationFile=file:{_log4j_file()}", *_first_heap(config), *archive_options(),
             config.java_options)
        ),
    }  # fmt: skip
    jars = delta_jars()
    if jars and not config.extra_packages:
        if (config.remote or config.master).startswith("local"):
            # Not spark.jars: a class loader of their own is slower, and its classes are in no archive.
            settings["spark.driver.extraClassPath"] = os.pathsep.join(jars)
        else:
            settings["spark.jars"] = ",".join(jars)
    else:
        settings["spark.jars.packages"] = ",".join([delta_package(), *config.extra_packages])
    return settings | config.settings


def _first_heap(config: SparkConfig) -> tuple[str, str]:
    """Options for a heap that does not begin so small that it is collected a hundred times before it has grown."""
    number, unit = int(config.driver_memory[:-1]), config.driver_memory[-1].lower()
    first = min(1024, number * {"k": 1, "m": 1024, "g": 1024**2}[unit] // 1024 // 2)
    return f"-Xms{first}m", f"-XX:NewSize={first // 2}m"


def _cores(master: str) -> int:
    inside = master[master.find("[") + 1 : master.find("]")] if "[" in master else "1"
    return (os.cpu_count() or 2) if inside == "*" else int(inside.split(",")[0] or 1)


def delta_package() -> str:
    """The Delta artifact that fits the installed Spark; raises EnvironmentProblem for an untried line."""
    import pyspark

    line = ".".join(pyspark.__version__.split(".")[:2])
    if line not in DELTA_PACKAGES:
        raise EnvironmentProblem(
            f"Spark {pyspark.__version__} is not one that smelt was tried with",
            [f"Spark {known}.x with {package}" for known, package in DELTA_PACKAGES.items()],
        )
    return DELTA_PACKAGES[line]


def delta_jars() -> list[str]:
    """Jars resolved at setup for the installed Spark, or an empty list."""
    listed = Path(sys.prefix) / JAR_LIST
    if not listed.is_file():
        return []
    package, *jars = listed.read_text("utf-8").split()
    return jars if package == delta_package() and all(Path(jar).is_file() for jar in jars) else []


def resolve_delta_jars() -> list[str]:
    """Resolve Delta's jars into the environment once, with Spark's own resolver, and remember them."""
    import pyspark

    if delta_jars():
        return delta_jars()
    check_java()
    ivy = Path(sys.prefix) / "delta-ivy"
    shutil.rmtree(ivy, ignore_errors=True)
    submit = Path(pyspark.__file__).parent / "bin" / "spark-submit"
    # Any class of Spark's own will do: the jars are resolved before it is looked at, and it has no main.
    command = [
        str(submit), "--packages", delta_package(), "--conf", f"spark.jars.ivy={ivy}",
        "--class", "org.apache.spark.util.kvstore.KVTypeInfo", "spark-internal",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    own = {_artifact(jar) for jar in (Path(pyspark.__file__).parent / "jars").glob("*.jar")}
    jars = sorted(
        str(jar)
        for jar in (ivy / "jars").glob("*.jar")
        if _artifact(Path(jar.name.split("_", 1)[1])) not in own  # Ivy names them GROUP_ARTIFACT-VERSION.jar
    )
    if not any("delta-spark" in jar for jar in jars):
        raise EnvironmentProblem(
            f"{delta_package()} could not be resolved",
            [line for line in done.stderr.splitlines() if "ERROR" in line or "unresolved" in line][:5]
            or ["no answer from a Maven repository"],
        )
    (Path(sys.prefix) / JAR_LIST).write_text("\n".join([delta_package(), *jars]), "utf-8")
    return jars


def _artifact(jar: Path) -> str:
    return re.sub(r"-[0-9][^-]*(-[A-Za-z0-9.]+)?$", "", jar.stem)


def _log4j_file() -> Path:
    """A log4j file that lets only errors through, in the environment or else in the temporary folder."""
    for folder in (Path(sys.prefix), Path(tempfile.gettempdir())):
        file = folder / "smelt-log4j2.properties"
        try:
            if not file.is_file() or file.read_text("utf-8") != _LOG4J:
                file.write_text(_LOG4J, "utf-8")
        except OSError:
            continue
        return file
    raise EnvironmentProblem("no folder to write a log4j file to", [sys.prefix, tempfile.gettempdir()])


_LOG4J = """\
status = off
rootLogger.level = error
rootLogger.appenderRef.stderr.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{HH:mm:ss} %p %c{1}: %m%n%ex{short}
logger.gateway.name = org.apache.spark.api.python.PythonGatewayServer
logger.gateway.level = error
logger.repl.name = org.apache.spark.repl.Main
logger.repl.level = error
logger.quiet1.name = org.apache.spark.util.ShutdownHookManager
logger.quiet1.level = off
logger.quiet2.name = org.apache.spark.executor.Executor
logger.quiet2.level = off
logger.quiet3.name = org.apache.spark.scheduler.TaskSetManager
logger.quiet3.level = off
logger.quiet4.name = org.apache.spark.sql.execution.datasources.FileFormatWriter
logger.quiet4.level = off
logger.quiet5.name = org.apache.spark.scheduler.DAGScheduler
logger.quiet5.level = off
logger.quiet6.name = org.apache.spark.util.Utils
logger.quiet6.level = off
logger.quiet7.name = org.apache.spark.sql.delta.files.DeltaFileFormatWriter
logger.quiet7.level = off
logger.quiet8.name = org.apache.spark.sql.delta.commands.MergeIntoCommand
logger.quiet8.level = off
"""


if __name__ == "__main__":
    for jar in resolve_delta_jars():
        print(Path(jar).name)
