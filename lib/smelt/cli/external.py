"""``smelt sources terms`` and ``smelt withdraw``: origin and terms of external sources, and withdrawal of one."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from smelt.cli.options import DEFAULTS, AsJson, ConfigLayers, wide_console, with_layers

if TYPE_CHECKING:
    from smelt.pipeline.job import Job


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("withdraw")(withdraw)


@with_layers
def terms(layers: ConfigLayers = DEFAULTS, as_json: AsJson = False) -> None:
    """List the external sources: owner, licence, obligations, evidence. Fails if the policy refuses one."""
    from rich.table import Table

    from smelt.external.policy import checked

    config = layers.config()
    intake = config.intake
    found_terms = {each.name: each for each in checked(config.external, intake.sources, intake.location)}
    rows: list[dict[str, Any]] = []
    for source in config.intake.sources:
        own: dict[str, Any] = {
            "source": source.name,
            "kind": source.kind,
            "external": source.name in found_terms,
        }
        found = found_terms.get(source.name)
        if found is not None:
            own |= {
                "owner": found.source.owner, "licence": found.source.licence,
                "obligations": list(found.terms.obligations), "retrieved": found.source.retrieved.isoformat(),
                "licence_hash": found.licence_hash, "url": found.source.url, "attribution": found.attribution,
            }  # fmt: skip
        rows.append(own)
    if as_json:
        for row in rows:
            typer.echo(json.dumps(row, ensure_ascii=False))
        return
    table = Table(box=None, pad_edge=False)
    columns = ("source", "kind", "owner", "licence", "obligations", "retrieved", "licence_hash", "url")
    for column in columns:
        table.add_column(column)
    for row in rows:
        cells = [row.get(column) or ("own" if column == "owner" else "") for column in columns]
        table.add_row(*(", ".join(cell) if isinstance(cell, list) else str(cell) for cell in cells))
    wide_console().print(table if rows else "no sources are configured: see intake.sources")


@with_layers
def withdraw(
    source: Annotated[str, typer.Argument(help="Name of the source.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; kept in ops.withdrawals. Name no person.")],
    successor: Annotated[
        bool,
        typer.Option(
            "--successor/--no-successor", help="Make the newest release that holds it again without it."
        ),
    ] = True,
    layers: ConfigLayers = DEFAULTS,
    as_json: AsJson = False,
) -> None:
    """Withdraw a source from later releases; lists releases and models with its rows, and makes a successor.

    Models are looked for among the training runs and handed-over models in tuning.out and in the registry. The
    releases before the newest one that holds it can be made again by smelt release --from RELEASE.
    """
    from smelt.pipeline.job import open_job
    from smelt.releases.manifest import read_manifests
    from smelt.releases.withdrawal import releases_holding
    from smelt.releases.withdrawal import withdraw as note
    from smelt.tuning.handover.holding import models_holding

    config = layers.config()
    job = open_job(config)
    prints = {each.release: each.fingerprint for each in read_manifests(job.warehouse)}
    held = releases_holding(job.warehouse, source)
    models, problems = models_holding(source, {name: prints[name] for name in held}, config.tuning)
    with job.warehouse.writing(f"withdrawal of {source}"):
        found = note(
            job.warehouse,
            source,
            reason,
            run_id=job.run_id,
            models=[f"{each.kind} {each.name}" for each in models],
        )
    newest = next(reversed(found), None)
    made = _successor(job, newest) if successor and newest else None
    if as_json:
        told = {"source": source, "releases": found, "models": [each._asdict() for each in models]}
        typer.echo(json.dumps(told | {"not_read": problems, "successor": made}))
        return
    typer.echo(f"{source} is withdrawn: the next smelt run rejects its examples")
    for release, rows in found.items():
        typer.echo(f"  release {release} holds {rows:,} rows of it: smelt release --from {release}")
    if not found:
        typer.echo("no release holds rows of it")
    for each in models:
        typer.echo(f"  {each.kind} {each.name} was trained on release {each.release}, which holds it")
    if not models:
        typer.echo(f"no model that is known in {config.tuning.out} holds it")
    for problem in problems:
        typer.echo(f"  {problem}")
    if made:
        typer.echo(made)


def _successor(job: Job, release: str) -> str:
    """Make the successor of ``release``; returns a sentence about the result."""
    from smelt.jobs import load_stage
    from smelt.pipeline.run import run_stages
    from smelt.releases.manifest import ReleaseError

    try:
        [report] = run_stages(replace(job, predecessor=release), [load_stage("successors")])
    except ReleaseError as error:
        return str(error)
    return report.result.note
