"""Markdown with YAML front matter: an article a file, its text kept as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from smelt.intake.records import Bad, Record, SourceFile

_FRONT_MATTER = re.compile(r"\A\ufeff?---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*$\n?", re.DOTALL | re.MULTILINE)
_TITLE = re.compile(r"^#[ \t]+(.+?)[ \t]*#*$|^(\S.*)\n=+[ \t]*$", re.MULTILINE)


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


class MarkdownReader:
    """Reads ``front_matter``, ``title`` (the first heading of level one) and ``body``."""

    def read(self, text: str, file: SourceFile) -> Iterator[Record | Bad]:
        """One record; front matter that is no YAML is left out and noted in ``front_matter_problem``."""
        match = _FRONT_MATTER.match(text)
        body = text[match.end() :] if match else text.lstrip("\ufeff")
        heading = _TITLE.search(body)
        title = (heading[1] or heading[2]).strip() if heading else None
        fields: dict[str, Any] = {"body": body.strip("\n"), "title": title}
        if match:
            try:
                front = load_yaml(match[1])
                fields["front_matter"] = front if isinstance(front, dict) else None
            except yaml.YAMLError as error:
                fields["front_matter_problem"] = type(error).__name__
        yield Record(fields, "file")
