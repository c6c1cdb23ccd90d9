"""Common first step of all training commands: opens the release, the base and its template."""

from __future__ import annotations

from dataclasses import dataclass

from smelt.tables.config import WarehouseConfig
from smelt.tables.location import TablePlaces, resolved
from smelt.tuning.base.libraries import library, quiet
from smelt.tuning.base.model_folder import Base, open_base
from smelt.tuning.checks import chat_of
from smelt.tuning.config import TuningConfig
from smelt.tuning.encoding.chat import Chat
from smelt.tuning.source.release import Release, open_release


@dataclass(frozen=True)
class Prepared:
    """A verified release, a checked base, and the base's template."""

    release: Release
    base: Base
    chat: Chat
    config: TuningConfig


def places_of(warehouse: WarehouseConfig) -> TablePlaces:
    """Locations of tables for a process without Spark; paths without a scheme are local folders."""
    return TablePlaces(
        root=resolved(warehouse.root, "file:"),
        catalog=warehouse.catalog,
        schema_prefix=warehouse.schema_prefix,
    )


def prepare(name: str, warehouse: WarehouseConfig, config: TuningConfig) -> Prepared:
    """Open release ``name`` and the base of ``config``; raises ReleaseUnusable, BaseUnusable or MissingExtra."""
    library("transformers")
    quiet()
    release = open_release(name, places_of(warehouse), config.data)
    base = open_base(config)
    return Prepared(release, base, chat_of(base, release, config), config)
