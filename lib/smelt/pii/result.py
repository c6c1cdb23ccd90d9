"""The result of scrubbing: the scrubbed texts, and a description of each replaced span without its value."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import pyarrow as pa


SPAN_COLUMNS = {
    "entity": "string",
    "detector": "string",
    "confidence": "double",
    "start": "int",
    "end": "int",
    "new_start": "int",
    "new_end": "int",
    "value_hash": "string",
    "key_version": "string",
    "policy": "string",
    "severity": "string",
}
"""Field of :class:`Replaced` (after ``text``) -> Spark type."""


def arrow_type(kind: str) -> pa.DataType:
    """The Arrow type of one of the types in SPAN_COLUMNS."""
    import pyarrow as pa

    return {"string": pa.string(), "int": pa.int32(), "double": pa.float64()}[kind]


class Replaced(NamedTuple):
    """One replaced span: its place in the input text and in the result, and its detector.

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
        """``replaced`` as a table, one row per span, ordered by text and start."""
        import pyarrow as pa

        columns_of = {"text": "int", **SPAN_COLUMNS}
        schema = pa.schema([(name, arrow_type(kind)) for name, kind in columns_of.items()])
        columns = zip(*self.replaced, strict=True) if self.replaced else ([] for _ in schema)
        return pa.table(
            [pa.array(column, kind.type) for column, kind in zip(columns, schema, strict=True)], schema
        )
