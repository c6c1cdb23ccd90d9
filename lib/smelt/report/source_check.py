"""Checks how the first records of a source are mapped, before a run: roles, times, pairs, unmapped fields, problems.

It reports counts and field names only, never the content of a record.
"""

from __future__ import annotations

import glob
import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import pyarrow as pa

from smelt.conversations.arrow import READ, to_conversations
from smelt.examples.arrow import to_examples
from smelt.examples.cleaning import Cleaner
from smelt.examples.config import CleaningConfig, ExamplesConfig
from smelt.intake.columns import PARSED, Row, to_batch
from smelt.intake.config import IntakeConfig
from smelt.intake.content import PACKED
from smelt.intake.hints import hint
from smelt.intake.landing import relative_to
from smelt.intake.parsing import Limits, Parser
from smelt.intake.plugins import load_plugin
from smelt.intake.records import SourceFile
from smelt.intake.source import SourceConfig
from smelt.tables.filesystem import local_path

FIRST = 200
"""Records read per source."""
_MOST_BYTES = 64 * 1024 * 1024
_FEW = 0.2
"""Share below which an expected property of a source is reported as a problem."""


class Sections(Protocol):
    """The sections of the configuration that decide how records are mapped."""

    @property
    def intake(self) -> IntakeConfig:
        """Section ``intake``."""

    @property
    def cleaning(self) -> CleaningConfig:
        """Section ``cleaning``."""

    @property
    def examples(self) -> ExamplesConfig:
        """Section ``examples``."""


class SourceCheck(NamedTuple):
    """The result for one source; counts refer to the records that were read."""

    source: str
    files: int
    records: int
    quarantined: Mapping[str, int]
    excluded: Mapping[str, int]
    roles: Mapping[str, int]
    """Role -> number of turns."""
    with_times: int
    """Number of turns with a time."""
    usable_pairs: int
    rejected: Mapping[str, int]
    """First reason -> number of records without a pair."""
    left_over: Mapping[str, int]
    """Field without a mapping (kept in ``extras``) -> number of records that have it."""
    problems: tuple[str, ...]

    @property
    def turns(self) -> int:
        """Number of turns of all records."""
        return sum(self.roles.values())


def check_sources(config: Sections, first: int = FIRST) -> Iterator[SourceCheck]:
    """One result per source, in the order of the configuration; nothing is written."""
    for source in config.intake.sources:
        yield check_source(config, source, first)


def check_source(config: Sections, source: SourceConfig, first: int = FIRST) -> SourceCheck:
    """Check the first records of a source with local files."""
    location = local_path(config.intake.location(source.path))
    if location is None:
        return _not_checked(
            source, "its files are not on this machine: copy some of them here to look at them"
        )
    files = list(_files(location, source))
    if not files:
        pattern = f" that match {source.glob}" if source.glob else ""
        return _not_checked(source, f"{location} holds no files{pattern}")
    now = datetime.now(UTC)
    parser = Parser(source, Limits.of(config.intake, now + timedelta(days=1)), _plugin(config, source))
    rows: list[Row] = []
    for path in files:
        rows += _rows(parser, source, path, SourceFile(path, relative_to(location, path)), first - len(rows))
        if len(rows) >= first:
            break
    return _described(config, source, len(files), rows[:first], now)


def _files(location: str, source: SourceConfig) -> Iterator[str]:
    """Files as Spark lists them, without names that begin with a dot or an underscore."""
    roots = sorted(glob.glob(location)) if any(mark in location for mark in "*?[{") else [location]
    for root in roots:
        if os.path.isfile(root):
            yield root
            continue
        for folder, folders, names in os.walk(root):
            folders[:] = sorted(name for name in folders if not name.startswith((".", "_")))
            for name in sorted(names):
                if not name.startswith((".", "_")) and (source.glob is None or fnmatch(name, source.glob)):
                    yield os.path.join(folder, name)


def _plugin(config: Sections, source: SourceConfig) -> Any:
    if source.reader is None:
        return None
    attached = {
        name: Path(config.intake.location(path)).read_text("utf-8-sig")
        for name, path in source.attachments.items()
    }
    return load_plugin(source.reader, {**source.options, **attached})


def _rows(parser: Parser, source: SourceConfig, path: str, file: SourceFile, wanted: int) -> list[Row]:
    grouped = source.turns is not None and source.turns.group_by is not None
    size = os.path.getsize(path)
    if source.format == "json_lines" and not grouped and not path.lower().endswith((*PACKED, ".json")):
        rows: list[Row] = []
        with open(path, "rb") as lines:
            for number, line in enumerate(lines, 1):
                rows += parser.lines([(line, f"line {number}")], file)
                if len(rows) >= wanted:
                    break
        return rows
    if size > _MOST_BYTES:
        return []
    found: list[Row] = []
    for row in parser.file(Path(path).read_bytes(), file):
        found.append(row)
        if len(found) >= wanted:
            break
    return found


