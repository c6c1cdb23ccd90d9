"""Finds a customer's quarantined lines by text search, since quarantined lines belong to no record."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pyarrow as pa

from smelt.privacy.erasure.hashes import canonical

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

MIN_SEARCHED_CHARS = 4
"""Shorter identifiers are not searched: they would occur in other people's lines."""

_ESCAPED = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|([\"'\\/]))")
_QUOTED_PRINTABLE = re.compile(r"=\r?\n|((?:=[0-9A-Fa-f]{2})+)")


def spellings(raw: str) -> Iterator[str]:
    r"""The text as it stands and with escapes resolved: \u0040 and \/, &#64;, %40, =40, and one inside the other."""
    yield raw
    seen = {raw}
    for resolve in (_from_json, html.unescape, unquote, _from_quoted_printable):
        for text in tuple(seen):
            resolved = resolve(text)
            if resolved not in seen:
                seen.add(resolved)
                yield resolved


def finder(words: Iterable[str]) -> Callable[[str], bool]:
    """A predicate: whether a raw line holds one of the identifiers as a whole word, in any spelling."""
    wanted = sorted({canonical(word) for word in words if len(canonical(word)) >= MIN_SEARCHED_CHARS})
    if not wanted:
        return lambda raw: False
    pattern = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, wanted)) + r")(?!\w)")

    def is_theirs(raw: str) -> bool:
        return any(pattern.search(canonical(text)) for text in spellings(raw))

    return is_theirs


def lines_of(quarantine: DataFrame, words: Sequence[str]) -> DataFrame:
    """quarantine_id and raw of the lines that hold one of the identifiers ``words``.

    The identifiers are sent inside the tasks' code, so they appear in no plan or event log.
    """

    def search(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        is_theirs = finder(words)
        for batch in batches:
            marks = [raw is not None and is_theirs(raw) for raw in batch.column(1).to_pylist()]
            yield batch.filter(pa.array(marks, pa.bool_()))

    return quarantine.select("quarantine_id", "raw").mapInArrow(search, "quarantine_id string, raw string")


def _from_json(text: str) -> str:
    def character(match: re.Match[str]) -> str:
        code = match[1] or match[2]
        return chr(int(code, 16)) if code else str(match[3])

    if "\\" not in text:
        return text
    resolved = _ESCAPED.sub(character, text)
    # JSON writes characters above U+FFFF as surrogate pairs.
    return resolved.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _from_quoted_printable(text: str) -> str:
    def characters(match: re.Match[str]) -> str:
        return bytes.fromhex(match[1].replace("=", "")).decode("utf-8", "replace") if match[1] else ""

    return _QUOTED_PRINTABLE.sub(characters, text) if "=" in text else text
