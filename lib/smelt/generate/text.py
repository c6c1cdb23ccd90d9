"""Text made of parts, some of which are personal data, so that spans are known after rendering."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

Part = tuple[str, str]
"""A piece of text and its entity, or "" if it is not personal data."""

Template = tuple[tuple[str, bool], ...]
"""Alternating literals (False) and slot names (True)."""


class Span(NamedTuple):
    """``text[start:end]`` is an ``entity``; offsets are code points."""

    start: int
    end: int
    entity: str
    value: str


class Rendered(NamedTuple):
    """A text and the personal data in it."""

    text: str
    spans: list[Span]


def compile_template(source: str) -> Template:
    """``"call {phone} now"`` -> ``(("call ", False), ("phone", True), (" now", False))``."""
    pieces = re.split(r"\{(\w+)\}", source)
    return tuple((piece, index % 2 == 1) for index, piece in enumerate(pieces) if piece)


def render(parts: Iterable[Part], transform: Callable[[str], str] | None = None) -> Rendered:
    """Join the parts, each rewritten by ``transform``, and compute the spans."""
    texts: list[str] = []
    spans: list[Span] = []
    at = 0
    for text, entity in parts:
        if transform is not None:
            text = transform(text)
        end = at + len(text)
        if entity:
            spans.append(Span(at, end, entity, text))
        texts.append(text)
        at = end
    return Rendered("".join(texts), spans)


def sentence(parts: Sequence[Part], end: str = ".") -> list[Part]:
    """Capitalise the first letter, and add ``end`` unless the text ends in punctuation."""
    done = list(parts)
    first, entity = done[0]
    if not entity:
        done[0] = (first[:1].upper() + first[1:], entity)
    if end and done[-1][0][-1:] not in ".?!:":
        done.append((end, ""))
    return done


def joined(pieces: Iterable[Sequence[Part]], separator: str = " ") -> list[Part]:
    """The pieces in order with ``separator`` between them."""
    parts: list[Part] = []
    for piece in pieces:
        if parts:
            parts.append((separator, ""))
        parts.extend(piece)
    return parts