def _described(
    config: Sections, source: SourceConfig, files: int, rows: list[Row], now: datetime
) -> SourceCheck:
    fields = [dict(zip(PARSED, row, strict=True)) for row in rows]
    good = [row for row, said in zip(rows, fields, strict=True) if not said["reasons"]]
    kept = [said for said in fields if not said["reasons"]]
    used = [said for said in kept if not said["exclusions"]]
    turns = [turn for said in used for turn in said["turns"]]
    examples = _examples(config, good, now) if good else []
    usable = Counter(row["record_id"] for row in examples if not row["rejections"])
    without = {
        row["record_id"]: row["rejections"][0]
        for row in reversed(examples)
        if row["rejections"] and row["record_id"] not in usable
    }
    check = SourceCheck(
        source.name,
        files,
        len(rows),
        Counter(said["reasons"][0] for said in fields if said["reasons"]),
        Counter(reason for said in kept for reason in said["exclusions"]),
        Counter(turn["role"] for turn in turns),
        sum(turn["at"] is not None for turn in turns),
        sum(usable.values()),
        Counter(reason for reason in without.values() if not reason.startswith("excluded:")),
        Counter(name for said in used for name in _names(json.loads(said["extras"] or "{}"))),
        (),
    )
    return check._replace(problems=tuple(_problems(source, check, used)))


def _names(extras: Mapping[str, Any]) -> Iterator[str]:
    """Names of unmapped fields; for nested objects with their path (``properties.source_type``)."""
    for key, value in extras.items():
        if key.startswith("_"):
            continue
        if isinstance(value, Mapping) and value:
            yield from (f"{key}.{below}" for below in value)
        else:
            yield key


def _examples(config: Sections, rows: list[Row], now: datetime) -> list[dict[str, Any]]:
    batch = to_batch(rows)
    ingested = pa.array([now] * batch.num_rows, pa.timestamp("us", tz="UTC"))
    columns = [ingested if name == "ingested_at" else batch.column(name) for name in READ]
    made = to_conversations(pa.RecordBatch.from_arrays(columns, names=list(READ)), b"only to look at it")
    silver = {name: made.column(name) for name in made.schema.names if name != "known"}
    silver["pii_rejections"] = pa.array([[]] * batch.num_rows, pa.list_(pa.string()))
    conversations = pa.RecordBatch.from_arrays(list(silver.values()), names=list(silver))
    examples = to_examples(conversations, config.examples, Cleaner(config.cleaning))
    found: list[dict[str, Any]] = examples.select(["record_id", "rejections"]).to_pylist()
    return found


def _problems(source: SourceConfig, check: SourceCheck, used: list[dict[str, Any]]) -> Iterator[str]:
    """Apparent problems, most urgent first, with the configuration keys concerned."""
    if not check.records:
        yield "no record was found in its files"
        return
    for reason, count in Counter(check.quarantined).most_common():
        said = hint(source, reason, count, check.records)
        if said:
            yield said.partition(": ")[2]
    if check.excluded and not used:
        yield "`where` leaves out every record that was read"
    if not used or source.kind == "articles":
        if used and not check.usable_pairs:
            yield "no article gives a pair: " + ", ".join(check.rejected)
        return
    by_roles = [{turn["role"] for turn in said["turns"]} for said in used if said["turns"]]
    resolved = sum(bool(said["resolution"]) for said in used)
    if not by_roles and not resolved:
        yield "records have a question alone: map resolution, or turns.path to the messages"
    answered = sum(bool(roles & {"agent", "bot"}) for roles in by_roles) + resolved
    asked = sum("customer" in roles for roles in by_roles) + sum(bool(said["body"]) for said in used)
    if by_roles and answered < _FEW * len(used):
        yield "hardly any record has an agent: look at roles, turns.role and turns.default_role"
    if by_roles and asked < _FEW * len(used):
        yield "hardly any record has a customer: look at roles, turns.speaker_id and mapping.customer_id"
    speakers = [{turn["speaker"] for turn in said["turns"]} for said in used if len(said["turns"]) > 1]
    alone = all(len(said) == 1 for said in (*speakers, *by_roles))
    if speakers and source.turns is not None and source.turns.speaker and alone:
        yield "every record has one speaker alone: look at turns.speaker"
    timed = check.with_times or source.kind != "transcripts"  # calls come in order, with offsets or without
    if timed and source.turns is not None and source.turns.at and check.with_times < check.turns / 2:
        yield "half of the turns and more have no time: look at turns.at and time_formats"
    if check.turns and not check.with_times and not (source.turns and source.turns.order_by):
        thanks = sum(_ends_with_question(said["turns"]) for said in used)
        if 2 * thanks > len(used):
            yield "most conversations end with a question and turns have no times: are they newest first? Map turns.at"
    if not check.usable_pairs:
        yield "no record gives a pair: " + ", ".join(
            f"{count} {reason}" for reason, count in check.rejected.items()
        )


def _ends_with_question(turns: list[dict[str, Any]]) -> bool:
    return len(turns) > 1 and turns[-1]["role"] == "customer" and turns[-1]["text"].rstrip().endswith("?")


def _not_checked(source: SourceConfig, problem: str) -> SourceCheck:
    return SourceCheck(source.name, 0, 0, {}, {}, {}, 0, 0, {}, {}, (problem,))
