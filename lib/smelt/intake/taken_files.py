"""Which files were taken in already: their marks in ops.files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from smelt.identity import stable_id
from smelt.intake.landing import LandingFile, Reading, canonical

FILES = "ops.files"
MARK = ("source", "source_file", "bytes", "modified_at", "reading")
"""Columns of ops.files by which a file is recognised."""

Mark = tuple[str, str, int, dt.datetime, str]
Wanted = list[tuple[Reading, list[LandingFile]]]

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def not_taken_in(taken: Sequence[Mapping[str, Any]], readings: Sequence[Reading]) -> Wanted:
    """The sources with files that are not in ``taken`` (rows of ops.files with the columns MARK), and these files."""
    known = {tuple(mark[name] for name in MARK) for mark in taken}
    wanted: Wanted = []
    for reading in readings:
        new = [file for file in reading.listed if known.isdisjoint(_marks(reading, file))]
        if new:
            wanted.append((reading, new))
    return wanted


def _marks(reading: Reading, file: LandingFile) -> tuple[Mark, Mark]:
    """The key of an ingested file in ops.files, and the key that earlier versions of smelt gave it.

    A file is identified by its path relative to the source's path, its size and time, so the landing folder may be
    moved; earlier versions used the whole path. Only a hash of the path is stored, since file names may contain names
    of people.
    """
    modified = _EPOCH + dt.timedelta(microseconds=file.modified)
    whole = canonical(file.path, is_encoded=False)
    names = (stable_id("below", reading.file(whole).relative), stable_id("file", whole))
    now, before = ((reading.source.name, name, file.size, modified, reading.fingerprint) for name in names)
    return now, before


def marks_of(wanted: Wanted, ahead: Collection[tuple[str, str]]) -> Iterator[Mark]:
    """The marks of ``wanted`` files, without those that hold times ``ahead`` of the clock: (source, path)."""
    for reading, files in wanted:
        for file in files:
            if (reading.source.name, canonical(file.path, is_encoded=False)) not in ahead:
                yield _marks(reading, file)[0]
