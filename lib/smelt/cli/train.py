"""``smelt train``: trains on a release, after all checks that are possible before the first step."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from smelt.cli.options import DEFAULTS, AsJson, ConfigLayers, with_layers
from smelt.cli.tuning_options import (
    ApproachOption,
    BaseName,
    ReleaseName,
    WithForgotten,
    WithWithdrawn,
    opened,
)

if TYPE_CHECKING:
    from smelt.tuning.checks import CheckReport


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("train")(train)


@with_layers
def train(
    release: ReleaseName,
    approach: ApproachOption = None,
    base: BaseName = None,
    check: Annotated[bool, typer.Option("--check", help="Only check, train nothing.")] = False,
    run: Annotated[
        str | None, typer.Option("--run", help="Name of the run; by default made from its content.")
    ] = None,
    with_forgotten: WithForgotten = False,
    with_withdrawn: WithWithdrawn = False,
    layers: ConfigLayers = DEFAULTS,
    as_json: AsJson = False,
) -> None:
    """Train on a release; --check only runs the checks before training.

    The same command goes on from the last whole checkpoint of a run that was stopped. Several GPUs:
    accelerate launch -m smelt.cli.app train RELEASE ...
    """
    from smelt.tuning import checks
    from smelt.tuning.training.run import train as run_training

    _, tuning, ready = opened(
        release,
        layers,
        approach,
        base,
        with_forgotten=with_forgotten,
        with_withdrawn=with_withdrawn,
    )
    if check:
        report = checks.check(ready.release, ready.base, ready.chat, tuning)
        typer.echo(json.dumps(report.as_dict()) if as_json else _in_words(report))
        report.raise_for_problems()
        return
    done = run_training(
        ready.release,
        ready.base,
        ready.chat,
        tuning,
        name=run,
        say=lambda line: typer.echo(line, err=as_json),
    )
    if as_json:
        typer.echo(json.dumps(done.record))
        return
    after = done.record["validation"]["after"]
    if after:
        before = done.record["validation"]["before"]
        typer.echo(f"validation loss {after['eval_loss']:.4f}, before {before['eval_loss']:.4f}")
    typer.echo(f"weights and run.json are in {done.folder}")
    typer.echo(f"next: smelt evaluate {release} {done.folder}")


def _in_words(report: CheckReport) -> str:
    lines = [f"release {report.release}, template {report.template_hash}, checked in {report.seconds:.1f} s"]
    lines += [
        f"{name:>12}  {split.kept:,} of {split.rows:,} rows, {split.tokens:,} tokens,"
        f" {split.trained_tokens:,} of them learnt, the longest row {split.longest:,}"
        for name, split in report.splits.items()
    ]
    lines.append(f"{report.trained_parameters:,} of {report.parameters:,} weights are trained")
    if report.memory:
        lines.append(
            f"memory: about {report.memory.total / 2**30:.1f} GiB, {report.memory.device} has"
            f" {report.memory.available / 2**30:.1f} free"
        )
    lines += [f"note: {note}" for note in report.notes]
    lines.append("every check passed" if not report.problems else f"{len(report.problems)} problems")
    return "\n".join(lines)
