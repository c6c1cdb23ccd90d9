"""Parses a line of JSON lines leniently, for all commands that read such files."""

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
    """Parse a line to a JSON object; a byte-order mark before the first line is ignored.

    Lone surrogates in texts become U+FFFD, one for one, so that offsets stay and the text can be encoded. Raises
    BadLineError: empty line, not UTF-8, not JSON, not a JSON object.
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
    """Parse with the json module what orjson refuses: big numbers, NaN, lone surrogates; raises BadLineError
    otherwise."""
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
