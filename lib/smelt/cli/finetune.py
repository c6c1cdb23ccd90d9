"""``smelt finetune``: makes a registered, deployable model from a release in one call."""

from __future__ import annotations

import json

import typer

from smelt.cli.evaluate import in_words
from smelt.cli.options import DEFAULTS, AsJson, ConfigLayers, with_layers
from smelt.cli.tuning_options import (
    ApproachOption,
    BaseName,
    ReleaseName,
    WithForgotten,
    WithWithdrawn,
    chosen,
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("finetune")(finetune)


@with_layers
def finetune(
    release: ReleaseName,
    approach: ApproachOption = None,
    base: BaseName = None,
    with_forgotten: WithForgotten = False,
    with_withdrawn: WithWithdrawn = False,
    layers: ConfigLayers = DEFAULTS,
    as_json: AsJson = False,
) -> None:
    """Prepare, train, evaluate, hand over and register; a repeated call skips finished steps."""
    from smelt.tuning.finetune import finetune as run

    config = layers.config()
    tuning = chosen(config, approach, base, with_forgotten=with_forgotten, with_withdrawn=with_withdrawn)
    done = run(release, config.warehouse, tuning, config.pii, say=lambda line: typer.echo(line, err=as_json))
    if as_json:
        version = done.version._asdict() if done.version else None
        typer.echo(
            json.dumps({"folder": str(done.folder), "version": version, "evaluation": done.evaluation})
        )
        return
    if done.evaluation:
        typer.echo(in_words(done.evaluation))
    typer.echo(
        f"ready for deployment: {done.folder}" if tuning.approach != "prompt" else f"results: {done.folder}"
    )
    if done.version:
        typer.echo("next: smelt promote")
