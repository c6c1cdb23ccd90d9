"""Options shared by the tuning commands, and opening of the release and base model that they name."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from smelt.cli.options import ConfigLayers

if TYPE_CHECKING:
    from smelt.config import SmeltConfig
    from smelt.tuning.config import TuningConfig
    from smelt.tuning.prepare import Prepared


class ApproachName(StrEnum):
    """Approaches of tuning."""

    lora = "lora"
    full = "full"
    instruction = "instruction"
    prompt = "prompt"


ReleaseName = Annotated[
    str, typer.Argument(help="Name of a release, latest, or the folder or address of an export.")
]
BaseName = Annotated[str | None, typer.Option("--base", help="Folder or hub name of the base model.")]
ApproachOption = Annotated[
    ApproachName | None, typer.Option("--approach", help="Instead of tuning.approach.")
]


WithForgotten = Annotated[
    bool, typer.Option("--with-forgotten", help="Train on rows of customers forgotten since, too.")
]
WithWithdrawn = Annotated[
    bool, typer.Option("--with-withdrawn", help="Train on rows of withdrawn sources, too.")
]


def chosen(
    config: SmeltConfig,
    approach: ApproachName | None,
    base: str | None,
    *,
    with_forgotten: bool = False,
    with_withdrawn: bool = False,
) -> TuningConfig:
    """The section ``tuning`` with the options' values in place of the configured ones."""
    tuning = config.tuning
    changes: dict[str, object] = {}
    if approach is not None:
        changes["approach"] = approach.value
    if base is not None:
        changes["base"] = str(Path(base).resolve()) if Path(base).is_dir() else base
    data = tuning.data.model_copy(
        update={
            "with_forgotten": tuning.data.with_forgotten or with_forgotten,
            "with_withdrawn": tuning.data.with_withdrawn or with_withdrawn,
        }
    )
    return tuning.model_copy(update=changes | {"data": data})


def opened(
    release: str,
    layers: ConfigLayers,
    approach: ApproachName | None,
    base: str | None,
    *,
    with_forgotten: bool = False,
    with_withdrawn: bool = False,
) -> tuple[SmeltConfig, TuningConfig, Prepared]:
    """The configuration of ``layers``, its tuning section with the options, and release and base.

    Raises the errors of :func:`smelt.tuning.prepare.prepare`.
    """
    from smelt.tuning.prepare import prepare

    config = layers.config()
    tuning = chosen(config, approach, base, with_forgotten=with_forgotten, with_withdrawn=with_withdrawn)
    return config, tuning, prepare(release, config.warehouse, tuning)
