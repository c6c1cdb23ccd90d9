"""The stages: one module per table or task."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from smelt.pipeline.stage import Stage


def load_stage(name: str) -> Stage:
    """The stage of this name, a module of smelt.jobs."""
    return cast("Stage", import_module(f"smelt.jobs.{name}"))


def load_stages(names: Iterable[str]) -> list[Stage]:
    """The stages of these names, in their order."""
    return [load_stage(name) for name in names]
