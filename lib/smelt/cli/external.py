"""``smelt sources terms`` and ``smelt withdraw``: where sources come from, on what terms, and taking one out."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from smelt.cli.options import AsJson, Conf, Env, Settings, configured, wide_console


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("withdraw")(withdraw)


def terms(conf: Conf = None, env: Env = None, settings: Settings = None, as_json: AsJson = False) -> None:
    """List the configured sources: owner, licence, what it obliges to, evidence. Fails where the policy refuses one."""
    from rich.table import Table

    from smelt.external.policy import checked

    config = configured(conf, env, settings)
    known = frozenset(source.name for source in config.intake.sources)
    found_terms = {each.name: each for each in checked(config.external, known)}
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


def withdraw(
    source: Annotated[str, typer.Argument(help="Name of the source.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; kept in ops.withdrawals. Name no person.")],
    conf: Conf = None,
    env: Env = None,
    settings: Settings = None,
    as_json: AsJson = False,
) -> None:
    """Withdraw a source: no later release holds it, and the releases that do are named.

    Models that were trained on those releases hold it too. Make each release anew without it:
    smelt release --from RELEASE.
    """
    from smelt.external.withdrawal import withdraw as note
    from smelt.pipeline.job import open_job

    job = open_job(configured(conf, env, settings))
    with job.warehouse.writing(f"withdrawal of {source}"):
        found = note(job.warehouse, source, reason, run_id=job.run_id)
    if as_json:
        typer.echo(json.dumps({"source": source, "releases": found}))
        return
    typer.echo(f"{source} is withdrawn: the next smelt run rejects its examples")
    for release, rows in found.items():
        typer.echo(f"  release {release} holds {rows:,} rows of it: smelt release --from {release}")
    if not found:
        typer.echo("no release holds rows of it")
