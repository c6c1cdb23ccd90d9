"""The only place that builds a SparkSession.

An active session (Databricks, a notebook, a test) is used as it is and never reconfigured. Under spark-submit the
cluster's own configuration applies. Locally, Delta is loaded from jars resolved once at setup, so that a start needs
no network.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from smelt.errors import EnvironmentProblem
from smelt.spark.cluster import SETTINGS
from smelt.spark.config import SparkConfig
from smelt.spark.delta_jars import delta_jars, delta_package
from smelt.spark.java import check_java
from smelt.spark.jvm import archive_options
from smelt.spark.store_jars import store_jars, store_packages
from smelt.tables.private import local_folder

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


TASK_TRIES = 4
"""Spark's default of spark.task.maxFailures, which local mode ignores."""


def get_session(
    config: SparkConfig | None = None, app_name: str = "smelt", *, classpath: Sequence[str] = ()
) -> SparkSession:
    """The session for where this process runs: an active one, else Databricks, spark-submit, Spark Connect or local.

    ``classpath``: additional jars for a local session's JVM. Raises EnvironmentProblem where none can be started.
    """
    from pyspark.sql import SparkSession

    config = config or SparkConfig()
    active = _active()
    if active is not None:
        return active
    if os.environ.get("DATABRICKS_RUNTIME_VERSION") or os.environ.get("PYSPARK_GATEWAY_PORT"):
        return SparkSession.builder.appName(app_name).getOrCreate()
    if config.engine == "sail":
        from smelt.tables.embedded import embedded_session

        _one_thread_a_pool()
        return embedded_session()
    remote = config.remote or os.environ.get("SPARK_REMOTE")
    if remote and not remote.startswith("local"):
        return SparkSession.builder.remote(remote).getOrCreate()
    if not (remote or config.master).startswith("local"):
        raise EnvironmentProblem(
            f"spark.master is {config.master}, a cluster, whose machines do not have smelt",
            [
                f"start it by the script that ships it: MASTER={config.master} deploy/spark_submit.sh run --conf ..."
            ],
        )
    check_java()
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ.setdefault("PYSPARK_DRIVER_PYTHON", sys.executable)
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    _one_thread_a_pool()
    builder = SparkSession.builder.appName(app_name)
    builder = builder.remote(remote) if remote else builder.master(_with_retries(config.master))
    for key, value in _local_settings(config, classpath).items():
        builder = builder.config(key, value)
    with warnings.catch_warnings(), _prints_as_errors():
        # A local Connect server applies these settings at its start, then warns that the session cannot set them.
        warnings.simplefilter("ignore")
        session = builder.getOrCreate()
    if not remote:
        _remember_java_names(session)
    return session


@contextlib.contextmanager
def _prints_as_errors() -> Iterator[None]:
    """Give processes that start meanwhile this one's standard error as their standard output.

    VACUUM prints a line for each table on the JVM's standard output, in the midst of what a command prints as JSON.
    """
    sys.stdout.flush()
    kept = os.dup(1)
    try:
        os.dup2(2, 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def _with_retries(master: str) -> str:
    """The local master URL with TASK_TRIES attempts per task, as on a cluster.

    Local mode tries a task once, whatever spark.task.maxFailures says. Spark 3.5 gives tasks to idle Python workers
    without checking that they are alive, so a killed worker would fail the next run with "Broken pipe".
    """
    local = re.fullmatch(r"local(?:\[(\*|\d+)\])?", master)
    return f"local[{local[1] or 1},{TASK_TRIES}]" if local else master


def _one_thread_a_pool() -> None:
    """Limit libraries to one thread: the engine runs one process per core, and thread pools would compete for the
    cores."""
    for pool in ("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "ARROW_NUM_THREADS"):
        os.environ.setdefault(pool, "1")


def runs_elsewhere(session: SparkSession) -> bool:
    """Whether tasks run in another Python installation. False on Databricks, which provides the same one everywhere."""
    if os.environ.get("DATABRICKS_RUNTIME_VERSION"):
        return False
    return not str(session.conf.get("spark.master", "local") or "local").startswith("local")


def _remember_java_names(session: SparkSession) -> None:
    """Cache py4j's lookups of the names that every column expression uses.

    py4j caches nothing, and looks for a name that is not a class in a dozen packages, in all jars, every time.
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


def _local_settings(config: SparkConfig, classpath: Sequence[str] = ()) -> dict[str, str]:
    cores = _cores(config.remote or config.master)
    partitions = config.shuffle_partitions or max(2, 2 * cores)
    settings = {
        **SETTINGS,
        "spark.driver.memory": config.driver_memory,
        "spark.local.dir": local_folder(),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.adaptive.enabled": "true",
        "spark.sql.shuffle.partitions": str(partitions),
        "spark.sql.execution.arrow.maxRecordsPerBatch": str(config.arrow_batch_rows),
        "spark.sql.sources.parallelPartitionDiscovery.parallelism": str(max(4, cores)),
        # up to so many files are listed without a Spark job
        "spark.sql.sources.parallelPartitionDiscovery.threshold": "1000",
        "spark.python.daemon.module": "smelt.spark.daemon",
        "spark.databricks.delta.snapshotPartitions": "1",
        "spark.databricks.delta.stats.collect": "true",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.catalogImplementation": "in-memory",
        # small files, since a MERGE rewrites every file that holds a matched row
        "spark.sql.files.maxRecordsPerFile": "10000",
        # a run compiles some 500 classes, many of them twice without this
        "spark.sql.codegen.cache.maxEntries": "2000",
        "spark.sql.maxPlanStringLength": "2000",  # building plan descriptions that no UI shows costs seconds
        "spark.sql.ui.retainedExecutions": "2",
        "spark.driver.extraJavaOptions": " ".join(
            (f"-Dlog4j2.configurationFile=file:{_log4j_file()}", *_first_heap(config), *archive_options(),
             config.java_options)
        ),
    }  # fmt: skip
    jars, of_stores = delta_jars(), store_jars(config.stores)
    if jars and not config.extra_packages and (of_stores or not config.stores):
        # Not spark.jars: its separate class loader is slower, and bypasses the class archive.
        settings["spark.driver.extraClassPath"] = os.pathsep.join([*jars, *of_stores, *classpath])
    else:
        packages = [delta_package(), *store_packages(config.stores), *config.extra_packages]
        settings["spark.jars.packages"] = ",".join(packages)
        settings["spark.driver.extraClassPath"] = os.pathsep.join(classpath)
    return settings | config.settings


def _first_heap(config: SparkConfig) -> tuple[str, str]:
    """JVM options for the initial heap size; a small one causes a hundred garbage collections until it has grown."""
    number, unit = int(config.driver_memory[:-1]), config.driver_memory[-1].lower()
    first = min(1024, number * {"k": 1, "m": 1024, "g": 1024**2}[unit] // 1024 // 2)
    return f"-Xms{first}m", f"-XX:NewSize={first // 2}m"


def _cores(master: str) -> int:
    inside = master[master.find("[") + 1 : master.find("]")] if "[" in master else "1"
    return (os.cpu_count() or 2) if inside == "*" else int(inside.split(",")[0] or 1)


def _log4j_file() -> Path:
    """Write a log4j configuration that logs errors only, to the environment or else to the temporary folder."""
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
