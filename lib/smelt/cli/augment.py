"""``smelt augment``: further questions for accepted pairs, for releases that want them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Annotated

import typer

from smelt.cli.options import DEFAULTS, AsJson, ConfigLayers, with_layers


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("augment")(augment)


@with_layers
def augment(
    show: Annotated[
        int, typer.Option("--show", min=0, max=1000, help="Print so many accepted children.")
    ] = 0,
    model: Annotated[
        bool,
        typer.Option(
            "--model", help="Let the language model of augment.model write pairs, instead of rules."
        ),
    ] = False,
    layers: ConfigLayers = DEFAULTS,
    as_json: AsJson = False,
) -> None:
    """Reword the questions of accepted pairs, by named rules or by a model; each child is checked and scored.

    Children go into silver.augmentations. A release takes them with release.augmented: true, into train only and only
    where their parent is.
    """
    from smelt.jobs import load_stage
    from smelt.pipeline.job import open_job
    from smelt.pipeline.run import run_stages

    job = open_job(layers.config(), may_embed=True)
    job = replace(job, say=lambda line: typer.echo(line, err=True))
    [report] = run_stages(job, [load_stage("model_augmentations" if model else "augmentations")])
    rejected = {str(entry.reason): 0 for entry in report.result.entries if entry.measure == "rejected"}
    for entry in report.result.entries:
        if entry.measure == "rejected":
            rejected[str(entry.reason)] += int(entry.count)
    total = report.result.total("in")
    if as_json:
        typer.echo(
            json.dumps(
                {
                    "made": total,
                    "accepted": report.result.total("out"),
                    "rejected": rejected,
                    "note": report.result.note,
                }
            )
        )
    else:
        typer.echo(report.result.note)
        for reason, count in sorted(rejected.items(), key=lambda item: (-item[1], item[0])):
            typer.echo(f"{count:>10,}  {count / total:.1%}  {reason}")
    if show:
        rows = job.warehouse.read("silver.augmentations").where("size(rejections) = 0").orderBy("example_id")
        for row in rows.select("question", "origin").limit(show).collect():
            typer.echo(f"  {row['question']}  ({row['origin']})")
