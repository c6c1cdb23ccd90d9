"""What every command of the training job begins with: the release, the base and the template that reads both."""

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
    """A release that was proved, a base that fits together, and the template between them."""

    release: Release
    base: Base
    chat: Chat
    config: TuningConfig


def places_of(warehouse: WarehouseConfig) -> TablePlaces:
    """Where tables are for a process without Spark: paths without a scheme are folders of this machine."""
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
