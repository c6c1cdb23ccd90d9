"""``smelt report``: measure a release, and write its report and its dataset card."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from smelt.cli.options import DEFAULTS, AsJson, ConfigLayers, with_layers
from smelt.cli.places import folder_to_write, shown
from smelt.dataset_quality.measure_names import ALL

if TYPE_CHECKING:
    from smelt.dataset_quality.measures import Measure


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("report")(report)


@with_layers
def report(
    release: Annotated[str, typer.Argument(help="Name of the release, or latest.")] = "latest",
    out: Annotated[
        str | None,
        typer.Option(
            "--out", "-o", help="Folder of this machine or s3a://..., hdfs://...; reports/RELEASE by default."
        ),
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Measure again, even if there is a report.")] = False,
    gate: Annotated[bool, typer.Option("--gate", help="Exit with 1 when a gate fails.")] = False,
    layers: ConfigLayers = DEFAULTS,
    as_json: AsJson = False,
) -> None:
    """Write report.html (one file, no network), README.md (dataset card) and measures.json of a release.

    A release that was not measured yet is measured first (gold.quality_reports). Where report.mlflow has a
    tracking URI, dataset, measures and files are logged there too.
    """
    from smelt.dataset_quality.gates import verdict
    from smelt.jobs.quality_reports import measure
    from smelt.pipeline.job import open_job
    from smelt.releases.manifest import find_manifest
    from smelt.report.card import card
    from smelt.report.collect import collected, is_measured
    from smelt.report.render import page
    from smelt.report.tracking import logged

    config = layers.config()
    job = open_job(config, may_embed=True)
    name = find_manifest(job.warehouse, release).release
    if again or not is_measured(job.warehouse, name):
        with job.warehouse.writing(f"report of {name}"):
            measure(job, name)
    data = collected(job.warehouse, name, config.report, config.pii)
    files = {
        "report.html": page(data, config.report, config.dataset_quality.history),
        "README.md": card(data),
        "measures.json": json.dumps([measure_as_dict(m) for m in data.measures], indent=1, allow_nan=False)
        + "\n",
    }
    folder = out or str(Path("reports") / name)
    with folder_to_write(job.spark, folder) as local:
        local.mkdir(parents=True, exist_ok=True)
        for file, text in files.items():
            (local / file).write_text(text, "utf-8")
    run = None
    if config.report.mlflow.tracking_uri:
        run = logged(data, files, job.warehouse.location("gold.training_splits"), config.report.mlflow)
    status = verdict(data.measures)
    if as_json:
        written = {file: shown(folder, file) for file in files}
        typer.echo(json.dumps({"release": name, "verdict": status, "files": written, "mlflow_run": run}))
    else:
        typer.echo(f"release {name}: {status}")
        for line in findings(data.measures):
            typer.echo(f"  {line}")
        for file in files:
            typer.echo(f"  {shown(folder, file)}")
        if run:
            typer.echo(f"  MLflow run {run}")
    if gate and status == "fail":
        raise typer.Exit(1)


def findings(measures: Sequence[Measure]) -> list[str]:
    """A line for each measure that fails or warns, failures first; segments of one measure share a line."""
    by_measure: dict[tuple[str, str], list[Measure]] = {}
    for status in ("fail", "warn"):
        for each in measures:
            if each.status == status:
                by_measure.setdefault((status, f"{each.family}.{each.measure}"), []).append(each)
    lines = []
    for (status, measure), found in by_measure.items():
        first = found[0]
        of = "" if first.dimension == ALL else f" of {first.dimension} {first.segment}"
        more = f" (and {len(found) - 1:,} more)" if len(found) > 1 else ""
        lines.append(f"{status}  {measure}{of}: {first.reason}{more}")
    return lines


def measure_as_dict(measure: object) -> dict[str, object]:
    """A measure as a dict; numbers that are not finite become None."""
    import dataclasses
    import math

    values = dataclasses.asdict(measure)  # type: ignore[call-overload]
    return {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in values.items()}
