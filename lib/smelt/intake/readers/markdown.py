"""Markdown with YAML front matter: an article a file, its text kept as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from smelt.intake.records import Bad, Record, SourceFile
from smelt.intake.values import is_nested_deeper

_FRONT_MATTER = re.compile(r"\A\ufeff?---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*$\n?", re.DOTALL | re.MULTILINE)
_TITLE = re.compile(r"^#[ \t](.+)$|^(\S.*)\n=+[ \t]*$", re.MULTILINE)


MAX_LEVELS = 40
_MAX_LENGTH = 64 * 1024
_MAX_INDENT = 400
_MAX_MERGES = 20
"""Front matter beyond these is none that an author wrote; the parser would follow it for minutes."""
_BRACKET = re.compile(r"[\[\]{}]")
_FAST: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_ODD = re.compile(r"[\t!%\x7f-\x9f\u2028\u2029\ufeff]|[|>][-+0-9]*#")
"""Where libyaml and PyYAML's own parser may differ: tags, directives, tabs, line ends of Unicode."""


def load_yaml(text: str) -> Any:
    """What ``yaml.safe_load`` gives, seven times as fast where libyaml is there and the text is ordinary."""
    if not _ODD.search(text):
        try:
            return yaml.load(text, _FAST)
        except (yaml.YAMLError, UnicodeEncodeError):
            pass  # PyYAML's own parser has the last word
    return yaml.safe_load(text)


class FrontMatterError(ValueError):
    """Raised for front matter that stands for far more than it says, or holds itself."""


def front_matter(text: str) -> Any:
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
        """One record; front matter that is no YAML is left out and noted in ``front_matter_problem``."""
        match = _FRONT_MATTER.match(text)
        body = text[match.end() :] if match else text.lstrip("\ufeff")
        fields: dict[str, Any] = {"body": body.strip("\n"), "title": _title(body)}
        if match:
            try:
                front = front_matter(match[1])
                fields["front_matter"] = front if isinstance(front, dict) else None
            except Exception as error:  # beside its own errors, PyYAML raises what a number or a date does
                fields["front_matter_problem"] = type(error).__name__
        yield Record(fields, "file")
