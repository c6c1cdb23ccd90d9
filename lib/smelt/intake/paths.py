"""Dotted paths into nested records, compiled once: ``requester.name``, ``comments[0].body``, ``fields[id=7].value``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from smelt.intake.vocabulary import PLACES

Getter = Callable[[Mapping[str, Any]], Any]

_INDEX = re.compile(r"\[(-?\d+|[A-Za-z_]\w*=[^\[\]]*)\]")
_WHOLE = re.compile(r"-?\d+")


def steps(path: str) -> tuple[str, ...]:
    """Keys, list positions and selections of a path, as texts: ``a.b[0].c[id=7]`` -> ``("a", "b", "0", "c",
    "id=7")``."""
    return tuple(
        part
        for number, piece in enumerate(_INDEX.split(path))
        for part in ((piece,) if number % 2 else piece.split("."))
        if part
    )


def path_problem(path: str) -> str | None:
    """What is wrong with a path, or None."""
    if path.startswith("@"):
        return None if path in PLACES else f"{path} is not one of {', '.join(PLACES)}"
    if not path.strip() or not steps(path):
        return "a path is empty"
    return None


def getter(path: str) -> Getter:
    """A function from a record to the value at ``path``, None where there is none.

    ``[key=value]`` chooses the first item of a list whose key has that value. A key that is written exactly like the
    path wins (CSV headers such as ``requester.name``).
    """
    keys = steps(path)
    if keys == (path,):
        return lambda record: record.get(path)

    def walk(record: Mapping[str, Any]) -> Any:
        value: Any = record.get(path)
        if value is not None:
            return value
        value = record
        for key in keys:
            if isinstance(value, dict) or isinstance(value, Mapping):  # noqa: SIM101 (dict is tested far faster)
                value = value.get(key)
            elif isinstance(value, Sequence) and not isinstance(value, str):
                value = _item(value, key)
            else:
                return None
            if value is None:
                return None
        return value

    return walk


def _item(items: Sequence[Any], key: str) -> Any:
    """The item at a position (``0``), or the first whose field has a value (``id=7``)."""
    if _WHOLE.fullmatch(key):
        position = int(key)
        return items[position] if -len(items) <= position < len(items) else None
    field, is_choice, wanted = key.partition("=")
    if not is_choice:
        return None
    return next(
        (item for item in items if isinstance(item, Mapping) and _text(item.get(field)) == wanted), None
    )


def _text(value: Any) -> str | None:
    return str(value).lower() if isinstance(value, bool) else None if value is None else str(value)


def item_getter(path: str) -> Callable[[Any], Any]:
    """Like ``getter``, for turns, which may be lists (``["agent", "Hi!"]``) as well as mappings."""
    keys = steps(path)
    of_mapping = getter(path)

    def walk(item: Any) -> Any:
        if isinstance(item, dict) or isinstance(item, Mapping):  # noqa: SIM101
            return of_mapping(item)
        if isinstance(item, Sequence) and not isinstance(item, str) and _WHOLE.fullmatch(keys[0]):
            position = int(keys[0])
            value = item[position] if -len(item) <= position < len(item) else None
            return value if len(keys) == 1 or value is None else item_getter(".".join(keys[1:]))(value)
        return item if isinstance(item, str) and keys == ("text",) else None

    return walk


Tree = dict[str, Any]
"""Key -> True if its whole value is consumed, else the tree of its consumed parts."""


def consumed(paths: Iterable[str]) -> Tree:
    """The tree of the fields that ``paths`` consume, for :func:`leftover`."""
    tree: Tree = {}
    for path in paths:
        if path in PLACES:
            continue
        tree[path] = True
        keys = steps(path)
        level = tree
        for key in keys[:-1]:
            below = level.setdefault(key, {})
            if below is True:
                break
            level = below
        else:
            level[keys[-1]] = True
    return tree


def leftover(record: Mapping[str, Any], tree: Tree) -> dict[str, Any]:
    """The fields of ``record`` that ``tree`` does not consume; a list of which one item is consumed stays whole."""
    rest: dict[str, Any] = {}
    for key, value in record.items():
        taken = tree.get(key)
        if taken is None:
            if value is not None and value != "":
                rest[key] = value
        elif taken is not True:
            if isinstance(value, dict):
                below = leftover(value, taken)
                if below:
                    rest[key] = below
            elif value is not None and value != "":
                rest[key] = value
    return rest
