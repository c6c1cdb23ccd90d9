"""What scrubbing gives back: the clean texts, and an account of each replaced span without its value."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import pyarrow as pa


class Replaced(NamedTuple):
    """One span: where it was in the input text, where its replacement is now, and who said so.

    ``value_hash`` is the keyed hash of the value's normal form (32 hex digits), None without a key.
    """

    text: int
    entity: str
    detector: str
    confidence: float
    start: int
    end: int
    new_start: int
    new_end: int
    value_hash: str | None
    key_version: str | None
    policy: str
    severity: str


@dataclass(frozen=True)
class ScrubResult:
    """``texts`` in the order of the batch; ``rejected`` maps a conversation to the entities that reject it."""

    texts: list[str]
    replaced: list[Replaced]
    rejected: dict[int, list[str]]

    @cached_property
    def findings(self) -> pa.Table:
        """The account as a table, one row a span, in order of text and start."""
        import pyarrow as pa

        schema = pa.schema(
            [
                ("text", pa.int32()),
                ("entity", pa.string()),
                ("detector", pa.string()),
                ("confidence", pa.float64()),
                ("start", pa.int32()),
                ("end", pa.int32()),
                ("new_start", pa.int32()),
                ("new_end", pa.int32()),
                ("value_hash", pa.string()),
                ("key_version", pa.string()),
                ("policy", pa.string()),
                ("severity", pa.string()),
            ]
        )
        columns = zip(*self.replaced, strict=True) if self.replaced else ([] for _ in schema)
        return pa.table(
            [pa.array(column, kind.type) for column, kind in zip(columns, schema, strict=True)], schema
        )
