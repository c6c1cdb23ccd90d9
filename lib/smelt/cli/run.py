"""``smelt run``, ``smelt ingest``, ``smelt curate``: run the stages of the flow and show their results."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from smelt.cli.options import DEFAULTS, AsJson, ConfigLayers, with_layers

if TYPE_CHECKING:
    from smelt.config import SmeltConfig
    from smelt.pipeline.job import Job
    from smelt.pipeline.run import StageReport


SCRUBBING = "conversations"
"""The stage that needs the key."""


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("run")(run)
    app.command("ingest")(ingest)
    app.command("curate")(curate)


@with_layers
def run(
    layers: ConfigLayers = DEFAULTS,
    release: Annotated[
        str | None,
        typer.Option("--release", help="Name of the release; today's date and a number by default."),
    ] = None,
    no_release: Annotated[bool, typer.Option("--no-release", help="Stop at the curated examples.")] = False,
    as_json: AsJson = False,
) -> None:
    """Run all stages from raw files to a release: import, scrub, pair, score, drop duplicates, split, release.

    What was done before is not done again; a run that was killed is finished by the next one. When
    nothing changed since the last release, no new one is made.
    """
    from smelt.tables.ledger import STAGES

    stages = [*STAGES] if no_release else [*STAGES, "releases"]
    _run(layers.config(), stages, as_json=as_json, release=release)


@with_layers
def ingest(layers: ConfigLayers = DEFAULTS, as_json: AsJson = False) -> None:
    """Import new raw files into bronze; unusable entries go to bronze.quarantine with their reasons."""
    _run(layers.config(), ["ingest"], as_json=as_json)


@with_layers
def curate(layers: ConfigLayers = DEFAULTS, as_json: AsJson = False) -> None:
    """Process bronze to gold.curated_examples: all stages of a run except import and release."""
    from smelt.tables.ledger import STAGES

    _run(layers.config(), STAGES[1:], as_json=as_json)


def _run(config: SmeltConfig, stages: Sequence[str], *, as_json: bool, release: str | None = None) -> None:
    from rich.console import Console

    from smelt.cli.progress import shown_progress
    from smelt.external.policy import checked
    from smelt.jobs import load_stages
    from smelt.pii.keys import load_keys
    from smelt.pipeline.engine import start_workers
    from smelt.pipeline.job import open_job
    from smelt.pipeline.run import run_stages
    from smelt.releases.intact import damaged_releases
    from smelt.tables.embedded import engine_name, is_embedded

    if SCRUBBING in stages and config.pii.key.source != "databricks":
        checked(config.external, config.intake.sources, config.intake.location)
        load_keys(config.pii.key)  # report a missing key before Spark starts and before anything is ingested
    console = Console(stderr=True, quiet=as_json)
    began = time.monotonic()
    with console.status("starting the engine"):
        job = open_job(config, release=release, may_embed=True)
    if {"ingest", SCRUBBING} <= {*stages} and is_embedded(job.spark):
        start_workers(config)
    console.print(f"run {job.run_id}   {engine_name(job.spark)} ready in {time.monotonic() - began:.1f} s")
    job.warehouse.check_writable()
    for line in damaged_releases(job.warehouse):
        console.print(
            f"[bold red]{line}[/bold red]; it was changed by other means than smelt", highlight=False
        )
    reports: list[StageReport] = []
    with shown_progress(job.spark, console) as progress:
        for report in run_stages(job, load_stages(stages), on_start=progress.stage):
            reports.append(report)
            console.print(_line(report), highlight=False, soft_wrap=True)
            if as_json:
                typer.echo(json.dumps(_as_dict(job, report)))
    if as_json:
        return
    _summary(reports, job, time.monotonic() - began)


def _line(report: StageReport) -> str:
    result = report.result
    if not result.entries:
        return f"  {report.stage:<18} {result.note or 'nothing new'}  [dim]{report.seconds:.1f} s[/dim]"
    parts = [f"in {result.total('in'):,}", f"out {result.total('out'):,}"]
    parts += [f"{name} {result.total(name):,}" for name in ("rejected", "quarantined") if result.total(name)]
    note = f"  ({result.note})" if result.note else ""
    return f"  {report.stage:<18} {', '.join(parts)}{note}  [dim]{report.seconds:.1f} s[/dim]"


def _as_dict(job: Job, report: StageReport) -> dict[str, Any]:
    return {
        "run_id": job.run_id,
        "stage": report.stage,
        "seconds": round(report.seconds, 3),
        "note": report.result.note,
        "entries": [entry._asdict() for entry in report.result.entries if entry.count],
    }


def _hints(reports: Sequence[StageReport], job: Job) -> list[str]:
    """Hints for sources mostly quarantined for one reason (:mod:`smelt.intake.hints`)."""
    from smelt.intake.hints import hints

    counted = [entry for report in reports if report.stage == "ingest" for entry in report.result.entries]
    return hints(job.config.intake.sources, counted)


def _summary(reports: Sequence[StageReport], job: Job, seconds: float) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    rejected: dict[tuple[str, str, str], int] = {}
    is_judged = any(report.stage == "curated_examples" and report.result.entries for report in reports)
    for report in reports:
        if is_judged and report.stage in ("scores", "duplicates"):
            continue  # their reasons are listed under curated_examples, once per pair
        for entry in report.result.entries:
            if entry.measure in ("rejected", "quarantined") and entry.count:
                key = (report.stage, entry.measure, entry.reason or "")
                rejected[key] = rejected.get(key, 0) + entry.count
    if rejected:
        table = Table(title="what did not go on, and why", box=None, title_justify="left", pad_edge=False)
        for column in ("stage", "", "reason"):
            table.add_column(column)
        table.add_column("rows", justify="right")
        for (stage, measure, reason), count in sorted(
            rejected.items(), key=lambda item: (item[0][0], -item[1])
        ):
            table.add_row(stage, measure, reason, f"{count:,}")
        console.print(table)
    for sentence in _hints(reports, job):
        console.print(f"hint: {sentence}", highlight=False, soft_wrap=True, markup=False)
    console.print(
        f"done in {seconds:.1f} s; tables are {job.warehouse.described}", highlight=False, soft_wrap=True
    )
