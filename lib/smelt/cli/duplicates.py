"""``smelt duplicates``: the largest clusters, and how their members differ."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from smelt.cli.options import DEFAULTS, AsJson, ConfigLayers, with_layers

if TYPE_CHECKING:
    from rich.text import Text

STYLES = {"same": "", "removed": "red strike", "added": "green"}
SIGNS = {"same": ("", ""), "removed": ("[-", "-]"), "added": ("{+", "+}")}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("duplicates")(duplicates)


@with_layers
def duplicates(
    top: Annotated[int, typer.Option("--top", min=1, max=1000, help="Number of clusters.")] = 10,
    members: Annotated[
        int, typer.Option("--members", min=1, max=100, help="Number of members shown of each.")
    ] = 5,
    kind: Annotated[
        str | None,
        typer.Option("--kind", help="Only clusters with a member of this kind: exact, near, semantic."),
    ] = None,
    layers: ConfigLayers = DEFAULTS,
    as_json: AsJson = False,
) -> None:
    """Show the largest clusters of duplicates: what is kept, and the words in which each other member differs."""
    from rich.console import Console

    from smelt.pipeline.job import open_job

    job = open_job(layers.config(), may_embed=True)
    clusters = largest_clusters(job.warehouse, top, members, kind)
    if as_json:
        for cluster in clusters:
            typer.echo(json.dumps(cluster, ensure_ascii=False))
        return
    console = Console(highlight=False)
    if not clusters:
        console.print("there are no duplicates" if kind is None else f"there are no {kind} duplicates")
    for cluster in clusters:
        console.rule(f"{cluster['cluster_id']}: {cluster['size']:,} members, {cluster['kept']:,} kept")
        texts = {member["example_id"]: member for member in cluster["members"]}
        for member in cluster["members"]:
            title = "kept" if member["is_kept"] else f"{member['kind']} {member['similarity']:.2f}"
            console.print(f"\n[bold]{title}[/bold] {member['example_id']}")
            kept = texts.get(member["kept_id"], member)
            for side in ("question", "answer"):
                console.print(shown(side, kept[side] or "", member[side] or "", console.is_terminal))


def largest_clusters(warehouse: Any, top: int, members: int, kind: str | None) -> list[dict[str, Any]]:
    """The largest clusters (ties by cluster_id), each with its kept examples first and then the least similar."""
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    found = warehouse.read("silver.duplicates")
    sizes = found.groupBy("cluster_id").agg(
        F.count("*").alias("size"), F.count_if("is_kept").alias("kept"), F.collect_set("kind").alias("kinds")
    )
    if kind:
        sizes = sizes.where(F.array_contains("kinds", kind))
    largest = sizes.orderBy(F.desc("size"), "cluster_id").limit(top)
    order = Window.partitionBy("cluster_id").orderBy(F.desc("is_kept"), "similarity", "example_id")
    chosen = (
        found.drop("record_id", "run_id")
        .join(F.broadcast(largest), "cluster_id")
        .withColumn("place", F.row_number().over(order))
        .where(F.col("place") <= members)
        .join(warehouse.read("silver.examples").select("example_id", "question", "answer"), "example_id")
        .orderBy(F.desc("size"), "cluster_id", "place")
    )
    clusters: dict[str, dict[str, Any]] = {}
    for row in chosen.collect():
        names = ("cluster_id", "size", "kept")
        cluster = clusters.setdefault(
            row["cluster_id"], {name: row[name] for name in names} | {"members": []}
        )
        columns = ("example_id", "kind", "similarity", "kept_id", "is_kept", "question", "answer")
        cluster["members"].append({name: row[name] for name in columns})
    return list(clusters.values())


def shown(side: str, kept: str, other: str, coloured: bool) -> Text:
    """One side of a member, with removed words (red, or [-so-]) and added words (green, or {+so+}) marked."""
    from rich.text import Text

    from smelt.duplicates.difference import word_difference

    text = Text(f"  {side}: ")
    for piece in word_difference(kept, other):
        before, after = ("", "") if coloured else SIGNS[piece.kind]
        text.append(f"{before}{piece.text}{after} ", STYLES[piece.kind])
    return text
