"""What a path means to Spark: which file system Hadoop's settings name for it.

For Python, a path without a scheme is on this machine's disk; for Spark, it is wherever ``fs.defaultFS`` says (HDFS on
YARN, EMR and Dataproc). This is the only module that calls Hadoop's file systems. Spark Connect has no JVM to call;
there the same is found out through the DataFrame reader, more slowly.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smelt.tables.embedded import is_embedded

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")  # not C:/data, a drive, nor reader.py:Reader, a class
_LOCAL = re.compile(r"file:(?://(?:localhost)?|(?!//))(?=/)")
_GLOB = re.compile(r"([\\{}\[\]*?])")
_PROBE = "/smelt-is-asking-what-a-plain-path-means"


def has_scheme(path: str) -> bool:
    """Whether a path names its file system: s3a://bucket/x, dbfs:/x, file:/x."""
    return _SCHEME.match(path) is not None


def local_path(path: str) -> str | None:
    """The local path that ``path`` names (/x for /x and file:///x); None where it names another file system."""
    if not has_scheme(path):
        return path
    found = _LOCAL.match(path)
    return re.sub("^/+", "/", path[found.end() :]) if found else None


def literal(path: str) -> str:
    """``path`` with glob characters escaped: Spark's readers expand patterns."""
    return _GLOB.sub(r"\\\1", path)


def is_connect(spark: SparkSession) -> bool:
    """Whether the session is a Spark Connect client, without a JVM in this process."""
    return "connect" in type(spark).__module__


def default_filesystem(spark: SparkSession) -> str:
    """The prefix that Spark gives a path without a scheme: ``file:`` or, for example, ``hdfs://namenode:8020``."""
    if os.environ.get("DATABRICKS_RUNTIME_VERSION"):
        return "dbfs:"
    if is_embedded(spark):
        return "file:"
    if not is_connect(spark):
        return _without_path(str(_configuration(spark).get("fs.defaultFS", "file:///")))
    try:
        spark.read.format("binaryFile").load(_PROBE).schema  # noqa: B018 (asks the server)
    except Exception as error:  # the message holds the full URI that the reader looked for
        found = re.search(rf"(\S+?){_PROBE}", str(error))
        if found:
            return _without_path(found[1])
    return "file:"


def sees_local_disk(spark: SparkSession) -> bool:
    """Whether driver and tasks share this process's disk for certain: local mode or the embedded engine."""
    if is_embedded(spark):
        return True
    if is_connect(spark):
        return False
    return str(spark.sparkContext.master).startswith("local")


def remove(spark: SparkSession, location: str) -> bool:
    """Remove a folder and its content; False where that is impossible from here (Spark Connect)."""
    if is_connect(spark):
        return False
    system, path = _hadoop(spark, location)
    system.delete(path, True)
    return True


def upload(spark: SparkSession, folder: str, location: str) -> None:
    """Copy a local folder and its content to ``location``, which must not exist yet.

    Through streams, as tables are written: copyFromLocalFile of S3A 3.4 uses a client of its own, which takes
    "100 Continue" from servers other than Amazon's for a failure.
    """
    system, path = _hadoop(spark, location)
    jvm: Any = spark._jvm
    copy = jvm.org.apache.hadoop.io.IOUtils.copyBytes
    for file in sorted(each for each in Path(folder).rglob("*") if each.is_file()):
        target = jvm.org.apache.hadoop.fs.Path(path, str(file.relative_to(folder)))
        copy(jvm.java.io.FileInputStream(str(file)), system.create(target, False), 1 << 20, True)


def names(spark: SparkSession, location: str) -> Iterator[str] | None:
    """Names of a folder's entries, empty where it does not exist; None where it cannot be listed (Spark Connect)."""
    if is_connect(spark):
        return None
    system, path = _hadoop(spark, location)
    # An object store has no folders: a pattern without a match needs no second request to find out.
    found = system.globStatus(path.suffix("/*"))
    return iter([str(status.getPath().getName()) for status in found or ()])


class StoredFile:
    """A seekable file read through Hadoop, binary and read-only. Raises OSError for any error of the store."""

    def __init__(self, spark: SparkSession, location: str) -> None:
        self._jvm: Any = spark._jvm
        self._system, self._path = _hadoop(spark, location)
        self._stream: Any = self._asked(lambda: self._system.open(self._path))

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Move to a byte, counted from the start or, where ``whence`` is 2, from the end; returns the position."""
        if whence == os.SEEK_END:
            offset += int(self._asked(lambda: self._system.getFileStatus(self._path).getLen()))
        self._asked(lambda: self._stream.seek(offset))
        return offset

    def read(self, size: int, /) -> bytes:
        """Read exactly ``size`` bytes; raises OSError where the file ends before."""
        read = self._jvm.org.apache.commons.io.IOUtils.toByteArray
        return bytes(self._asked(lambda: read(self._stream, size)))

    def __enter__(self) -> StoredFile:
        return self

    def __exit__(self, *_: object) -> None:
        self._asked(lambda: self._stream.close())

    def _asked(self, ask: Callable[[], Any]) -> Any:
        from py4j.protocol import Py4JJavaError  # type: ignore[import-untyped]

        try:
            return ask()
        except Py4JJavaError as error:
            raise OSError(f"{type(error).__name__} while a file of a store was read") from None


def hadoop_setting(spark: SparkSession, key: str) -> str | None:
    """The value of a Hadoop setting; None where it is not set, and always over Spark Connect."""
    if is_connect(spark):
        return None
    value = _configuration(spark).get(key)
    return None if value is None else str(value)


def s3_options(spark: SparkSession, location: str) -> dict[str, str]:
    """obstore's options to reach the bucket of ``s3a://bucket/...`` as Spark does, from the Hadoop settings that are
    set.

    Over Spark Connect these settings cannot be read; obstore then uses this process's AWS variables and roles.
    """
    if is_connect(spark):
        return {}
    bucket = location.partition("://")[2].partition("/")[0]
    settings = _configuration(spark)

    def of(key: str) -> str | None:
        for name in (f"fs.s3a.bucket.{bucket}.{key}", f"fs.s3a.{key}"):
            characters = settings.getPassword(
                name
            )  # from Hadoop's credential provider, else from the settings
            if characters is not None and len(characters):
                return "".join(characters)
        return None

    found = {name: value for name, key in _S3_OPTIONS.items() if (value := of(key))}
    endpoint = found.get("endpoint")
    if endpoint and "://" not in endpoint:
        found["endpoint"] = f"{'http' if of('connection.ssl.enabled') == 'false' else 'https'}://{endpoint}"
    if endpoint:
        found.setdefault("region", "us-east-1")  # servers other than Amazon's need no particular one
    return found


_S3_OPTIONS = {
    "endpoint": "endpoint",
    "region": "endpoint.region",
    "access_key_id": "access.key",
    "secret_access_key": "secret.key",
    "session_token": "session.token",
    "path_style": "path.style.access",
}


def _hadoop(spark: SparkSession, location: str) -> tuple[Any, Any]:
    jvm: Any = spark._jvm
    path = jvm.org.apache.hadoop.fs.Path(location)
    return path.getFileSystem(_configuration(spark)), path


def _configuration(spark: SparkSession) -> Any:
    context: Any = spark.sparkContext
    return context._jsc.hadoopConfiguration()


def _without_path(uri: str) -> str:
    """``hdfs://host:8020`` of ``hdfs://host:8020/``; ``file:`` of ``file:///``."""
    found = re.match(r"([A-Za-z][A-Za-z0-9+.-]*:)(//[^/]+)?", uri)
    return (found[1] + (found[2] or "")) if found else "file:"
