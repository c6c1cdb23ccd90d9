"""``smelt release`` and ``smelt releases``: name a release, and list those there are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from smelt.cli.options import DEFAULTS, AsJson, ConfigLayers, with_layers

if TYPE_CHECKING:
    from smelt.config import SmeltConfig


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("release")(release)
    app.command("releases")(releases)


@with_layers
def release(
    name: Annotated[
        str | None, typer.Argument(help="Name of the release; today's date and a number by default.")
    ] = None,
    predecessor: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="OLD", help="Release OLD again, without the records that were erased since."
        ),
    ] = None,
    drop: Annotated[
        str | None,
        typer.Option(
            "--drop", metavar="NAME", help="Delete the rows of release NAME; its name stays in use."
        ),
    ] = None,
    layers: ConfigLayers = DEFAULTS,
    as_json: AsJson = False,
) -> None:
    """Split the curated examples as they are now and write them as an immutable release with its manifest.

    A name in use is refused. The same inputs and settings give the same fingerprint under any name. Without
    a name, nothing is made when nothing changed since the last release.
    """
    from smelt.jobs import load_stage
    from smelt.pipeline.job import open_job
    from smelt.pipeline.run import run_stages
    from smelt.releases.manifest import read_manifests

    if drop is not None:
        if name is not None or predecessor is not None:
            raise typer.BadParameter("--drop stands alone: it makes no release")
        _drop(layers.config(), drop, as_json=as_json)
        return
    job = open_job(layers.config(), release=name, predecessor=predecessor, may_embed=predecessor is None)
    stage = load_stage("successors" if predecessor else "releases")
    notes = [report.result.note for report in run_stages(job, [stage])]
    made = [manifest for manifest in read_manifests(job.warehouse) if manifest.run_id == job.run_id]
    if as_json:
        typer.echo(json.dumps(made[-1].as_dict() if made else {"note": notes[-1]}))
        return
    for note in notes:
        typer.echo(note)
    if made:
        typer.echo(f"next: smelt export {made[-1].release} OUT")


def _drop(config: SmeltConfig, name: str, *, as_json: bool) -> None:
    from smelt.pipeline.job import open_job
    from smelt.releases.manifest import drop

    job = open_job(config, may_embed=True)
    dropped = drop(job.warehouse, name, job.started_at)
    if as_json:
        typer.echo(json.dumps(dropped.as_dict()))
        return
    typer.echo(
        f"release {name} is dropped: {dropped.rows:,} rows deleted. Their files go with smelt forget --vacuum"
        " or, in time, smelt maintain; files that you exported, and models trained on them, are yours to retire"
    )


@with_layers
def releases(layers: ConfigLayers = DEFAULTS, as_json: AsJson = False) -> None:
    """List the releases, oldest first: rows by split, fingerprint, and forgotten customers who have rows in them."""
    from rich.console import Console
    from rich.table import Table

    from smelt.pipeline.job import open_job
    from smelt.privacy.erasure.certificates import erasures_by_release
    from smelt.releases.manifest import read_manifests

    warehouse = open_job(layers.config(), may_embed=True).warehouse
    manifests = read_manifests(warehouse)
    forgotten = erasures_by_release(warehouse) if manifests else {}
    if as_json:
        for manifest in manifests:
            typer.echo(json.dumps(manifest.as_dict() | {"forgotten": forgotten.get(manifest.release, 0)}))
        return
    table = Table(box=None, pad_edge=False)
    for column in ("release", "created (UTC)", "train", "validation", "test", "fingerprint", "forgotten"):
        is_number = column in ("train", "validation", "test", "forgotten")
        table.add_column(column, justify="right" if is_number else "left")
    for manifest in manifests:
        counts = [f"{manifest.counts.get(split, 0):,}" for split in ("train", "validation", "test")]
        table.add_row(
            manifest.release,
            f"{manifest.created_at:%Y-%m-%d %H:%M}",
            *counts,
            manifest.fingerprint,
            f"{forgotten.get(manifest.release, 0):,}",
        )
    Console().print(table if manifests else "no release yet: smelt release")
