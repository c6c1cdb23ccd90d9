"""``smelt dedup``: the duplicates of a file, without Spark."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from smelt.cli.options import DEFAULTS, ConfigLayers, in_a_pipe, with_layers
from smelt.cli.places import on_this_machine


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("dedup")(dedup)


@with_layers
def dedup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="JSON lines (also .gz) or .parquet.")],
    out: Annotated[
        Path,
        typer.Option(
            "--out", metavar="FILE", callback=on_this_machine, help="JSON lines, or Parquet if it ends so."
        ),
    ],
    id_column: Annotated[str, typer.Option("--id-column", help="Column with a unique id.")] = "id",
    text_column: Annotated[str, typer.Option("--text-column", help="Column to compare.")] = "text",
    every_row: Annotated[
        bool, typer.Option("--all", help="One line for every row, not only for those with a duplicate.")
    ] = False,
    threshold: Annotated[
        float | None, typer.Option("--threshold", min=0.05, max=1, help="Least Jaccard similarity [0.7].")
    ] = None,
    layers: ConfigLayers = DEFAULTS,
) -> None:
    """Find exact and near duplicates in FILE; writes one line per row: id, cluster_id, kind, similarity, kept_id.

    Two rows are near duplicates when the Jaccard similarity of their word 5-grams (character 5-grams for
    short texts) is at least the threshold; every pair that is reported was verified exactly. Keep the rows
    whose kept_id is their own id. Rows without a word are of kind empty and no duplicates of each other.
    """
    from smelt.duplicates import files
    from smelt.isolate import PREFIX

    with in_a_pipe():
        least = [f"duplicates.near.threshold={threshold}"] if threshold else []
        config = layers.and_more(settings=least).config().duplicates
        rows = files.read_rows(file, id_column, text_column)
        found = files.duplicates_of(rows, config, every_row=True)
        wanted = found if every_row else files.noteworthy(found)
        files.write_rows(wanted, out)
    kinds = dict(found["kind"].value_counts().iter_rows())
    copies = found.filter(found["cluster_id"].is_not_null() & (found["id"] != found["kept_id"])).height
    typer.echo(
        f"{found.height:,} rows: {copies:,} copies in {found['cluster_id'].drop_nulls().n_unique():,} clusters"
        f" (members: {kinds.get('exact', 0):,} exact, {kinds.get('near', 0):,} near),"
        f" {kinds.get('unique', 0):,} unique, {kinds.get('empty', 0):,} empty"
    )
    failed = sum(count for kind, count in kinds.items() if kind.startswith(PREFIX))
    if failed:
        typer.echo(f"{failed:,} texts could not be compared; their kind says why", err=True)
