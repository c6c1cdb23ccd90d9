"""Maps records of a source to rows of bronze.arrivals, with functions compiled once per task."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import orjson

from smelt.identity import ID_LENGTH, record_id
from smelt.intake.columns import CONTENT, PARSED, Row
from smelt.intake.conditions import condition
from smelt.intake.content import has_bad_bytes, printable
from smelt.intake.grouping import grouped
from smelt.intake.paths import Getter, consumed, getter, leftover
from smelt.intake.records import Bad, Record, SourceFile
from smelt.intake.same_text import is_same, letters
from smelt.intake.source import SourceConfig, TurnsConfig
from smelt.intake.source_key import key_reader
from smelt.intake.times import FutureTime, time_parser
from smelt.intake.turns import TurnFinder, first_text
from smelt.intake.values import NestedTooDeeply, as_json, as_text, shown
from smelt.intake.vocabulary import (
    CUES,
    DEFAULT_BODY_FORMAT,
    DEFAULT_MAPPING,
    ROWS,
    TEXT_COLUMNS,
    TIME_COLUMNS,
    Reason,
)
from smelt.isolate import failure

_INDEX = {name: position for position, name in enumerate(CONTENT)}
_IDENTITIES = {"customer_name": "name", "customer_email": "email", "agent_name": "name"}
_RAW_TEXT = frozenset(("subject", "title", "body", "resolution"))


AFTER_THE_CLOCK = "after_the_clock"
"""Key below ``_unusable`` in extras: a time of the record is slightly in the future."""
EXCLUDED = "excluded"
"""Prefix of the reason of a record that the source's ``where`` excludes; the field follows after a colon."""


