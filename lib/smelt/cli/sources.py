"""``smelt sources``: checks how the first records of each source are mapped, and shows the terms of sources."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from smelt.cli.external import terms
from smelt.cli.options import DEFAULTS, AsJson, ConfigLayers, with_layers

if TYPE_CHECKING:
    from smelt.report.source_check import SourceCheck

SHOWN = 8
"""Most unmapped fields whose names are shown."""


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(no_args_is_help=True, help="Check the configured sources before a run.")
    group.callback()(_group)
    group.command("check")(check)
    group.command("terms")(terms)
    app.add_typer(group, name="sources")


def _group() -> None:
    """Check the configured sources before a run."""


@with_layers
def check(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="CONF", help="Configuration, as after --conf.")
    ] = None,
    layers: ConfigLayers = DEFAULTS,
    first: Annotated[int, typer.Option("--records", min=1, help="Records to read of each source.")] = 200,
    as_json: AsJson = False,
) -> None:
    """Read the first records of each source and report how they map: roles, times, pairs, rests, problems.

    Nothing is written, and no text of a record is shown. Exit code 1 where something looks wrong.
    """
    from smelt.report.source_check import check_sources

    config = layers.and_more(files=files or ()).config()
    found = False
    if not config.intake.sources:
        typer.echo("no sources are configured: see intake.sources", err=True)
        raise typer.Exit(1)
    for checked in check_sources(config, first):
        found = found or bool(checked.problems)
        typer.echo(json.dumps(checked._asdict()) if as_json else _written(checked))
    raise typer.Exit(1 if found else 0)


def _written(check: SourceCheck) -> str:
    lines = [f"{check.source}: {check.files:,} files, the first {check.records:,} records"]
    lines += _line("quarantined", check.quarantined)
    lines += _line("left out by where", check.excluded)
    if check.turns:
        lines.append(f"  turns: {_counts(check.roles)}; {check.with_times:,} of {check.turns:,} with a time")
    if check.records:
        lines.append(f"  pairs: {check.usable_pairs:,}")
    lines += _line("records without a pair", check.rejected)
    if check.left_over:
        most = sorted(check.left_over.items(), key=lambda item: (-item[1], item[0]))
        more = f" and {len(most) - SHOWN} more" if len(most) > SHOWN else ""
        lines.append(f"  not mapped, kept in extras: {', '.join(name for name, _ in most[:SHOWN])}{more}")
    lines += [f"  ! {problem}" for problem in check.problems]
    return "\n".join(lines)


def _line(title: str, counts: Mapping[str, int]) -> list[str]:
    return [f"  {title}: {_counts(counts)}"] if counts else []


def _counts(counts: Mapping[str, int]) -> str:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{count:,} {name}" for name, count in ordered)
