"""Templates of question and answer: ``{column}``, ``{column:format}``, ``[left out when {this} is missing]``.

Doubled braces and brackets stand for themselves. A template without a value for a column outside brackets
gives no text.
"""

from __future__ import annotations

import re
from typing import NamedTuple

TOKEN = re.compile(r"\{\{|\}\}|\[\[|\]\]|\{(?P<name>[a-z][a-z0-9_]*)(?::(?P<form>[^{}]+))?\}|[\[\]{}]")


class TemplateError(ValueError):
    """Raised when a template does not read: a brace or bracket without its partner, a bracket in a bracket."""


class Slot(NamedTuple):
    """A column in a template, with how it is written."""

    name: str
    form: str | None


class Part(NamedTuple):
    """Text and slots in order; optional parts vanish where one of their slots has no value."""

    pieces: tuple[str | Slot, ...]
    optional: bool


def parse(template: str) -> tuple[Part, ...]:
    """The parts of a template; raises TemplateError."""
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
