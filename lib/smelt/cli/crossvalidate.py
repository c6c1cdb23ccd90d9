"""``smelt crossvalidate``: how much a result depends on which rows were held back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from smelt.cli.options import DEFAULTS, AsJson, ConfigLayers, with_layers
from smelt.cli.tuning_options import ApproachOption, BaseName, ReleaseName, opened


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("crossvalidate")(crossvalidate)


@with_layers
def crossvalidate(
    release: ReleaseName,
    out: Annotated[Path | None, typer.Option("--out", help="Folder of the folds' runs.")] = None,
    approach: ApproachOption = None,
    base: BaseName = None,
    layers: ConfigLayers = DEFAULTS,
    as_json: AsJson = False,
) -> None:
    """Stratified group k-fold: every fold's performance and data quality, with mean, deviation and interval."""
    from smelt.tuning.crossvalidation.run import crossvalidate as run

    _, tuning, ready = opened(release, layers, approach, base)
    folder = out or Path(tuning.out) / "crossvalidation" / ready.release.name
    report = run(ready, folder, say=lambda line: typer.echo(line, err=as_json))
    if as_json:
        typer.echo(json.dumps(report, default=str))
        return
    for name, cell in report["aggregate"]["performance"].items():
        spread = f"deviation {cell['deviation']:.4f}, {cell['low']:.4f} to {cell['high']:.4f}"
        typer.echo(f"{name:<12} {cell['mean']:.4f} ({spread})")
    for warning in report["warnings"]:
        typer.echo(f"warning: {warning}")
    typer.echo(f"all of it is in {folder / 'crossvalidation.json'}")
