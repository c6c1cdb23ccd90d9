"""The embedded engine: Sail (https://github.com/lakehq/sail, Apache-2.0), which speaks Spark Connect in this process.

It runs the same DataFrames without a JVM: it starts in a third of a second, and a query of a small table takes
milliseconds. Results are returned as Arrow tables or batches; the engine itself writes no Delta table
(:mod:`smelt.tables.arrow_writes` does).
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.metadata
import importlib.util
import os
import sys
import warnings
from itertools import chain
from typing import TYPE_CHECKING, Any

from smelt.errors import EnvironmentProblem
from smelt.tables.private import local_folder

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

_ALLOCATORS = {
    "MIMALLOC_PURGE_DELAY": "0",
    "_RJEM_MALLOC_CONF": "background_thread:true,dirty_decay_ms:500,muzzy_decay_ms:0",
}
"""Environment of the allocators of Sail and Arrow (mimalloc) and of delta-rs and Polars (jemalloc), read when they are
loaded: freed memory goes back to the system soon. By default threads that became idle keep theirs for good."""
_TOKEN = "SPARK_CONNECT_AUTHENTICATE_TOKEN"
_NOT_COMPRESSED = ("grpc.compression_enabled_algorithms_bitset", 1)
"""Option of a gRPC channel: of all compression algorithms the client takes only number 0, which is none."""
_SETTINGS = {"SAIL_PARQUET__PUSHDOWN_FILTERS": "true"}
"""The engine's settings that differ from its defaults: texts are decoded only where the filter or join holds."""
_RUNNING: dict[str, Any] = {}
"""The running servers, by the id of the session that each was started for."""


def is_installed() -> bool:
    """Whether the engine (pysail) and the Spark Connect client (grpc) are installed."""
    return all(importlib.util.find_spec(name) for name in ("pysail", "grpc"))


def embedded_session() -> SparkSession:
    """Start an engine in this process and return a session on it.

    Raises EnvironmentProblem where it is not installed.
    """
    if not is_installed():
        raise EnvironmentProblem("the embedded engine is not installed", ["pip install 'smelt[sail]'"])
    local_folder()  # removes what killed processes left behind
    os.environ.setdefault("RUST_LOG", "error")  # otherwise the server reports its start on standard error
    for name, value in (_ALLOCATORS | _SETTINGS).items():
        os.environ.setdefault(name, value)
    from pysail.spark import SparkConnectServer

    server = SparkConnectServer()
    server.start(background=True)
    _, port = server.listening_address
    token = os.environ.pop(
        _TOKEN, None
    )  # meant for another server: with it the client would demand TLS from this one
    try:
        session = _connected(f"sc://127.0.0.1:{port}")
    finally:
        if token is not None:
            os.environ[_TOKEN] = token
    _RUNNING[_id_of(session)] = server
    _say_no_plans(session)
    session.conf.set("spark.sql.session.timeZone", "UTC")
    return session


def _connected(url: str) -> SparkSession:
    """A session on the server at ``url``, like that of ``SparkSession.builder.remote``, but with uncompressed answers.

    The server compresses them for any client that can decompress them: three quarters of the time of a large answer.
    """
    _import_distutils()
    from pyspark.sql.connect import session as connect
    from pyspark.sql.connect.client import core

    channels: Any = (
        getattr(core, "DefaultChannelBuilder", None) or core.ChannelBuilder
    )  # Spark 4's name, Spark 3.5's
    os.environ["SPARK_CONNECT_MODE_ENABLED"] = "1"  # by it pyspark.sql.functions know which columns to make
    builder: Any = connect.SparkSession.builder
    session: SparkSession = builder.channelBuilder(channels(url, [_NOT_COMPRESSED])).getOrCreate()
    return session


def _import_distutils() -> None:
    """Import the standard library's distutils, for Spark 3.5's client, instead of that which setuptools puts before it.

    The latter imports all of setuptools (.13 CPU s with setuptools 65) to compare two versions. Python 3.12 has
    no distutils of its own.
    """
    if sys.version_info >= (3, 12):
        return
    with contextlib.suppress(ImportError), warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        hack = importlib.import_module("_distutils_hack")
        hack.remove_shim()
        try:
            importlib.import_module("distutils.version")
        finally:
            hack.add_shim()


def _say_no_plans(session: Any) -> None:
    """Stop Spark 3.5's client from rendering every plan for a disabled log, which takes longer than most queries."""
    client = session.client
    if hasattr(client, "_proto_to_string"):
        client._proto_to_string = lambda message: ""


def is_embedded(session: SparkSession) -> bool:
    """Whether the session's engine runs in this process and reads this process's files."""
    return bool(_RUNNING) and _id_of(session) in _RUNNING


def engine_name(session: SparkSession) -> str:
    """The engine's name and version, for messages."""
    if is_embedded(session):
        return f"Sail {importlib.metadata.version('pysail')}, embedded,"
    return f"Spark {session.version}"


def to_arrow(df: DataFrame) -> pa.Table:
    """All rows of a Spark Connect DataFrame as one Arrow table."""
    connect: Any = df
    if hasattr(type(df), "toArrow"):  # Spark 3.5's client has no public name for it
        return connect.toArrow()
    client = connect._session.client
    table, _ = client.to_table(connect._plan.to_proto(client))
    return table


def to_batches(df: DataFrame) -> pa.RecordBatchReader:
    """:meth:`to_arrow` in batches, made while they are read, so that rows need not fit into memory together."""
    import pyarrow as pa

    connect: Any = df
    client = connect._session.client
    observed = [connect._plan.observations] if hasattr(type(df), "toArrow") else []
    answers = client.to_table_as_iterator(connect._plan.to_proto(client), *observed)
    tables = (answer for answer in answers if isinstance(answer, pa.Table))
    first = next(tables)  # where there are no rows, too
    batches = (batch for table in chain((first,), tables) for batch in table.to_batches())
    return pa.RecordBatchReader.from_batches(first.schema, batches)


def _id_of(session: Any) -> str:
    return str(getattr(session, "session_id", "") or getattr(session, "_session_id", ""))
