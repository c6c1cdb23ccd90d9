"""Arguments of spark-submit, as deploy/spark_submit.sh asks for them, from a zip and without any package."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from smelt.spark.cluster import DELTA_PACKAGES, HADOOP_AWS, SETTINGS, submit_arguments
from smelt.spark.config import SparkConfig
from smelt.spark.session import _local_settings

ROOT = Path(__file__).parents[3]


def settings_of(arguments):
    pairs = itertools.pairwise(arguments)
    return dict(value.split("=", 1) for key, value in pairs if key == "--conf" and "=" in value)


@pytest.mark.parametrize("line", DELTA_PACKAGES)
def test_every_line_has_its_delta_and_its_s3(line):
    assert submit_arguments(line)[:2] == ["--packages", DELTA_PACKAGES[line]]
    assert submit_arguments(line, jars="a.jar,b.jar")[:2] == ["--jars", "a.jar,b.jar"]
    assert line in HADOOP_AWS


def test_settings_are_those_of_local_sessions():
    local = _local_settings(SparkConfig(master="local[2]"))
    assert {key: local[key] for key in SETTINGS} == dict(SETTINGS)
    assert SETTINGS.items() <= settings_of(submit_arguments("3.5")).items()


def test_with_an_archive_the_driver_keeps_its_python_in_client_mode_only():
    client = settings_of(submit_arguments("3.5", archive="env.tgz", python="/usr/bin/python3"))
    assert client["spark.pyspark.python"] == "./environment/bin/python"
    assert client["spark.pyspark.driver.python"] == "/usr/bin/python3"
    assert "spark.pyspark.driver.python" not in settings_of(submit_arguments("3.5", archive="env.tgz"))


def spark_submit(tmp_path, version, **environment):
    """The script with a program in spark-submit's place that prints what it is given."""
    program = tmp_path / "spark-submit"
    program.write_text(
        f'#!/bin/sh\n[ "$1" = --version ] && echo "   version {version}" && exit\nprintf "%s\\n" "$@"\n',
        "utf-8",
    )
    program.chmod(0o755)
    zipped = tmp_path / "smelt-1.zip"
    with zipfile.ZipFile(zipped, "w") as out:
        for file in (ROOT / "lib/smelt").glob("*.py"):
            out.write(file, f"smelt/{file.name}")
        for file in (ROOT / "lib/smelt/spark").glob("*.py"):
            out.write(file, f"smelt/spark/{file.name}")
    given = {
        "PATH": os.environ["PATH"],
        "SPARK_SUBMIT": str(program),
        "SMELT_ZIP": str(zipped),
        "PYTHON": sys.executable,
    }
    return subprocess.run(
        [ROOT / "deploy/spark_submit.sh", "run", "--conf", "my own.yaml"],
        env=given | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_script_hands_everything_on(tmp_path):
    done = spark_submit(
        tmp_path, "3.5.9", MASTER="spark://h:7077", ARCHIVE="e.tgz", SUBMIT_ARGS="--queue night"
    )
    said = done.stdout.splitlines()
    assert said[:2] == ["--master", "spark://h:7077"]
    assert said[-6:] == ["--queue", "night", str(ROOT / "deploy/main.py"), "run", "--conf", "my own.yaml"]
    assert settings_of(said)["spark.pyspark.driver.python"] == sys.executable
    on_cluster = spark_submit(tmp_path, "4.1.2", ARCHIVE="e.tgz", SUBMIT_ARGS="--deploy-mode cluster")
    assert DELTA_PACKAGES["4.1"] in on_cluster.stdout.splitlines()
    assert "spark.pyspark.driver.python" not in settings_of(on_cluster.stdout.splitlines())


def test_another_spark_is_refused(tmp_path):
    done = spark_submit(tmp_path, "4.0.1")
    assert done.returncode == 2
    assert "tried with Spark 3.5 and 4.1; this is 4.0" in done.stderr
