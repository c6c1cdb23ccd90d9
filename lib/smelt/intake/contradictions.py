"""Finds contradictions in a source's configuration: all problems at once, each with what would be right."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from smelt.intake.paths import path_problem
from smelt.intake.times import time_parser
from smelt.intake.vocabulary import DEFAULT_MAPPING, MAPPABLE, TIME_COLUMNS

if TYPE_CHECKING:
    from smelt.intake.source import SourceConfig

_CSV_KEYS = ("delimiter", "quote", "escape", "header", "skip_lines")
_PLUGIN_KEYS = ("options", "attachments")


def contradictions(source: SourceConfig) -> list[str]:
    """Every contradiction within one source; empty where there is none."""
    return [
        *_format(source),
        *_columns(source),
        *_content(source),
        *_turns(source),
        *_conditions(source),
        *_surroundings(source),
    ]


def _format(source: SourceConfig) -> Iterator[str]:
    given = [key for key in _CSV_KEYS if getattr(source, key) not in (None, (), 0)]
    if given and source.format != "csv":
        yield f"{', '.join(given)} need format csv, not {source.format}"
    if source.delimiter and source.delimiter == (source.quote or '"'):
        yield "delimiter and quote are the same character"
    if (source.records_path or source.join) and source.format not in ("json", "json_lines"):
        yield f"records_path and join need format json or json_lines, not {source.format}"
    if (source.format == "plugin") != bool(source.reader):
        yield "format plugin and reader belong together: give both or neither"
    for key in _PLUGIN_KEYS:
        if getattr(source, key) and not source.reader:
            yield f"{key} are for a reader plugin, and there is none"
    both = sorted(set(source.options) & set(source.attachments))
    if both:
        yield f"{', '.join(both)} stand in options and in attachments"
    if source.format in ("webvtt", "srt") and source.kind not in ("transcripts", "chats"):
        yield f"format {source.format} holds turns: kind must be transcripts or chats"


def _columns(source: SourceConfig) -> Iterator[str]:
    for label in ("mapping", "constants", "defaults"):
        unknown = sorted(set(getattr(source, label)) - set(MAPPABLE))
        if unknown:
            yield f"{label} names {', '.join(unknown)}; columns are {', '.join(MAPPABLE)}"
    for first, second in (("mapping", "constants"), ("constants", "defaults")):
        both = sorted(set(getattr(source, first)) & set(getattr(source, second)))
        if both:
            yield f"{', '.join(both)} stand in {first} and in {second}"
    for label in ("constants", "defaults"):
        timed = sorted(set(getattr(source, label)) & {*TIME_COLUMNS, "source_key"})
        if timed:
            yield f"{label} cannot give {', '.join(timed)}: it differs by record"
    for label in ("mapping", "known", "outcome"):
        for column, paths in getattr(source, label).items():
            if not paths:
                yield f"{label}.{column} has no path"
            yield from (f"{label}.{column}: {problem}" for problem in map(path_problem, paths) if problem)


def _content(source: SourceConfig) -> Iterator[str]:
    mapped = {*source.mapping, *DEFAULT_MAPPING.get(source.format, {}), *source.constants}
    grouped = source.turns is not None and source.turns.group_by is not None
    if "source_key" not in mapped and not grouped:
        yield "mapping.source_key is needed: what tells records apart (a path, or @file, @position or @hash)"
    has_turns = source.turns is not None or source.format in ("webvtt", "srt")
    if source.kind in ("chats", "transcripts") and not has_turns:
        yield f"{source.kind} need turns: turns.path or turns.group_by"
    if source.kind == "tickets" and not has_turns and not {"subject", "body"} & mapped:
        yield "tickets need a mapping of subject or body, or turns"
    if source.kind == "external" and not has_turns and not {"body", "subject"} & mapped:
        yield "external needs a mapping of body (a document), of subject or body and resolution (a pair), or turns"
    if source.kind == "articles":
        if "body" not in mapped:
            yield "articles need a mapping of body"
        if has_turns:
            yield "articles have no turns"
        if "subject" in mapped:
            yield "articles have a title, not a subject"


def _turns(source: SourceConfig) -> Iterator[str]:
    turns = source.turns
    if turns is None:
        return
    for label in ("path", "text", "role", "speaker", "speaker_id", "at"):
        yield from (
            f"turns.{label}: {problem}" for problem in map(path_problem, getattr(turns, label)) if problem
        )
    if source.format not in ("webvtt", "srt") and bool(turns.path) == bool(turns.group_by):
        yield "turns need exactly one of path (nested) and group_by (a row a turn)"
    if turns.group_by and "source_key" in source.mapping:
        yield "turns.group_by is the key: leave mapping.source_key out"
    if not turns.text:
        yield "turns.text has no path"
    if turns.speaker_id and "customer_id" not in source.mapping and not turns.participants:
        yield "turns.speaker_id is compared with customer_id, which is not mapped"
    if turns.participants and not turns.speaker_id:
        yield "turns.participants are found by turns.speaker_id, which is missing"
    if source.format not in ("webvtt", "srt") and not (
        turns.role
        or turns.speaker_id
        or turns.default_role
        or (turns.speaker and (source.roles or turns.first_speaker))
    ):
        yield "nothing says who speaks: give turns.role, speaker_id, speaker with roles, or default_role"


def _conditions(source: SourceConfig) -> Iterator[str]:
    written = [("where", source.where)]
    written += [("turns.where", source.turns.where)] if source.turns is not None else []
    parse = time_parser("UTC", source.time_formats, datetime.max.replace(tzinfo=UTC))
    for label, conditions in written:
        for path, wanted in conditions.items():
            problem = path_problem(path)
            if problem or path.startswith("@"):
                yield f"{label}: {problem or path + ' is no field'}"
            for value in (wanted.since, wanted.until):
                if value is not None:
                    try:
                        parse(value)
                    except ValueError:
                        yield f"{label}.{path}: {value} is no time"
    for name, join in source.join.items():
        for path in (name, *join.items, join.by, join.key):
            if path.startswith("@") or path_problem(path):
                yield f"join.{name}: {path} is no path"


def _surroundings(source: SourceConfig) -> Iterator[str]:
    try:
        ZoneInfo(source.time_zone)
    except (KeyError, ValueError, OSError):
        yield f"time_zone {source.time_zone} is no IANA zone such as Europe/Berlin"
    try:
        codecs.lookup(source.encoding)
    except LookupError:
        yield f"encoding {source.encoding} is not known to Python"
    if source.reader and ".py" in source.reader:
        file = Path(source.reader.partition(".py")[0] + ".py")
        if not file.is_file():
            yield f"reader {file} does not exist (seen from {Path.cwd()})"
