"""JSON lines of anybody's making: what every command that reads them makes of one line."""

from __future__ import annotations

import codecs
import json
import re
from typing import Any

import orjson

_LONE_SURROGATES = re.compile("[\ud800-\udfff]")


class BadLineError(ValueError):
    """Raised when a line cannot be used; the message says why and never quotes it."""


def json_object(line: bytes, *, is_first: bool = False) -> dict[str, Any]:
    """The object of a line. A byte-order mark before the first line is no part of it.

    Half surrogate pairs in its texts become U+FFFD, one for one, so that offsets stay and every text can be
    written. Raises BadLineError: empty line, not UTF-8, not JSON, not a JSON object.
    """
    if is_first:
        line = line.removeprefix(codecs.BOM_UTF8)
    try:
        given = orjson.loads(line)
    except orjson.JSONDecodeError:
        given = _what_orjson_refuses(line)
    if not isinstance(given, dict):
        raise BadLineError("not a JSON object")
    return given


def _what_orjson_refuses(line: bytes) -> Any:
    """Numbers of any size, NaN, half surrogate pairs; raises BadLineError for all else."""
    if not line.strip():
        raise BadLineError("empty line")
    try:
        return _encodable(json.loads(line.decode("utf-8")))
    except UnicodeDecodeError:
        raise BadLineError("not UTF-8") from None
    except (ValueError, RecursionError):
        raise BadLineError("not JSON") from None


def _encodable(value: Any) -> Any:
    if isinstance(value, str):
        return _LONE_SURROGATES.sub("\ufffd", value)
    if isinstance(value, list):
        return [_encodable(entry) for entry in value]
    if isinstance(value, dict):
        return {_encodable(key): _encodable(entry) for key, entry in value.items()}
    return value
