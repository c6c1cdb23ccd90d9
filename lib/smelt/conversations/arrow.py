"""Converts Arrow batches of bronze records to conversations; run by ``mapInArrow``.

A ticket becomes its description and comments; a chat or call its turns; an article its sections, each a ``system`` turn
with the heading and an ``agent`` turn with the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

import pyarrow as pa

from smelt.conversations.plain_text import mended, to_plain_text
from smelt.conversations.sections import sections
from smelt.conversations.slack_text import slack_text
from smelt.identity import pseudonym
from smelt.intake.same_text import letters
from smelt.isolate import emptied, isolated
from smelt.pii.arrow import kept_scrubber, scrub_conversations, with_rejection
from smelt.pii.config import PiiConfig
from smelt.pii.keys import ScrubKey

READ = (
    "record_id", "source", "kind", "source_key", "content_hash", "customer_id", "customer_name", "customer_email",
    "agent_id", "agent_name", "known", "subject", "title", "body", "body_format", "resolution", "turns", "category",
    "priority", "language", "created_at", "outcome", "exclusions", "ingested_at",
)  # fmt: skip
"""Columns of bronze from which a conversation is made."""

TEXTS = (
    "known", "subject", "title", "body", "resolution", "turns", "category", "priority", "language", "outcome",
)  # fmt: skip
"""The columns of READ that hold text; the others are identifiers, hashes and times."""

WRITTEN = (
    "record_id", "conversation_id", "source", "kind", "customer_key", "agent_key", "language", "asked_at",
    "ingested_at", "content_hash", "title", "turns", "resolution", "category", "priority", "outcome", "exclusions",
    "pii_count", "pii_rejections", "pii_findings",
)  # fmt: skip
"""Columns of silver.conversations, in the order of the output."""

_LOOKED_AT = [
    "source", "kind", "source_key", "customer_id", "customer_name", "customer_email", "agent_id", "agent_name",
    "subject", "title", "body", "body_format", "resolution", "language", "exclusions",
]  # fmt: skip

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z]{2,4})?")
"""ISO 639 language code, optionally with script or country: en, pt-BR, zh_Hant."""

_TIME = pa.timestamp("us", tz="UTC")
_TURNS = pa.list_(pa.struct([("role", pa.string()), ("text", pa.string()), ("at", _TIME)]))


class Turn(NamedTuple):
    """One utterance before scrubbing."""

    role: str
    text: str | None
    at: int | None
    """Microseconds since 1970 UTC."""
    is_plain: bool = False
    """Whether the text has no markup (any more)."""


def conversing(
    config: PiiConfig, key: ScrubKey
) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """For ``mapInArrow``, columns READ -> WRITTEN; builds one Scrubber per process.

    A record that fails gives a conversation without text, with ``failed:conversations:TYPE`` in ``pii_rejections``.
    """

    def convert(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        scrubber = kept_scrubber(config, key)
        secret = key.derive("pseudonym")

        def work(batch: pa.RecordBatch) -> pa.RecordBatch:
            return scrub_conversations(to_conversations(batch, secret), scrubber)

        def without_text(row: pa.RecordBatch, reason: str) -> pa.RecordBatch:
            return with_rejection(work(emptied(row, TEXTS)), reason)

        for batch in batches:
            if batch.num_rows:
                yield from isolated(batch, work, without_text, stage="conversations")

    return convert


def to_conversations(batch: pa.RecordBatch, secret: bytes) -> pa.RecordBatch:
    """Columns READ -> conversations before scrubbing: pseudonymised identifiers, plain text, ``known`` for the
    scrubber."""
    rows = batch.select(_LOOKED_AT).to_pylist()
    asked = batch.column("created_at").cast(_TIME).cast(pa.int64()).to_pylist()
    for row in rows:
        if row["exclusions"]:  # the text of an excluded record is dropped here
            row |= dict.fromkeys(("subject", "title", "body", "resolution"))
    turns = [
        [] if row["exclusions"] else _turns(row, said, at)
        for row, said, at in zip(rows, _turn_lists(batch.column("turns")), asked, strict=True)
    ]
    titles = to_plain_text([row["title"] or row["subject"] for row in rows])
    resolutions = to_plain_text([row["resolution"] for row in rows])
    columns: dict[str, pa.Array] = {
        "record_id": batch.column("record_id"),
        "conversation_id": _strings(
            pseudonym(secret, "conversation", f"{row['source']}\x1f{row['source_key']}") for row in rows
        ),
        "source": batch.column("source"),
        "kind": batch.column("kind"),
        "customer_key": _strings(
            pseudonym(secret, "customer", row["customer_id"] or row["customer_email"] or row["customer_name"])
            for row in rows
        ),
        "agent_key": _strings(
            pseudonym(secret, "agent", row["agent_id"] or row["agent_name"]) for row in rows
        ),
        "language": _strings(_language(row["language"]) for row in rows),
        "asked_at": _times(
            next((turn.at for turn in these if turn.role == "customer" and turn.at is not None), at)
            for these, at in zip(turns, asked, strict=True)
        ),
        "ingested_at": batch.column("ingested_at").cast(_TIME),
        "content_hash": batch.column("content_hash"),
        "title": pa.array(titles, pa.string()),
        "turns": _plain(turns),
        "resolution": pa.array(resolutions, pa.string()),
        "category": batch.column("category"),
        "priority": batch.column("priority"),
        "outcome": batch.column("outcome"),
        "exclusions": batch.column("exclusions").cast(pa.list_(pa.string())),
        "known": batch.column("known"),
    }
    return pa.RecordBatch.from_arrays(list(columns.values()), names=list(columns))


def _turn_lists(turns: pa.ListArray) -> Iterator[list[Turn]]:
    """The turns of each record's ``turns`` column."""
    each = turns.flatten()
    flat = map(
        Turn,
        (role or "customer" for role in each.field("role").to_pylist()),
        each.field("text").to_pylist(),
        each.field("at").cast(_TIME).cast(pa.int64()).to_pylist(),
    )
    for count in turns.value_lengths().fill_null(0).to_pylist():
        yield list(islice(flat, count))


