"""``smelt predict``: one answer."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from smelt.cli.options import DEFAULTS, AsJson, ConfigLayers, open_input, with_layers
from smelt.cli.tuning_options import BaseName, chosen


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("predict")(predict)


@with_layers
def predict(
    model: Annotated[
        str,
        typer.Argument(
            help="Folder of a handed-over model, candidate, champion, or prompt:RELEASE for few-shot."
        ),
    ],
    question: Annotated[str, typer.Argument(help="The question, or - to read it from standard input.")],
    system: Annotated[str | None, typer.Option("--system", help="System message before it.")] = None,
    category: Annotated[str | None, typer.Option("--category", help="Of the few-shot examples.")] = None,
    base: BaseName = None,
    layers: ConfigLayers = DEFAULTS,
    as_json: AsJson = False,
) -> None:
    """Answer one question; the model's files and its base are checked first."""
    from smelt.tuning.finetune import model_folder
    from smelt.tuning.predict import predict as run
    from smelt.tuning.predict import predict_few_shot
    from smelt.tuning.prepare import prepare

    config = layers.config()
    tuning = chosen(config, None, base)
    asked = open_input("-").read().decode("utf-8", "replace").strip() if question == "-" else question
    kind, _, release = model.partition(":")
    if kind == "prompt" and release:
        answer = predict_few_shot(prepare(release, config.warehouse, tuning), asked, category)
    else:
        answer = run(model_folder(model, tuning), asked, tuning, system=system)
    if as_json:
        typer.echo(json.dumps(answer._asdict()))
        return
    typer.echo(answer.text)
    if not answer.stopped:
        typer.echo("note: the answer was cut at tuning.generation.max_new_tokens", err=True)
