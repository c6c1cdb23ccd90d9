"""Delta's jars for the installed Spark: which they are, and how setup resolves them once into the environment.

python -m smelt.spark.delta_jars
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from smelt.errors import EnvironmentProblem
from smelt.spark.cluster import DELTA_PACKAGES
from smelt.spark.java import check_java

JAR_LIST = "delta-jars.txt"


def spark_line() -> str:
    """The installed Spark's line, such as 3.5."""
    import pyspark

    return ".".join(pyspark.__version__.split(".")[:2])


def delta_package() -> str:
    """The Delta artifact that fits the installed Spark; raises EnvironmentProblem for an untried line."""
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


if __name__ == "__main__":
    for jar in resolve_delta_jars():
        print(Path(jar).name)