class Mapper:
    """Maps the records of one source. Times after ``latest`` count as errors (see ``time_parser``)."""

    def __init__(
        self,
        source: SourceConfig,
        *,
        latest: datetime,
        raw_characters: int = 4096,
        max_record_bytes: int = 1 << 24,
    ) -> None:
        self._source = source
        self._raw_characters, self._max_bytes = raw_characters, max_record_bytes
        paths = {**DEFAULT_MAPPING.get(source.format, {}), **source.mapping}
        turns = source.turns or (
            TurnsConfig(path=(CUES,), speaker=("speaker",)) if source.format in ("webvtt", "srt") else None
        )
        if turns is not None and source.format in ("webvtt", "srt") and not turns.path:
            turns = turns.model_copy(update={"path": (CUES,), "speaker": turns.speaker or ("speaker",)})
        if turns is not None and turns.group_by is not None:
            paths["source_key"] = turns.group_by
        self.turns = turns
        parse_time = time_parser(source.time_zone, source.time_formats, latest)
        self._key_of = key_reader(paths.pop("source_key"))
        self._texts = [
            (_INDEX[column], column not in _RAW_TEXT, first_text(paths[column]))
            for column in TEXT_COLUMNS
            if column in paths
        ]
        self._times = [
            (column, [getter(p) for p in paths[column]]) for column in TIME_COLUMNS if column in paths
        ]
        self._defaults = [(_INDEX[column], value) for column, value in source.defaults.items()]
        self._outcome = [(name, first_text(ps)) for name, ps in sorted(source.outcome.items())]
        self._where = [
            (path, condition(path, wanted, getter, parse_time)) for path, wanted in source.where.items()
        ]
        self._known = [(kind, [getter(p) for p in ps]) for kind, ps in source.known.items()]
        self._finder = TurnFinder(turns, source.roles, parse_time) if turns else None
        self._parse_time = parse_time
        self._template: list[Any] = [None] * len(CONTENT)
        self._template[_INDEX["body_format"]] = source.body_format or DEFAULT_BODY_FORMAT.get(
            source.format, "text"
        )
        for column, value in source.constants.items():
            self._template[_INDEX[column]] = value
        self._taken = consumed(_taken_paths(source, paths, turns))

    def rows(self, found: Iterable[Record | Bad], file: SourceFile) -> Iterator[Row]:
        """One row per record or bad entry, in order; with ``turns.group_by``, one per conversation."""
        entries = grouped(found, self.turns) if self.turns is not None and self.turns.group_by else found
        for entry in entries:
            yield self.bad_row(entry, file) if isinstance(entry, Bad) else self.row(entry, file)

    def row(self, record: Record, file: SourceFile) -> Row:
        """Map a record to a row, or to a quarantined row with every reason; never raises because of its content."""
        try:
            return self._row(record, file)
        except NestedTooDeeply:
            reason = Reason.NESTED_TOO_DEEPLY
        except Exception as error:
            reason = failure("ingest", error)
        return self.bad_row(Bad(shown(record.fields), record.position, (reason,)), file)

    def _row(self, record: Record, file: SourceFile) -> Row:
        fields, source = record.fields, self._source
        values = self._template.copy()
        reasons: list[str] = []
        key = self._key_of(record, file)
        if key is None:
            reasons.append(Reason.MISSING_KEY)
        for position, strip, text_of in self._texts:
            text = text_of(fields)
            if text is not None:
                values[position] = text.strip() if strip else text
        for position, default in self._defaults:
            if values[position] is None:
                values[position] = default
        unusable: dict[str, Any] = {}
        for column, getters in self._times:
            values[_INDEX[column]] = self._time(column, getters, fields, unusable)
        turns, names, are_refused = self._add_turns(fields, values, reasons, unusable)
        values[_INDEX["known"]] = self._identities(fields, values, names)
        values[_INDEX["turns"]] = turns
        values[_INDEX["outcome"]] = [
            (name, said) for name, get in self._outcome if (said := get(fields)) is not None
        ]
        exclusions = [f"{EXCLUDED}:{path}" for path, is_met in self._where if not is_met(fields)]
        has_text = self._has_text(values, turns)
        if are_refused and not has_text:  # a valid record, but all of its turns are excluded
            exclusions.append(f"{EXCLUDED}:turns")
        rest = leftover(fields, self._taken)
        if unusable:
            rest["_unusable"] = unusable
        values[_INDEX["extras"]] = as_json(rest) if rest else None
        if exclusions:  # an excluded record is not used, so its problems do not matter
            reasons = [Reason.MISSING_KEY] if key is None else []
            values[_INDEX["turns"]] = [turn | {"role": turn["role"] or "system"} for turn in turns]
        elif not has_text:
            reasons.append(Reason.NO_TEXT)
        content = _dumps(values + exclusions)
        if content is None or has_bad_bytes(key or ""):
            reasons.append(Reason.INVALID_ENCODING)
        elif len(content) > self._max_bytes:
            reasons.append(Reason.TOO_LARGE)
        if reasons or key is None or content is None:
            return self.bad_row(Bad(shown(fields), record.position, tuple(dict.fromkeys(reasons))), file)
        digest = hashlib.sha256(content).hexdigest()[:ID_LENGTH]
        identity = record_id(source.name, key)
        return (
            identity,
            source.name,
            source.kind,
            key,
            digest,
            *values,
            exclusions,
            file.path,
            record.position,
            None,
            [],
        )

    def bad_row(self, bad: Bad, file: SourceFile) -> Row:
        """A quarantine row for a bad entry; ``raw`` is truncated to ``raw_characters``."""
        source, empty = self._source, [None] * len(CONTENT)
        raw = printable(bad.raw[: self._raw_characters]) if isinstance(bad.raw, str) else ""
        return (
            None,
            source.name,
            source.kind,
            None,
            None,
            *empty,
            [],
            file.path,
            printable(bad.position),
            raw,
            list(bad.reasons),
        )

    def _time(
        self, column: str, getters: list[Getter], fields: Mapping[str, Any], unusable: dict[str, Any]
    ) -> int | None:
        for get in getters:
            value = get(fields)
            if value is None or value == "":
                continue
            try:
                return self._parse_time(value)
            except FutureTime:
                unusable[AFTER_THE_CLOCK] = True
                unusable[column] = as_text(value)
                return None
            except ValueError:
                unusable[column] = as_text(value)
                return None
        return None

    def _add_turns(
        self, fields: Mapping[str, Any], values: list[Any], reasons: list[str], unusable: dict[str, Any]
    ) -> tuple[list[dict[str, Any]], list[tuple[str, str]], bool]:
        """The turns, identities of their speakers, and whether ``turns.where`` excludes any."""
        if self._finder is None:
            return [], [], False
        found = self._finder.find(fields, values[_INDEX["customer_id"]])
        reasons += found.reasons
        if found.refused:
            self._without_refused(values, found.refused)
        if found.bad_times:
            unusable["turns.at"] = found.bad_times
        if found.is_ahead:
            unusable[AFTER_THE_CLOCK] = True
        return found.turns, found.names, bool(found.refused)

    def _without_refused(self, values: list[Any], refused: list[str]) -> None:
        """Remove texts that repeat an excluded turn: help desks repeat the first note as the description."""
        unwanted = [text for text in map(letters, refused) if text]
        for column in ("body", "resolution"):
            said = letters(values[_INDEX[column]] or "")
            if said and any(is_same(said, text) for text in unwanted):
                values[_INDEX[column]] = None

    def _identities(
        self, fields: Mapping[str, Any], values: list[Any], names: list[tuple[str, str]]
    ) -> list[dict[str, str]]:
        found: dict[tuple[str, str], None] = {}
        for column, kind in _IDENTITIES.items():
            value = values[_INDEX[column]]
            if value is not None:
                found[kind, value] = None
        for kind, getters in self._known:
            for get in getters:
                value = get(fields)
                for item in value if isinstance(value, (list, tuple)) else (value,):
                    text = as_text(item)
                    if text is not None:
                        found[kind, text.strip()] = None
        for kind, name in names:
            found[kind, name.strip()] = None
        return [{"kind": kind, "value": value} for kind, value in found]

    def _has_text(self, values: list[Any], turns: list[dict[str, Any]]) -> bool:
        kind = self._source.kind
        if kind == "articles":
            return values[_INDEX["body"]] is not None
        if kind in ("tickets", "external"):
            return bool(turns) or values[_INDEX["subject"]] is not None or values[_INDEX["body"]] is not None
        return bool(turns)


def _taken_paths(
    source: SourceConfig, paths: Mapping[str, Iterable[str]], turns: TurnsConfig | None
) -> list[str]:
    taken = [path for group in (paths, source.known, source.outcome) for ps in group.values() for path in ps]
    taken += [
        *source.ignore,
        *source.mapping.get("source_key", DEFAULT_MAPPING.get(source.format, {}).get("source_key", ())),
    ]
    if turns is not None:
        taken += turns.path
        if turns.group_by is not None:
            taken += [
                *turns.group_by,
                ROWS,
                *turns.text,
                *turns.role,
                *turns.speaker,
                *turns.speaker_id,
                *turns.at,
            ]
            taken += [turns.order_by] if turns.order_by else []
    return taken


def _dumps(values: list[Any]) -> bytes | None:
    """The values as JSON; None if they hold lone surrogates (undecodable bytes)."""
    try:
        return orjson.dumps(values)
    except TypeError:
        return None


assert PARSED[5 : 5 + len(CONTENT)] == CONTENT
