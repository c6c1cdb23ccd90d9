"""Front matter of Markdown: YAML between ``---`` (Jekyll, Docusaurus), TOML between ``+++`` or a JSON object (Hugo).

Forms: jekyllrb.com/docs/front-matter, gohugo.io/content-management/front-matter; written from memory,
not compared with the pages.
"""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

import yaml

from smelt.intake.values import is_nested_deeper

_YAML = re.compile(r"\A\s*---[ \t]*(?:yaml)?[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*$\n?", re.DOTALL | re.MULTILINE)
_TOML = re.compile(r"\A\s*\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*$\n?", re.DOTALL | re.MULTILINE)
_JSON = re.compile(r"\A\s*(?:;;;[ \t]*\n)?(?=\{\s*\"|\{\s*\})")

MAX_LEVELS = 40
_MAX_LENGTH = 64 * 1024
_MAX_INDENT = 400
_MAX_MERGES = 20
"""Front matter beyond these is none that an author wrote; the parser would follow it for minutes."""
_BRACKET = re.compile(r"[\[\]{}]")
_FAST: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_ODD = re.compile(r"[\t!%\x7f-\x9f\u2028\u2029\ufeff]|[|>][-+0-9]*#")
"""Where libyaml and PyYAML's own parser may differ: tags, directives, tabs, line ends of Unicode."""


class FrontMatterError(ValueError):
    """Raised for front matter that stands for far more than it says, or holds itself."""


def yaml_fields(text: str) -> Any:
    """:func:`load_yaml`, with aliases and nesting bounded; raises whatever the parser does, or FrontMatterError."""
    if len(text) > _MAX_LENGTH:
        raise FrontMatterError("too long")
    if _depth(text) > MAX_LEVELS or max(map(_indent, text.split("\n"))) > _MAX_INDENT:
        raise FrontMatterError("nested too deeply")
    if "<<" in text and "*" in text and text.count("*") > _MAX_MERGES:
        raise FrontMatterError("too many merge keys")
    value = load_yaml(text)
    if is_nested_deeper(value, MAX_LEVELS) or _size(value, 10 * len(text) + 10_000) < 0:
        raise FrontMatterError("aliases stand for too much")
    return value


def _depth(text: str) -> int:
    """How many brackets are open at once, those in quoted text included."""
    depth = deepest = 0
    for found in _BRACKET.finditer(text):
        depth = depth + 1 if found[0] in "[{" else max(0, depth - 1)
        deepest = max(deepest, depth)
    return deepest


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" -?"))


def _size(value: Any, left: int) -> int:
    """``left`` less the characters and items that a value of few levels is written out with; below 0 at once."""
    if left < 0:
        return left
    if isinstance(value, dict):
        for key, item in value.items():
            left = _size(item, _size(key, left - 1))
            if left < 0:
                return left
        return left
    if isinstance(value, (list, tuple, set)):
        for item in value:
            left = _size(item, left - 1)
            if left < 0:
                return left
        return left
    return left - (len(value) if isinstance(value, (str, bytes)) else 1)


class FrontMatter(NamedTuple):
    """What stands before an article's text: its fields, where the text begins, what is wrong with it."""

    fields: dict[str, Any] | None
    end: int
    problem: str | None = None


def front_matter(text: str) -> FrontMatter | None:
    """The front matter of a text without byte-order mark; None where it has none."""
    if found := _YAML.match(text):
        try:
            fields = yaml_fields(found[1])
            if isinstance(fields, dict) or fields is None:
                return FrontMatter(fields, found.end())
            return None  # text between two rules
        except Exception as error:  # beside its own errors, PyYAML raises what a number or a date does
            return FrontMatter(None, found.end(), type(error).__name__)
    if found := _TOML.match(text):
        return _toml(found)
    if found := _JSON.match(text):
        return _json(text, found.end())
    return None


def load_yaml(text: str) -> Any:
    """What ``yaml.safe_load`` gives, seven times as fast where libyaml is there and the text is ordinary."""
    if not _ODD.search(text):
        try:
            return yaml.load(text, _FAST)
        except (yaml.YAMLError, UnicodeEncodeError):
            pass  # PyYAML's own parser has the last word
    return yaml.safe_load(text)


def _toml(found: re.Match[str]) -> FrontMatter:
    import tomllib  # type: ignore[import-not-found,unused-ignore]

    try:
        fields = tomllib.loads(found[1])
    except tomllib.TOMLDecodeError as error:
        return FrontMatter(None, found.end(), type(error).__name__)
    return FrontMatter(fields | (_mapping(fields.get("params")) or {}), found.end())


def _json(text: str, start: int) -> FrontMatter | None:
    """An object before the text. A file that is nothing but an object is no article with front matter."""
    try:
        fields, end = json.JSONDecoder().raw_decode(text, start)
    except (ValueError, RecursionError):
        return None
    rest = re.match(r"[ \t]*(?:\n;;;[ \t]*)?(?:\n|$)", text[end:])
    if rest is None or not text[end + rest.end() :].strip():
        return None
    return FrontMatter(_mapping(fields), end + rest.end())


def _mapping(value: Any) -> dict[str, Any] | None:
    return value if isinstance(value, dict) else None
