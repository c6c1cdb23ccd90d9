"""Arrow types for the column types that contracts declare."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pyarrow as pa

PLAIN = {
    "string": pa.string(),
    "int": pa.int32(),
    "bigint": pa.int64(),
    "float": pa.float32(),
    "double": pa.float64(),
    "boolean": pa.bool_(),
    "binary": pa.binary(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us", tz="UTC"),
}
_NESTED = re.compile(r"(array|map|struct)<(.*)>")


def arrow_type(kind: str) -> pa.DataType:
    """The Arrow type of a type written as Spark prints it (``array<struct<role:string>>``). Raises ValueError."""
    if kind in PLAIN:
        return PLAIN[kind]
    found = _NESTED.fullmatch(kind)
    if found is None:
        raise ValueError(f"{kind} is no type of a contract")
    inside = list(_split(found[2]))
    if found[1] == "array" and len(inside) == 1:
        return pa.list_(arrow_type(inside[0]))
    if found[1] == "map" and len(inside) == 2:
        return pa.map_(arrow_type(inside[0]), arrow_type(inside[1]))
    if found[1] == "struct" and all(":" in field for field in inside):
        return pa.struct([(name, arrow_type(of)) for name, _, of in (f.partition(":") for f in inside)])
    raise ValueError(f"{kind} is no type of a contract")


def _split(inside: str) -> Iterator[str]:
    """Split at commas, except those inside angle brackets."""
    depth, begin = 0, 0
    for at, sign in enumerate(inside):
        depth += (sign == "<") - (sign == ">")
        if sign == "," and not depth:
            yield inside[begin:at]
            begin = at + 1
    yield inside[begin:]
