"""``smelt splits``: shows a release's splits, and proves that nothing leaks between them."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from smelt.cli.options import DEFAULTS, AsJson, ConfigLayers, with_layers


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("splits")(splits)


@with_layers
def splits(
    release: Annotated[str, typer.Argument(metavar="RELEASE", help="Name of the release, or latest.")],
    layers: ConfigLayers = DEFAULTS,
    as_json: AsJson = False,
) -> None:
    """Count what two splits of RELEASE share: records, conversations, customers, clusters, near pairs.

    Everything is computed from the tables, by other code than that which made the splits, and must be zero;
    exit code 1 where it is not.
    """
    from rich.console import Console
    from rich.table import Table

    from smelt.pipeline.job import open_job
    from smelt.releases.manifest import find_manifest
    from smelt.releases.rows import finished_rows
    from smelt.splits.overview import resolved_conflicts, split_sizes
    from smelt.splits.proof import find_leaks

    job = open_job(layers.config(), may_embed=True)
    release = find_manifest(job.warehouse, release).release
    rows = finished_rows(job.warehouse)
    sizes = split_sizes(rows, release, job.config.splits)
    leaks = find_leaks(
        rows,
        release,
        job.warehouse.read("silver.duplicates"),
        job.warehouse.read("silver.signatures"),
        job.config.duplicates.near.threshold,
    )
    conflicts = resolved_conflicts(rows, release)
    found = sum(leak.found for leak in leaks)
    if as_json:
        for size in sizes:
            typer.echo(json.dumps({"kind": "split", **size._asdict()}))
        for leak in leaks:
            typer.echo(json.dumps({"kind": "leak", **leak._asdict()}))
        typer.echo(json.dumps({"kind": "conflicts", "count": conflicts}))
    else:
        console = Console()
        shares = Table(box=None, pad_edge=False)
        for title in ("split", "examples", "share", "wanted", "groups", "largest group", "above the budget"):
            shares.add_column(title, justify="left" if title == "split" else "right")
        for size in sizes:
            shares.add_row(
                size.split, f"{size.examples:,}", f"{size.share:.1%}", f"{size.wanted:.1%}",
                f"{size.groups:,}", f"{size.largest_group:,}", f"{size.oversized:,}",
            )  # fmt: skip
        console.print(shares)
        console.print(
            f"\ngroups whose members were in different splits before, put toward test: {conflicts:,}\n"
        )
        shared = Table(box=None, pad_edge=False)
        for title in ("shared", "between", "", "count"):
            shared.add_column(title, justify="right" if title == "count" else "left")
        for leak in leaks:
            shared.add_row(leak.measure, leak.one, leak.other, f"{leak.found:,}")
        console.print(shared)
        console.print(f"\n{found:,} leaks" if found else "\nno leak: every count is zero")
    if found:
        raise typer.Exit(1)
