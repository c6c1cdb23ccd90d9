"""Describes a Spark failure by its innermost cause and place, never by a message that may quote a record.

Spark wraps a task's error in an error of the job, and that in an error of the py4j gateway. Class names, module names
and places in code are safe to show; an exception's message is shown only where it is known to come from the system.
"""

from __future__ import annotations

import re
import traceback
from typing import NamedTuple

CAUSES = {
    "No space left on device": "the disk is full; what was finished stays, the next run goes on from there",
    "OutOfMemoryError": "Java ran out of memory; raise spark.driver_memory",
    "terminated abruptly": "Python processes were killed again and again, most often for want of memory",
    "Python worker exited unexpectedly": "a Python process of Spark's was killed, most often for want of memory",
    "ExecutorLostFailure": "an executor was lost, most often for memory; give executors more, or fewer cores each",
    "No FileSystem for scheme": "Spark lacks the library of this kind of store; add its package (hadoop-aws for s3a)",
    "S3AFileSystem not found": "Spark lacks the library of S3: add hadoop-aws of its Hadoop's version",
    "NoAuthWithAWSException": "there are no credentials for S3: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
    "AccessDeniedException": "the store refuses the credentials",
    "UnknownHostException": "a host name cannot be found",
    "ConnectException": "the host does not answer",
    "NoSuchBucket": "the bucket does not exist",
    "UnknownStoreException": "the bucket does not exist",
    "Python in worker has different version": "executors run another Python than the driver; set spark.pyspark.python",
    "PYTHON_VERSION_MISMATCH": "executors run another Python than the driver; set spark.pyspark.python",
    "Cannot run program": "executors do not find the Python that spark.pyspark.python names",
    "DELTA_METADATA_CHANGED": "another program changed the table meanwhile; run again",
    "ConcurrentAppendException": "another program wrote the table meanwhile; run again",
    "DELTA_CONCURRENT": "another program wrote the table meanwhile; run again",
}
"""Messages that only the system writes (never a record's text) -> what happened and what to do, for the user."""

_FRAME = re.compile(r'File "([^"\n]+)", line (\d+), in (\S+)')
_KIND = re.compile(
    r"^(?:[a-z_A-Z]\w*\.)*([A-Z]\w*(?:Error|Exception|Exit|Interrupt|Warning))\b", re.MULTILINE
)
_JAVA = re.compile(r"^(?:Caused by: |: )?((?:[a-z]\w*\.)+[A-Z]\w*(?:Error|Exception)\w*)", re.MULTILINE)
_MODULE = re.compile(r"No module named '([\w.]+)'")


class Failure(NamedTuple):
    """``kind``: class of the innermost cause; ``place``: file:line in smelt's own code; ``cause``: in words, or
    empty."""

    kind: str
    place: str
    cause: str

    def __str__(self) -> str:
        where = f" at {self.place}" if self.place else ""
        return f"{self.cause + '; ' if self.cause else ''}{self.kind}{where}"


def failure(error: BaseException) -> Failure:
    """Describe ``error``; where it holds a traceback of a Spark task, that comes before this process's own frames."""
    said = "\n".join(str(each) for each in _chain(error))
    task = said.rpartition("Traceback (most recent call last)")[2] if "Traceback" in said else ""
    return Failure(_kind(error, said, task), _place(error, task), _cause(said))


def _chain(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return found


def _kind(error: BaseException, said: str, task: str) -> str:
    for pattern, text in ((_KIND, task), (_JAVA, "" if task else said)):
        kinds = pattern.findall(text)
        if kinds:
            inner = kinds[-1].rpartition(".")[2]
            outer = type(error).__name__
            return inner if inner == outer else f"{inner} ({outer})"
    return type(error).__name__


def _place(error: BaseException, task: str) -> str:
    """The last frame in smelt's own code: of the task's traceback if there is one, otherwise of this process's."""
    frames = [(file, line) for file, line, _ in _FRAME.findall(task)]
    frames = frames or [
        (frame.filename, str(frame.lineno)) for frame in traceback.extract_tb(error.__traceback__)
    ]
    own = [(file, line) for file, line in frames if re.search(r"\bsmelt\b|[/\\]jobs[/\\]", file)]
    # Frames inside pyspark only wrap the call; they do not tell what went wrong.
    own = [each for each in own if "site-packages/pyspark" not in each[0]] or own
    return f"{own[-1][0]}:{own[-1][1]}" if own else ""


def _cause(said: str) -> str:
    missing = _MODULE.search(said)
    if missing:
        where = "the executors' Python" if "pyspark" in said or "worker" in said else "this Python"
        return f"{where} has no package {missing[1]}"
    return next((words for sign, words in CAUSES.items() if sign in said), "")
