"""Templates of question and answer: ``{column}``, ``{column:format}``, ``[left out when {this} is missing]``.

Doubled braces and brackets are literal. If a column outside brackets has no value, the template gives no text.
"""

from __future__ import annotations

import re
from typing import NamedTuple

TOKEN = re.compile(r"\{\{|\}\}|\[\[|\]\]|\{(?P<name>[a-z][a-z0-9_]*)(?::(?P<form>[^{}]+))?\}|[\[\]{}]")


class TemplateError(ValueError):
    """Raised for an invalid template: an unmatched brace or bracket, or a bracket inside brackets."""


class Slot(NamedTuple):
    """A column in a template, with its optional format."""

    name: str
    form: str | None


class Part(NamedTuple):
    """Texts and slots in order; an optional part is omitted if one of its slots has no value."""

    pieces: tuple[str | Slot, ...]
    optional: bool


def parse(template: str) -> tuple[Part, ...]:
    """Parse a template. Raises TemplateError."""
    parts: list[Part] = []
    pieces: list[str | Slot] = []
    optional = False
    at = 0
    for token in TOKEN.finditer(template):
        if token.start() > at:
            pieces.append(template[at : token.start()])
        at = token.end()
        text = token.group()
        if text in ("{{", "}}", "[[", "]]"):
            pieces.append(text[0])
        elif token["name"]:
            pieces.append(Slot(token["name"], token["form"]))
        elif text == "[" and not optional:
            parts.append(Part(tuple(pieces), False))
            pieces, optional = [], True
        elif text == "]" and optional:
            parts.append(Part(tuple(pieces), True))
            pieces, optional = [], False
        else:
            raise TemplateError(f"unexpected {text} at character {token.start() + 1}")
    if optional:
        raise TemplateError("a [ is not closed")
    if at < len(template):
        pieces.append(template[at:])
    parts.append(Part(tuple(pieces), False))
    return tuple(part for part in parts if part.pieces)


def fields_of(template: str) -> tuple[str, ...]:
    """The columns that a template reads, each once."""
    names = [piece.name for part in parse(template) for piece in part.pieces if isinstance(piece, Slot)]
    return tuple(dict.fromkeys(names))
