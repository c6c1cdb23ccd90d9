"""An error of Spark's is told by its innermost cause and smelt's own place; its words, which may quote, are not."""

from __future__ import annotations

import pytest

from smelt.tables.failures import failure

SECRET = "Jane Roe 555-0188"


class PythonException(Exception):
    """As pyspark names what a task raised."""


TASK = f"""
  An exception was thrown from the Python worker. Please see the stack trace below.
Traceback (most recent call last):
  File "/opt/spark/python/lib/pyspark.zip/pyspark/worker.py", line 1247, in main
    process()
  File "/opt/smelt.zip/smelt/intake/parsing.py", line 61, in file
    return self._records(text)
  File "/usr/lib/python3.11/json/decoder.py", line 355, in raw_decode
    raise ValueError(text)
ValueError: {SECRET}
"""


def test_the_tasks_own_frame_and_error_come_first():
    found = failure(PythonException(TASK))
    assert found.kind == "ValueError (PythonException)"
    assert found.place == "/opt/smelt.zip/smelt/intake/parsing.py:61"
    assert SECRET not in str(found)


def test_a_package_that_executors_lack_is_named():
    said = TASK.replace(f"ValueError: {SECRET}", "ModuleNotFoundError: No module named 'orjson'")
    assert "the executors' Python has no package orjson" in str(failure(PythonException(said)))


@pytest.mark.parametrize(
    ("said", "kind", "words"),
    [
        (
            "An error occurred while calling o1.load.\n: java.nio.file.AccessDeniedException: s3a://b/"
            + SECRET,
            "AccessDeniedException",
            "refuses the credentials",
        ),
        (
            f"org.apache.spark.SparkException: {SECRET}\n\tat x\nCaused by: java.net.UnknownHostException: nn",
            "UnknownHostException",
            "host name cannot be found",
        ),
        (
            "java.lang.RuntimeException: x\nCaused by: java.lang.ClassNotFoundException: Class"
            " org.apache.hadoop.fs.s3a.S3AFileSystem not found",
            "ClassNotFoundException",
            "hadoop-aws",
        ),
    ],
)
def test_javas_innermost_cause_is_named(said, kind, words):
    found = failure(RuntimeError(said))
    assert found.kind == f"{kind} (RuntimeError)"
    assert words in found.cause
    assert SECRET not in str(found)


def test_a_chain_is_looked_through():
    outer = RuntimeError(SECRET)
    outer.__cause__ = OSError("No space left on device")
    assert "the disk is full" in str(failure(outer))
    assert SECRET not in str(failure(outer))
