"""Jars of a Maven package, resolved once into the environment, so that later starts need no network."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from smelt.errors import EnvironmentProblem
from smelt.spark.java import check_java


def resolved_jars(name: str, packages: Sequence[str]) -> list[str]:
    """Jars that :func:`resolve_jars` stored under ``name`` for exactly these packages, or an empty list."""
    listed = Path(sys.prefix) / f"{name}-jars.txt"
    if not listed.is_file():
        return []
    head, *jars = listed.read_text("utf-8").split()
    return jars if head == ",".join(packages) and all(Path(jar).is_file() for jar in jars) else []


def resolve_jars(name: str, packages: Sequence[str]) -> list[str]:
    """Resolve packages with Spark's resolver (Ivy) and record their jars, except those that Spark ships.

    Raises EnvironmentProblem if no repository has them.
    """
    import pyspark

    found = resolved_jars(name, packages)
    if found:
        return found
    check_java()
    ivy = Path(sys.prefix) / f"{name}-ivy"
    shutil.rmtree(ivy, ignore_errors=True)
    submit = Path(pyspark.__file__).parent / "bin" / "spark-submit"
    # Any Spark class without a main method will do: spark-submit resolves the packages before it loads the class.
    command = [
        str(submit), "--packages", ",".join(packages), "--conf", f"spark.jars.ivy={ivy}",
        "--class", "org.apache.spark.util.kvstore.KVTypeInfo", "spark-internal",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    own = {_artifact(jar) for jar in (Path(pyspark.__file__).parent / "jars").glob("*.jar")}
    jars = sorted(
        str(jar)
        for jar in (ivy / "jars").glob("*.jar")
        if _artifact(Path(jar.name.split("_", 1)[1])) not in own  # Ivy names them GROUP_ARTIFACT-VERSION.jar
    )
    missing = [p for p in packages if not any(p.split(":")[1] in Path(jar).name for jar in jars)]
    if missing:
        raise EnvironmentProblem(
            f"{', '.join(missing)} could not be resolved",
            [line for line in done.stderr.splitlines() if "ERROR" in line or "unresolved" in line][:5]
            or ["no answer from a Maven repository"],
        )
    (Path(sys.prefix) / f"{name}-jars.txt").write_text("\n".join([",".join(packages), *jars]), "utf-8")
    return jars


def _artifact(jar: Path) -> str:
    return re.sub(r"-[0-9][^-]*(-[A-Za-z0-9.]+)?$", "", jar.stem)
