"""Front matter of Markdown: YAML between ``---`` (Jekyll, Docusaurus), TOML between ``+++`` or a JSON object (Hugo).

Also read are ``---toml`` and ``---json`` (gray-matter), YAML in an HTML comment, lines of ``Title: ...`` up to an empty
one (Pelican, MultiMarkdown) and Pandoc's ``% title``. Forms: jekyllrb.com/docs/front-matter,
gohugo.io/content-management/front-matter, docs.getpelican.com, pandoc.org; written from memory, not compared with them.
"""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

import yaml

from smelt.intake.values import is_nested_deeper

_YAML = re.compile(r"\A\s*---[ \t]*(?:yaml)?[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*$\n?", re.DOTALL | re.MULTILINE)
_NAMED = re.compile(r"\A\s*---[ \t]*(toml|json)[ \t]*\n(.*?)^---[ \t]*$\n?", re.DOTALL | re.MULTILINE)
"""The language named behind the rule (gray-matter, Eleventy)."""
_COMMENT = re.compile(
    r"\A\s*<!--[ \t]*(?:-{3}[ \t]*)?\n?(.*?)(?:^-{3}[ \t]*\n?)?-->[ \t]*\n?", re.DOTALL | re.MULTILINE
)
_PLAIN = re.compile(r"\A(?:[A-Za-z][\w ()-]{0,30}:[ \t]+\S[^\n]*\n(?:[ \t]+\S[^\n]*\n)*){2,40}(?=[ \t]*\n)")
"""Lines of ``Key: value`` up to an empty one (Pelican, MultiMarkdown, MkDocs)."""
_PLAIN_FIELD = re.compile(r"^([A-Za-z][\w ()-]{0,30}):[ \t]+(\S.*?)[ \t]*$", re.MULTILINE)
_TITLE_BLOCK = re.compile(r"\A%[ \t]*(\S[^\n]*)\n(?:%[^\n]*\n){0,2}(?=[ \t]*\n)")
"""``% title``, ``% author``, ``% date`` (Pandoc)."""
_USUAL = frozenset(
    ("title", "draft", "published", "status", "date", "tags", "category", "slug", "visibility", "id")
)
"""Fields of which a comment that is front matter has one."""
_TOML = re.compile(r"\A\s*\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*$\n?", re.DOTALL | re.MULTILINE)
_JSON = re.compile(r"\A\s*(?:;;;[ \t]*\n)?(?=\{\s*\"|\{\s*\})")

MAX_LEVELS = 40
_MAX_LENGTH = 64 * 1024
_MAX_INDENT = 400
_MAX_MERGES = 20
"""Front matter beyond these limits was not written by an author, and would keep the parser busy for minutes."""
_BRACKET = re.compile(r"[\[\]{}]")
_FAST: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_ODD = re.compile(r"[\t!%\x7f-\x9f\u2028\u2029\ufeff]|[|>][-+0-9]*#")
"""Text on which libyaml and PyYAML's own parser may differ: tags, directives, tabs, Unicode line ends."""


class FrontMatterError(ValueError):
    """Raised for front matter whose aliases expand to far more than its text, or that contains itself."""


def yaml_fields(text: str) -> Any:
    """:func:`load_yaml` with limits on aliases and nesting. Raises FrontMatterError or the parser's own errors."""
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
    """Greatest number of brackets open at once, including those in quoted text."""
    depth = deepest = 0
    for found in _BRACKET.finditer(text):
        depth = depth + 1 if found[0] in "[{" else max(0, depth - 1)
        deepest = max(deepest, depth)
    return deepest


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" -?"))


def _size(value: Any, left: int) -> int:
    """``left`` minus the number of characters and items of ``value`` with aliases expanded; stops once below 0."""
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
    """Front matter of an article: its fields, the index at which the text begins, and a problem if it cannot be
    read."""

    fields: dict[str, Any] | None
    end: int
    problem: str | None = None


def front_matter(text: str) -> FrontMatter | None:
    """The front matter of a text (without byte-order mark); None if it has none."""
    if found := _YAML.match(text):
        try:
            fields = yaml_fields(found[1])
            if isinstance(fields, dict) or fields is None:
                return FrontMatter(fields, found.end())
            return None  # not front matter: text between two horizontal rules
        except Exception as error:  # besides its own errors, PyYAML passes on those of int() and datetime
            return FrontMatter(None, found.end(), type(error).__name__)
    if found := _TOML.match(text):
        return _toml(found[1], found.end())
    if found := _NAMED.match(text):
        return _toml(found[2], found.end()) if found[1] == "toml" else _json_alone(found[2], found.end())
    if (found := _COMMENT.match(text)) and (fields := _usual_fields(found[1])):
        return FrontMatter(fields, found.end())
    if (found := _PLAIN.match(text)) and (fields := _plain_fields(found[0])):
        return FrontMatter(fields, found.end())
    if found := _TITLE_BLOCK.match(text):
        return FrontMatter({"title": found[1]}, found.end())
    if found := _JSON.match(text):
        return _json(text, found.end())
    return None


def load_yaml(text: str) -> Any:
    """Same result as ``yaml.safe_load``, but seven times as fast where libyaml is installed and the text is
    ordinary."""
    if not _ODD.search(text):
        try:
            return yaml.load(text, _FAST)
        except (yaml.YAMLError, UnicodeEncodeError):
            pass  # PyYAML's own parser decides
    return yaml.safe_load(text)


def _usual_fields(text: str) -> dict[str, Any] | None:
    """The fields of a comment, if it is YAML with a usual one of them."""
    try:
        fields = yaml_fields(text)
    except Exception:  # a comment that is no front matter may be anything
        return None
    return fields if isinstance(fields, dict) and _USUAL & set(map(str, fields)) else None


def _plain_fields(text: str) -> dict[str, Any] | None:
    """Fields of lines ``Key: value`` by lower-case name, if a title is among them."""
    fields = {name.strip().lower(): value for name, value in _PLAIN_FIELD.findall(text)}
    return fields if "title" in fields else None


def _json_alone(text: str, end: int) -> FrontMatter:
    try:
        return FrontMatter(_mapping(json.loads(text)), end)
    except (ValueError, RecursionError) as error:
        return FrontMatter(None, end, type(error).__name__)


def _toml(text: str, end: int) -> FrontMatter:
    import tomllib  # type: ignore[import-not-found,unused-ignore]

    try:
        fields = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return FrontMatter(None, end, type(error).__name__)
    return FrontMatter(fields | (_mapping(fields.get("params")) or {}), end)


def _json(text: str, start: int) -> FrontMatter | None:
    """A JSON object before the text; None for a file that consists of an object only."""
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
