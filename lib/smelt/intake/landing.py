"""Lists files in the landing folders through Spark, which sees what the executors will see."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from smelt.identity import stable_id
from smelt.intake.config import IntakeConfig
from smelt.intake.links import Found, files_below, has_links, matches
from smelt.intake.plugins import Plugin, load_plugin
from smelt.intake.records import SourceFile
from smelt.intake.source import SourceConfig
from smelt.tables.embedded import is_embedded
from smelt.tables.filesystem import literal, local_path

if TYPE_CHECKING:
    from pyspark.sql import DataFrameReader, SparkSession

READING_VERSION = 2
"""To be incremented when a change of the reading code changes its result: all files are then read again."""

_LOCAL = re.compile(r"^file:/*")
_PLAIN = re.compile(r"(?:\\.|[^\\{\[*?])*")
"""The literal part at the start of a pattern."""


class LandingFile(NamedTuple):
    """One file: ``path`` as Spark names it, size in bytes, time of modification in microseconds since 1970, UTC."""

    path: str
    size: int
    modified: int


class Reading(NamedTuple):
    """A source about to be read; ``fingerprint`` changes when its configuration or plugin changes the result of
    reading.

    ``location`` is a pattern for Spark's readers. With ``has_links``, only the files in ``listed`` are read.
    """

    source: SourceConfig
    location: str
    plugin: Plugin | None
    fingerprint: str
    listed: tuple[LandingFile, ...]
    problem: str | None = None
    has_links: bool = False

    def without_files(self) -> Reading:
        """A copy without the list of files, which tasks do not need."""
        return self._replace(listed=())

    def file(self, path: str) -> SourceFile:
        """The file with its path relative to the source's path."""
        return SourceFile(path, relative_to(self.location, path))


def prepare(spark: SparkSession, config: IntakeConfig, source: SourceConfig) -> Reading:
    """Load a source's plugin and list its files; a missing path becomes ``problem`` instead of an error."""
    location = config.pattern(source.path)
    plugin = None
    if source.reader is not None:
        attached = {
            name: _attachment(spark, config.pattern(path)) for name, path in source.attachments.items()
        }
        plugin = load_plugin(source.reader, {**source.options, **attached})
    fingerprint = stable_id(READING_VERSION, source.model_dump_json(), plugin)
    found = _linked(location, config.boundary(source.path), is_embedded(spark))
    if found is None:
        listed, problem = _listed(spark, source, location)
        return Reading(source, location, plugin, fingerprint, listed, problem)
    if is_embedded(spark):
        listed, problem = _seen(source, location, found.files)
    else:
        listed, problem = _listed(spark, source, *map(literal, found.files))
    if found.refused:
        refused = f"{source.name}: {found.refused:,} symbolic links lead out of the landing folder or nowhere"
        problem = f"{problem}; {refused}" if problem else refused
    return Reading(source, location, plugin, fingerprint, listed, problem, has_links=True)


def _linked(location: str, boundary: str, is_here: bool) -> Found | None:
    """The files of a location that holds symbolic links; None if it holds none, or is not on this machine's disk.

    With ``is_here``, this process reads the files itself, so they are listed even without links.
    """
    local = local_path(location)
    if local is None:
        return None
    plain = _PLAIN.match(local)
    root = _unescaped(plain[0] if plain else "")
    if plain is None or plain.end() < len(local):
        root = root.rpartition("/")[0] or "/"
    if is_here and not os.path.lexists(root):
        return Found([], 0)
    if root == "/" or not os.path.lexists(root) or not (is_here or has_links(root)):
        return None
    found = files_below(root, boundary if os.path.exists(boundary) else root)
    return found._replace(files=[file for file in found.files if matches(local, file)])


def _unescaped(pattern: str) -> str:
    return re.sub(r"\\(.)", r"\1", pattern)


def binary_files(spark: SparkSession, source: SourceConfig) -> DataFrameReader:
    """A reader of whole files below a folder that match the source's pattern."""
    reader = spark.read.format("binaryFile").option("recursiveFileLookup", "true")
    return reader.option("pathGlobFilter", source.glob) if source.glob else reader


def literal_paths(files: Iterable[LandingFile]) -> list[str]:
    """The files' paths with glob characters escaped, to load exactly these files."""
    return [literal(file.path) for file in files]


def canonical(path: str, *, is_encoded: bool) -> str:
    """Normalise a path: local paths lose their scheme; with ``is_encoded`` (``_metadata.file_path``) it is decoded
    first."""
    if is_encoded:
        path = unquote(path)
    return _LOCAL.sub("/", path)


def relative_to(location: str, path: str) -> str:
    """``path`` relative to the literal part of the pattern ``location``; for a location that is one file, its name."""
    whole = canonical(location, is_encoded=False)
    plain = _PLAIN.match(whole)
    root = _unescaped(plain[0] if plain else "")
    if plain is not None and plain.end() < len(whole):
        root = root.rpartition("/")[0]
    root = root.rstrip("/")
    path = canonical(path, is_encoded=False)
    return path[len(root) + 1 :] if path.startswith(root + "/") else path.rsplit("/", 1)[-1]


def _listed(
    spark: SparkSession, source: SourceConfig, *places: str
) -> tuple[tuple[LandingFile, ...], str | None]:
    from pyspark.errors import AnalysisException

    location = _unescaped(places[0]) if places else source.path
    if not places:
        return (), f"{source.name}: {location} holds no files"
    try:
        found = binary_files(spark, source).load(list(places))
        rows = (
            found.selectExpr("path", "length", "unix_micros(modificationTime) AS modified")
            .coalesce(4)
            .collect()
        )
    except AnalysisException as error:
        if "PATH_NOT_FOUND" not in str(error):
            raise
        return (), f"{source.name}: {location} does not exist"
    files = sorted(LandingFile(row["path"], row["length"], row["modified"]) for row in rows)
    if not files:
        pattern = f" that match {source.glob}" if source.glob else ""
        return (), f"{source.name}: {location} holds no files{pattern}"
    return tuple(files), None


def _seen(
    source: SourceConfig, location: str, files: Sequence[str]
) -> tuple[tuple[LandingFile, ...], str | None]:
    """Stat those of the local ``files`` that match the source's ``glob`` and location."""
    local = local_path(location) or location
    root = (_PLAIN.match(local) or [""])[0]
    if root == local and not os.path.lexists(_unescaped(local)):
        return (), f"{source.name}: {_unescaped(location)} does not exist"
    name = source.glob
    chosen = [path for path in files if not name or matches(name, os.path.basename(path))]
    if not chosen:
        pattern = f" that match {name}" if name else ""
        return (), f"{source.name}: {_unescaped(location)} holds no files{pattern}"
    stats = [(path, os.stat(path)) for path in chosen]
    # Hadoop's modification times have millisecond precision.
    return tuple(
        sorted(LandingFile(f"file:{p}", s.st_size, s.st_mtime_ns // 1_000_000 * 1_000) for p, s in stats)
    ), None


def _attachment(spark: SparkSession, location: str) -> str:
    rows: Sequence[object] = spark.read.format("binaryFile").load(location).select("content").collect()
    return b"".join(bytes(row[0]) for row in rows).decode("utf-8-sig")  # type: ignore[index]
