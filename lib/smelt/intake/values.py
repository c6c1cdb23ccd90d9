"""Deterministic conversion of values of any type to text or JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import orjson

from smelt.intake.documents import document_text, is_document

_SURROGATE = re.compile("[\ud800-\udfff]")


def as_text(value: Any) -> str | None:
    """A value as text; None for blank strings, empty lists and NaN. Numbers lose ``.0``."""
    if type(value) is str:
        return value if value and not value.isspace() else None
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        if value != value:
            return None
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).decode("utf-8", "replace") or None
    if isinstance(value, (list, tuple)) and all(isinstance(item, (str, int, float)) for item in value):
        return ", ".join(text for text in map(as_text, value) if text) or None
    if isinstance(value, (list, tuple, dict)) and not value:
        return None
    if is_document(value):
        return document_text(value).strip() or None
    return as_json(value)


MAX_DEPTH = 200
"""Most levels of nested lists and objects; deeper values are not genuine data."""


class NestedTooDeeply(ValueError):
    """Raised for a value with more than MAX_DEPTH levels, or one that contains itself."""


def is_nested_deeper(value: Any, limit: int = MAX_DEPTH) -> bool:
    """Whether lists and objects are nested beyond ``limit`` levels; visits each once per level."""
    level = [value]
    for _ in range(limit):
        inner: dict[int, Any] = {}
        for item in level:
            parts = (
                item.values()
                if isinstance(item, Mapping)
                else item
                if isinstance(item, (list, tuple))
                else ()
            )
            inner |= {id(part): part for part in parts if isinstance(part, (Mapping, list, tuple))}
        if not inner:
            return False
        level = list(inner.values())
    return True


def as_json(value: Any) -> str:
    """JSON with sorted keys; values without a JSON type are written as text. Raises NestedTooDeeply."""
    try:
        return orjson.dumps(value, default=_plain, option=orjson.OPT_SORT_KEYS).decode()
    except TypeError:  # non-text keys, integers beyond 64 bits, lone surrogates, depth
        if is_nested_deeper(value):
            raise NestedTooDeeply("nested too deeply") from None
        return json.dumps(_text_keys(value), ensure_ascii=False, sort_keys=True, default=str)


def shown(value: Any) -> str:
    """JSON of a value for display: deeply nested parts are left out; never raises."""
    try:
        return as_json(value)
    except Exception:
        try:
            return as_json(_pruned(value, 8))
        except Exception:  # e.g. integers with too many digits
            return ""


def _pruned(value: Any, depth: int) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _pruned(item, depth - 1) for key, item in value.items()} if depth else "..."
    if isinstance(value, (list, tuple)):
        return [_pruned(item, depth - 1) for item in value] if depth else "..."
    return value


def without_surrogates(value: Any) -> Any:
    """The value with lone surrogates (halves of a split pair) replaced by U+FFFD, at any depth."""
    if isinstance(value, str):
        joined = value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return _SURROGATE.sub("\ufffd", joined)
    if isinstance(value, dict):
        return {without_surrogates(key): without_surrogates(item) for key, item in value.items()}
    if isinstance(value, list):
        return [without_surrogates(item) for item in value]
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, (set, frozenset)):
        return sorted(str(item) for item in value)
    if isinstance(value, timedelta):
        return value.total_seconds()
    return as_text(value) if isinstance(value, (Decimal, bytes, bytearray, time)) else str(value)


def _text_keys(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {without_surrogates(str(key)): _text_keys(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_text_keys(item) for item in value]
    return without_surrogates(value)
