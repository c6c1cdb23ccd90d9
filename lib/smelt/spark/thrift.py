"""The Spark Thrift Server in this process: JDBC and ODBC clients query tables over the HiveServer2 protocol.

https://spark.apache.org/docs/latest/sql-distributed-sql-engine.html. The pip package of Spark has no start script for
it. The session has an in-memory metastore and a guard (``thrift_guard.scala``), an extension that permits only
statements which read given schemas; Spark's own Scala compiler builds the guard's jar at the first start.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smelt.errors import EnvironmentProblem
from smelt.spark.cluster import SETTINGS
from smelt.spark.config import SparkConfig
from smelt.spark.java import check_java
from smelt.spark.session import get_session

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

EXTENSION = "smelt.sql.Guard"
_HADOOP = "spark.hadoop."
_SERVER = f"{_HADOOP}hive.server2."


def thrift_session(config: SparkConfig, *, host: str, port: int, users: Path | None) -> SparkSession:
    """A local session for :func:`serve`. ``users``: a file of names and passwords that may log in; None: anybody may.

    Raises EnvironmentProblem if the session is not local (a cluster's or a Connect server's).
    """
    if config.remote or not config.master.startswith("local"):
        raise EnvironmentProblem(
            "the SQL server needs a session of its own", ["leave spark.remote out and spark.master local[*]"]
        )
    settings = {**config.settings, **server_settings(host, port, has_users=users is not None)}
    own_extensions = config.settings.get("spark.sql.extensions", SETTINGS["spark.sql.extensions"])
    # the guard comes last, so that it checks a statement first
    settings["spark.sql.extensions"] = f"{own_extensions},{EXTENSION}"
    java = f"{config.java_options} -Dderby.stream.error.file=/dev/null"
    own = config.model_copy(update={"settings": settings, "java_options": java})
    session = get_session(own, "smelt serve-sql", classpath=[str(guard_jar())])
    system = _jvm(session).java.lang.System
    for key, value in settings.items():  # Hive's authentication reads a Hadoop configuration of its own
        if key.startswith(_SERVER):
            system.setProperty(key.removeprefix(_HADOOP), value)
    if users is not None:
        system.setProperty("smelt.sql.users", str(users.resolve()))
    return session


def serve(session: SparkSession, schemas: Iterable[str]) -> None:
    """Start the server; from now on the guard permits only statements that read ``schemas``. Returns at once.

    Raises EnvironmentProblem if the guard lets a forbidden statement pass.
    """
    jvm = _jvm(session)
    open_ones = jvm.java.util.ArrayList()
    for schema in schemas:
        open_ones.add(schema)
    jvm.smelt.sql.Guard.close(open_ones)
    try:
        session.sql("SET -v")
    except Exception as error:
        if "is refused" not in str(error):
            raise
    else:
        raise EnvironmentProblem("the SQL server's guard does not hold", ["nobody is let in"])
    server = jvm.org.apache.spark.sql.hive.thriftserver.HiveThriftServer2
    server.startWithContext(session._jsparkSession.sqlContext())


def server_settings(host: str, port: int, *, has_users: bool) -> Mapping[str, str]:
    """Spark and Hive settings of the server's session."""
    server = {
        "thrift.bind.host": host,
        "thrift.port": str(port),
        "transport.mode": "binary",
        "enable.doAs": "false",  # statements run under the server's account, which can read the files
    }
    if has_users:
        server |= {"authentication": "CUSTOM", "custom.authentication.class": "smelt.sql.PasswordFile"}
    return {
        "spark.sql.catalogImplementation": "hive",
        "spark.sql.warehouse.dir": tempfile.gettempdir() + "/smelt-has-no-managed-tables",
        # otherwise ${env:...} would reveal the server's environment variables
        "spark.sql.variable.substitute": "false",
        f"{_HADOOP}javax.jdo.option.ConnectionURL": "jdbc:derby:memory:smelt;create=true",
        f"{_HADOOP}datanucleus.schema.autoCreateAll": "true",
        f"{_HADOOP}hive.metastore.schema.verification": "false",
        **{f"{_SERVER}{key}": value for key, value in server.items()},
    }


def guard_jar() -> Path:
    """The guard's jar for the installed Spark; built once, in the environment or else in this account's own folder."""
    import pyspark

    source = resources.files("smelt.spark").joinpath("thrift_guard.scala").read_bytes()
    mark = hashlib.sha256(source + pyspark.__version__.encode()).hexdigest()[:16]
    name = f"smelt-guard-{mark}.jar"
    folder = next(each for each in _folders() if os.access(each, os.W_OK))
    jar = folder / name
    if not jar.is_file():
        _compile(source, jar)
    return jar


def _folders() -> Sequence[Path]:
    from smelt.tables.private import local_folder

    return Path(sys.prefix), Path(local_folder())


def _compile(source: bytes, jar: Path) -> None:
    import pyspark

    check_java()
    java = Path(os.environ["JAVA_HOME"]) / "bin" / "java"
    with tempfile.TemporaryDirectory(dir=jar.parent) as folder:
        file, made = Path(folder) / "thrift_guard.scala", Path(folder) / jar.name
        file.write_bytes(source)
        classpath = f"{Path(pyspark.__file__).parent / 'jars'}/*"
        command = [
            str(java), "-Xmx700m", "-cp", classpath, "scala.tools.nsc.Main", "-usejavacp", "-nowarn",
            "-d", str(made), str(file),
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode or not made.is_file():
            raise EnvironmentProblem(
                "the SQL server's guard cannot be compiled",
                done.stderr.splitlines()[:5] or ["see Java's memory"],
            )
        made.replace(jar)


def _jvm(session: SparkSession) -> Any:
    return session.sparkContext._jvm
