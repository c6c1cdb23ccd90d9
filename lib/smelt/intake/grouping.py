"""Conversations whose turns are rows of their own: merges the rows with the same key into one record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from smelt.intake.paths import item_getter
from smelt.intake.records import Bad, Record
from smelt.intake.source import TurnsConfig
from smelt.intake.turn_order import sort_key
from smelt.intake.turns import first_text
from smelt.intake.values import as_text, shown
from smelt.intake.vocabulary import ROWS, Reason
from smelt.isolate import failure


def grouped(found: Iterable[Record | Bad], turns: TurnsConfig) -> Iterator[Record | Bad]:
    """Bad entries as they come, then one record per value of ``turns.group_by``, in the order of first appearance.

    Rows without that value, and conversations whose rows cannot be merged, are bad entries too.
    """
    assert turns.group_by is not None
    key_of = first_text(turns.group_by)
    groups: dict[str, list[Record]] = {}
    for entry in found:
        if isinstance(entry, Bad):
            yield entry
            continue
        try:
            key = as_text(key_of(entry.fields))
        except Exception as error:
            yield Bad(shown(entry.fields), entry.position, (failure("ingest", error),))
            continue
        if key is None:
            yield Bad(shown(entry.fields), entry.position, (Reason.MISSING_KEY,))
        else:
            groups.setdefault(key.strip(), []).append(entry)
    for rows in groups.values():
        try:
            merged = _merged(rows, turns)
        except Exception as error:
            yield Bad(shown(rows[0].fields), rows[0].position, (failure("ingest", error),))
        else:
            yield merged


def _merged(rows: Sequence[Record], turns: TurnsConfig) -> Record:
    """The rows of one conversation as one record: turns under ``ROWS``, any other field from its first value."""
    ordered = list(rows)
    if turns.order_by is not None:
        order = item_getter(turns.order_by)
        ordered.sort(key=lambda row: sort_key(order(row.fields)))
    fields: dict[str, Any] = {}
    for row in ordered:
        for key, value in row.fields.items():
            if fields.get(key) in (None, ""):
                fields[key] = value
    fields[ROWS] = [row.fields for row in ordered]
    return Record(fields, rows[0].position)
