"""``smelt evaluate``: evaluates a trained model on the test split."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from smelt.cli.options import DEFAULTS, AsJson, ConfigLayers, with_layers
from smelt.cli.tuning_options import ApproachOption, BaseName, ReleaseName, opened


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("evaluate")(evaluate)


@with_layers
def evaluate(
    release: ReleaseName,
    model: Annotated[
        str | None,
        typer.Argument(
            help="Folder of a run or of a handed-over model; without it the few-shot prompt is evaluated."
        ),
    ] = None,
    previous: Annotated[
        str | None, typer.Option("--previous", help="Model to compare with: a folder, candidate or champion.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for evaluation.json.")] = None,
    approach: ApproachOption = None,
    base: BaseName = None,
    layers: ConfigLayers = DEFAULTS,
    as_json: AsJson = False,
) -> None:
    """Evaluate a model on the test split: scores with intervals, paired with base, few-shot prompt and last adapter."""
    from smelt.tuning.evaluation.framework import EVALUATION
    from smelt.tuning.evaluation.framework import evaluate as run
    from smelt.tuning.finetune import model_folder

    config, tuning, ready = opened(release, layers, approach, base)
    weights = None
    if model is not None:
        weights = (
            Path(model) / "weights" if (Path(model) / "weights").is_dir() else model_folder(model, tuning)
        )
    target = out or (
        Path(model) if model and Path(model).is_dir() and (Path(model) / "weights").is_dir() else None
    )
    report = run(
        ready,
        weights,
        config.pii,
        previous=model_folder(previous, tuning) if previous else None,
        out=target,
        say=lambda line: typer.echo(line, err=as_json),
    )
    if as_json:
        typer.echo(json.dumps(report, default=str))
        return
    typer.echo(in_words(report))
    if target:
        typer.echo(f"all of it is in {target / EVALUATION}")


def in_words(report: dict[str, Any]) -> str:
    """The evaluation as text: a table of scores and the main findings."""
    names = list(report["systems"])
    lines = [
        f"{report['rows']} test rows of {report['release']['release']}",
        " " * 12 + "".join(f"{n:>28}" for n in names),
    ]
    for score in ("exact", "token_f1", "rouge_l", "bleu", "chrf"):
        cells = [report["systems"][name]["scores"][score] for name in names]
        lines.append(f"{score:<12}" + "".join(f"{_cell(cell):>28}" for cell in cells))
    losses = [report["systems"][name].get("loss") for name in names]
    lines.append(f"{'loss':<12}" + "".join(f"{_cell(cell) if cell else '':>28}" for cell in losses))
    for name, gained in report["candidate_against"].items():
        cell = gained["token_f1"]
        lines.append(
            f"candidate against {name}: token F1 {cell['mean']:+.4f}{', sure' if cell['sure'] else ', not sure'}"
        )
    collapsed = report["systems"]["candidate"]["collapse"]
    lines.append(
        f"collapsed: {', '.join(collapsed['reasons'])}" if collapsed["collapsed"] else "no sign of collapse"
    )
    privacy = report["privacy"]
    lines.append(
        "no personal data in the answers"
        if not privacy["spans"]
        else f"personal data in the answers: {privacy['spans']}"
    )
    return "\n".join(lines)


def _cell(cell: dict[str, Any]) -> str:
    low, high = cell["low"], cell["high"]
    if low is None or high is None:
        return f"{cell['mean']:.4f}"
    return f"{cell['mean']:.4f} ({low:.4f}, {high:.4f})"