def _plain(turns: Sequence[Sequence[Turn]]) -> pa.ListArray:
    """Turns as plain text, without those left empty."""
    flat = [turn for these in turns for turn in these]
    raw = iter(to_plain_text([turn.text for turn in flat if not turn.is_plain]))
    sections = iter(mended([turn.text for turn in flat if turn.is_plain]))
    plain = iter([next(sections if turn.is_plain else raw) for turn in flat])
    kept: list[tuple[str, str, int | None]] = []
    ends = [0]
    for these in turns:
        kept += [(turn.role, text, turn.at) for turn in these if (text := next(plain))]
        ends.append(len(kept))
    roles, said, times = zip(*kept, strict=True) if kept else ((), (), ())
    fields = [_strings(roles), _strings(said), _times(times)]
    return pa.ListArray.from_arrays(
        pa.array(ends, pa.int32()), pa.StructArray.from_arrays(fields, fields=list(_TURNS.value_type))
    )


def _turns(row: dict[str, Any], turns: list[Turn], created: int | None) -> list[Turn]:
    if row["kind"] == "articles" or (row["kind"] == "external" and not turns and not row["resolution"]):
        return _document(row)
    body = row["body"]
    if body and body.strip() and not _is_said(body, turns):
        turns.insert(0, Turn("customer", body, created))
    if row["body_format"] == "slack":
        return [turn._replace(text=slack_text(turn.text or ""), is_plain=True) for turn in turns]
    return turns


def _is_said(body: str, turns: Sequence[Turn]) -> bool:
    """Whether the description repeats a turn: help desks often export the first comment as the description, too."""
    if any(turn.text and turn.text.strip() == body.strip() for turn in turns[:1]):
        return True
    said = letters(body)
    return bool(said) and any(turn.text and letters(turn.text) == said for turn in turns)


def _document(row: dict[str, Any]) -> list[Turn]:
    """Sections as turns; headings that equal the title, or are common to all sections, are not repeated."""
    turns: list[Turn] = []
    title = (row["title"] or "").strip().casefold()
    written = row["body_format"] or "text"
    found = sections(row["body"] or "", written)
    is_plain = written != "text"
    roots = {section.heading_path[0] for section in found if section.heading_path}
    for section in found:
        path = list(section.heading_path)
        if path and (path[0].strip().casefold() == title or (title and len(roots) == 1)):
            path = path[1:]
        if path:
            turns.append(Turn("system", " > ".join(path), None, is_plain))
        turns.append(Turn("agent", section.text, None, is_plain))
    return turns


def _language(given: str | None) -> str | None:
    """The source's language code; any other value is dropped, since it could be personal data."""
    code = (given or "").strip()
    return code if _LANGUAGE.fullmatch(code) else None


def _strings(values: Iterable[str | None]) -> pa.Array:
    return pa.array(list(values), pa.string())


def _times(values: Iterable[int | None]) -> pa.Array:
    return pa.array(list(values), pa.int64()).cast(_TIME)
