"""The streams of raw data and how a record of each is made, damaged and written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from smelt.generate.articles import html_article, markdown_article
from smelt.generate.calls import call, captions
from smelt.generate.chats import CSV_COLUMNS, chat, chat_rows
from smelt.generate.damage import damaged_document, damaged_fields, damaged_rows
from smelt.generate.plan import Plan
from smelt.generate.records import Case, Made, World
from smelt.generate.sinks import Documents, Place, Shards, csv_lines, json_line, with_invalid_utf8
from smelt.generate.tickets import FIRST_ID, ticket

Make = Callable[[World, Case], Made]
Write = Callable[[Plan, Made], Place]


class Stream(NamedTuple):
    """One source of the generated data."""

    make: Make
    key: Callable[[int], str]
    open: Callable[[Path, int, ExitStack], Write]


def _json_lines(stream: str, stem: str | None = None) -> Callable[[Path, int, ExitStack], Write]:
    def opened(root: Path, size: int, stack: ExitStack) -> Write:
        shards = stack.enter_context(Shards(root, stream, stem or stream, ".jsonl", size))

        def write(plan: Plan, made: Made) -> Place:
            line = json_line(damaged_fields(stream, made, plan.damage).payload)
            if plan.damage == "broken_line":
                line = line[: len(line) // 2].rstrip(b"\n") + b"\n"
            elif plan.damage == "invalid_utf8":
                line = with_invalid_utf8(line)
            return shards.write(plan.number, line)

        return write

    return opened


def open_updates(stream: str, root: Path, size: int, stack: ExitStack) -> Write:
    """Open the writer of a stream's updates: JSON lines files next to those of its records."""
    return _json_lines(stream, f"{stream}-updates")(root, size, stack)


def _csv(stream: str) -> Callable[[Path, int, ExitStack], Write]:
    def opened(root: Path, size: int, stack: ExitStack) -> Write:
        header = b"\xef\xbb\xbf" + csv_lines([CSV_COLUMNS])
        shards = stack.enter_context(Shards(root, stream, stream, ".csv", max(1, size // 4), header))

        def write(plan: Plan, made: Made) -> Place:
            rows = damaged_rows(made, plan.damage).payload
            return shards.write(plan.number, csv_lines(rows), len(rows))

        return write

    return opened


def _documents(stream: str, suffix: str) -> Callable[[Path, int, ExitStack], Write]:
    def opened(root: Path, size: int, stack: ExitStack) -> Write:
        documents = Documents(root, stream, suffix, 1_000)

        def write(plan: Plan, made: Made) -> Place:
            content = damaged_document(stream, made, plan.damage).payload.encode("utf-8")
            if plan.damage == "invalid_utf8" and len(content) > 3:
                content = with_invalid_utf8(content)
            return documents.write(plan.number, made.key, content)

        return write

    return opened


STREAMS: Mapping[str, Stream] = {
    "tickets": Stream(ticket, lambda n: str(FIRST_ID + n), _json_lines("tickets")),
    "chats": Stream(chat, lambda n: f"CH{n:08d}", _json_lines("chats")),
    "chat_turns": Stream(chat_rows, lambda n: f"LC-{n:07d}", _csv("chat_turns")),
    "calls": Stream(call, lambda n: f"CALL-{n:08d}", _json_lines("calls")),
    "call_captions": Stream(captions, lambda n: f"CAPTION-{n:07d}", _documents("call_captions", ".vtt")),
    "articles": Stream(markdown_article, lambda n: f"kb-{n:06d}", _documents("articles", ".md")),
    "articles_html": Stream(html_article, lambda n: f"page-{n:06d}", _documents("articles_html", ".html")),
}
