"""``smelt generate``: writes fictitious support data of any size, with its ground truth."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from smelt.cli.places import on_this_machine
from smelt.errors import ConfigError
from smelt.generate.config import KINDS, GenerateConfig


def generate(
    out: Annotated[
        Path,
        typer.Argument(callback=on_this_machine, help="Folder to write to; made where it does not exist."),
    ],
    records: Annotated[
        int, typer.Option("--records", "-n", help="Records in all, damaged ones included.")
    ] = 10_000,
    seed: Annotated[int, typer.Option(help="The same seed and count give the same bytes.")] = 7,
    kinds: Annotated[str, typer.Option(help="Any of tickets,chats,transcripts,articles.")] = ",".join(KINDS),
    messy: Annotated[
        float, typer.Option(help="Share of damaged records; four in ten of them are unusable.")
    ] = 0.05,
    duplicates: Annotated[float, typer.Option(help="Share of planted exact and near duplicates.")] = 0.06,
    start: Annotated[int, typer.Option(help="Go on after an earlier run of this many records.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print the counts as JSON.")] = False,
) -> None:
    """Write invented tickets, chats, transcripts and articles, as messy as real ones.

    OUT gets a folder a source, truth/ (personal data by record and field, planted duplicates, damaged
    and updated records) and smelt.yaml, with which `smelt run --conf OUT/smelt.yaml` starts at once.

    Examples: smelt generate demo -n 10000 / smelt generate more --start 10000 -n 100
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    from smelt.generate.generator import generate as write
    from smelt.generate.project import write_project

    config = _config(
        records=records,
        seed=seed,
        kinds=tuple(kind.strip() for kind in kinds.split(",") if kind.strip()),
        messy=messy,
        duplicates=duplicates,
        start=start,
    )
    began = time.monotonic()
    console = Console(stderr=True)
    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress("generate", *columns, console=console, transient=True, disable=as_json) as progress:
        task = progress.add_task("generate", total=records)
        done = write(out, config, lambda step: progress.advance(task, step))
    conf = write_project(out, config.kinds)
    seconds = time.monotonic() - began
    if as_json:
        counts = {
            "records": done.records,
            "copies": done.copies,
            "damaged": done.damaged,
            "updates": done.updates,
        }
        typer.echo(json.dumps({**counts, "seconds": round(seconds, 2), "conf": str(conf)}))
        return
    for source, count in done.records.items():
        typer.echo(f"{count:>12,}  {source}")
    typer.echo(
        f"{done.total:>12,}  records in {seconds:.1f} s, {done.copies.total():,} of them planted duplicates, "
    )
    typer.echo(
        f"{'':14}{done.damaged.total():,} damaged, {done.updates.total():,} written again with changes"
    )
    typer.echo(f"{'':14}the truth is in {out / 'truth'}")
    typer.echo(f"next: smelt run --conf {conf}")


def _config(**values: Any) -> GenerateConfig:
    try:
        return GenerateConfig(**values)
    except ValidationError as error:
        problems = [
            f"--{'.'.join(str(part) for part in found['loc'])}: {found['msg']}"
            for found in error.errors(include_url=False, include_input=False)
        ]
        raise ConfigError("nothing was generated", problems) from None


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(generate)
