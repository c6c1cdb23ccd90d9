"""Hints for sources whose entries are mostly quarantined: the likely cause and the configuration key to change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from smelt.intake.source import SourceConfig
from smelt.intake.vocabulary import Reason

MOST = 0.5
"""Share of a source's entries quarantined for one reason from which a hint is given."""

_HINTS: Mapping[str, str] = {
    Reason.MISSING_KEY: (
        "no field {key} is found in them. An answer of an API holds its records in a list: name it in records_path "
        "(records_path: tickets). Otherwise set mapping.source_key to the field that tells records apart, or @position"
    ),
    Reason.INVALID_JSON: (
        "they are no lines of JSON. For a file that is one document set format: json (and "
        "records_path); for CSV format: csv"
    ),
    Reason.NOT_AN_OBJECT: "they are lists or values, no objects. Set records_path to the list that holds the records",
    Reason.NO_TEXT: (
        "nothing stands at {text}. Set mapping.subject and mapping.body, or turns.path and "
        "turns.text, to the fields with text"
    ),
    Reason.UNKNOWN_ROLE: (
        "the source's words for who speaks are not known. Set roles ({{agent: [word, ...], customer: [word, ...]}}) or "
        "turns.default_role"
    ),
    Reason.NOT_TURNS: "turns.path leads to a text, not to a list of turns",
    Reason.TOO_MANY_FIELDS: "rows have more cells than the header. Look at delimiter, quote, escape and skip_lines",
    Reason.TOO_FEW_FIELDS: "rows have fewer cells than the header. Look at delimiter, quote, escape and skip_lines",
    Reason.MALFORMED_ROW: "their quotes cannot be read. Set quote (empty: quotes are text) or escape",
    Reason.INVALID_ENCODING: "their bytes are no {encoding}. Set encoding (windows-1252, utf-16, ...)",
    Reason.UNREADABLE: "they are no {format}. Set format, or a narrower glob",
    Reason.TOO_LARGE: "they are larger than intake.max_record_bytes",
    Reason.FILE_TOO_LARGE: "the files are larger than intake.max_file_bytes",
    Reason.TRUNCATED: "the files end early: they were copied while they were written, or cut off",
}


def hint(source: SourceConfig, reason: str, count: int, total: int) -> str | None:
    """A hint on ``count`` of ``total`` entries quarantined for ``reason``; None if they are few."""
    if not total or count < MOST * total:
        return None
    known = _HINTS.get(reason.partition(":")[0])
    what = f"{source.name}: {count:,} of {total:,} entries are quarantined as {reason}"
    if known is None:
        return f"{what}; their raw lines stand in bronze.quarantine"
    return f"{what}: " + known.format(
        key=" or ".join(_keys(source)),
        text=", ".join(_texts(source)) or "the paths that are mapped",
        encoding=source.encoding,
        format=source.format,
    )


def hints(sources: Iterable[SourceConfig], counted: Iterable[tuple[str, str, str | None, int]]) -> list[str]:
    """The hints of a run; ``counted`` are (source, measure, reason, count) of the ledger entries of ingest."""
    totals: dict[str, int] = {}
    refused: dict[tuple[str, str], int] = {}
    for name, measure, reason, count in counted:
        if measure == "in":
            totals[name] = totals.get(name, 0) + count
        elif measure == "quarantined":
            refused[name, reason or ""] = refused.get((name, reason or ""), 0) + count
    by_name = {source.name: source for source in sources}
    found = (
        hint(by_name[name], reason, count, totals.get(name, 0))
        for (name, reason), count in sorted(refused.items())
        if name in by_name
    )
    return [sentence for sentence in found if sentence]


def _keys(source: SourceConfig) -> tuple[str, ...]:
    if source.turns is not None and source.turns.group_by:
        return source.turns.group_by
    return source.mapping.get("source_key", ("source_key",))


def _texts(source: SourceConfig) -> list[str]:
    paths = [path for column in ("subject", "title", "body") for path in source.mapping.get(column, ())]
    return paths + list(source.turns.path if source.turns is not None else ())
