"""Markdown with front matter: one article per file, its text kept unchanged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from smelt.intake.readers.front_matter import front_matter
from smelt.intake.records import Bad, Record, SourceFile

_TITLE = re.compile(r"^#[ \t](.+)$|^(\S.*)\n=+[ \t]*$", re.MULTILINE)


def _title(body: str) -> str | None:
    """The first heading of level one."""
    for found in _TITLE.finditer(body):
        if found[2] is not None:
            return found[2].strip()
        said = found[1].rstrip("#").rstrip(" \t") or found[1]
        return said.strip()
    return None


class MarkdownReader:
    """Reads ``front_matter``, ``title`` (the first heading of level one) and ``body``."""

    def read(self, text: str, file: SourceFile) -> Iterator[Record | Bad]:
        """One record; if its front matter cannot be read, ``front_matter_problem`` says why."""
        text = text.lstrip("\ufeff")
        front = front_matter(text)
        body = text[front.end :] if front else text
        fields: dict[str, Any] = {"body": body.strip("\n"), "title": _title(body)}
        if front:
            if front.problem:
                fields["front_matter_problem"] = front.problem
            else:
                fields["front_matter"] = front.fields
        yield Record(fields, "file")
