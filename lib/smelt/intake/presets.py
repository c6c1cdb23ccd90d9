"""Presets: named configurations of sources for common export formats (``preset: zendesk_tickets``)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from smelt.intake.vocabulary import DEFAULT_WHERE


@cache
def preset_names() -> tuple[str, ...]:
    """Names of the presets in conf/presets."""
    folder = resources.files("smelt.conf") / "presets"
    return tuple(sorted(f.name.removesuffix(".yaml") for f in folder.iterdir() if f.name.endswith(".yaml")))


@cache
def _text(name: str) -> str:
    return (resources.files("smelt.conf") / "presets" / f"{name}.yaml").read_text("utf-8")


def load_preset(name: str) -> dict[str, Any]:
    """A preset's keys of a source. Raises ValueError listing the known presets."""
    if name not in preset_names():
        raise ValueError(f"there is no preset {name}; known: {', '.join(preset_names())}")
    import yaml  # imported here: workers get the complete source and need no YAML

    loaded = yaml.safe_load(_text(name))
    return dict(loaded)


def with_preset(values: Any) -> Any:
    """Merge a source's keys over its preset's: mappings entry by entry, everything else replaced.

    Default conditions of the format rank below both; a null entry removes such a condition.
    """
    if not isinstance(values, Mapping):
        return values
    if values.get("preset"):
        values = _merged(load_preset(str(values["preset"])), values)
    usual = DEFAULT_WHERE.get(str(values.get("format")), {})
    given = values.get("where")
    if usual and (given is None or isinstance(given, Mapping)):
        return {**values, "where": {**usual, **(given or {})}}
    return values


def _merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        below = merged.get(key)
        if isinstance(below, Mapping) and isinstance(value, Mapping):
            merged[key] = {**below, **value} if key == "where" else _merged(below, value)
        else:
            merged[key] = value
    return merged
