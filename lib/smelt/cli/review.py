"""``smelt review``: draws samples for reviewers, and imports their answers."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from smelt.cli import review_results
from smelt.cli.options import DEFAULTS, AsJson, ConfigLayers, with_layers
from smelt.cli.review_results import SampleName

if TYPE_CHECKING:
    from smelt.pipeline.job import Job
    from smelt.review.config import ReviewConfig
    from smelt.review.tasks import Task
    from smelt.tables.ledger import StageResult

commands = typer.Typer(
    name="review",
    help="Review of pairs by people: draw a sample, import answers, measure agreement, apply verdicts.",
    no_args_is_help=True,
)


class TaskFormat(StrEnum):
    """The tool for which task files are written."""

    label_studio = "label-studio"
    argilla = "argilla"
    csv = "csv"
    jsonl = "jsonl"


TaskFolder = Annotated[Path | None, typer.Option("--out", "-o", help="Folder for the files; new or empty.")]
Formats = Annotated[
    list[TaskFormat], typer.Option("--format", help="Annotation tool to write files for; may be repeated.")
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    review_results.add_to(commands)
    app.add_typer(commands)


@commands.command("sample")
@with_layers
def sample(
    scope: Annotated[
        str,
        typer.Argument(
            help="curated, scored (rejected pairs too, to measure rules), corrections (what users of a model in "
            "production corrected), or the name of a release."
        ),
    ] = "curated",
    name: Annotated[str | None, typer.Option("--name", help="Name of the sample.")] = None,
    out: TaskFolder = None,
    formats: Formats = [TaskFormat.label_studio],  # noqa: B006
    count: Annotated[
        int | None,
        typer.Option("--count", min=1, help="Pairs of the representative part, instead of review.rate."),
    ] = None,
    layers: ConfigLayers = DEFAULTS,
    as_json: AsJson = False,
) -> None:
    """Draw a stratified sample and a separate part of uncertain pairs, and write the tasks for a tool.

    Every pair of the representative part has a known probability of being drawn, which serves to estimate rates of all
    pairs.
    """
    from smelt.pipeline.job import open_job
    from smelt.privacy.exports import of_sample
    from smelt.review.draw_sample import STAGE, draw_sample, keep, sample_names

    config = layers.config()
    job = open_job(config, may_embed=True)
    began = dt.datetime.now(dt.UTC)
    name = name or _next_name(scope, sample_names(job.warehouse))
    folder = out or Path("review") / name
    _check_empty(folder)
    with job.warehouse.writing(f"sample {name} for review"):
        drawn = draw_sample(
            job.warehouse, scope, name, config.review, config.quality, run_id=job.run_id, count=count
        )
        _note(job, of_sample(name), folder, "smelt review sample", drawn.tasks)
        files = _write_files(drawn.tasks, folder, formats, config.review)
        keep(job.warehouse, drawn.tasks, run_id=job.run_id)
        _enter(job, STAGE, began, drawn.result)
    if as_json:
        typer.echo(
            json.dumps({"sample": name, "folder": str(folder), "files": files, "tasks": len(drawn.tasks)})
        )
        return
    typer.echo(drawn.result.note)
    for file in files:
        typer.echo(f"  {folder / file}")
    typer.echo(
        f"next: have them answered, then smelt review import EXPORT, and smelt review agreement {name}"
    )


@commands.command("import")
@with_layers
def import_(
    files: Annotated[
        list[Path],
        typer.Argument(
            help="Exports: Label Studio JSON, JSON-MIN or CSV, Argilla's flat list, CSV, JSON lines."
        ),
    ],
    annotator: Annotated[
        str | None, typer.Option("--annotator", help="Annotator of rows that name none.")
    ] = None,
    layers: ConfigLayers = DEFAULTS,
    as_json: AsJson = False,
) -> None:
    """Import answers and update the verdicts. The same file twice changes nothing; a newer export adds new answers.

    Every task is accounted for: answered, partly answered, stale (its text changed since), skipped, refused, lost.
    """
    from smelt.pipeline.job import open_job
    from smelt.review.formats.read import read_answers
    from smelt.review.take_in import STAGE, import_answers

    config = layers.config()
    answers = read_answers(files, annotator=annotator)
    job = open_job(config, may_embed=True)
    began = dt.datetime.now(dt.UTC)
    with job.warehouse.writing("import of reviews"):
        done = import_answers(job.warehouse, answers, config.review, config.pii, run_id=job.run_id)
        _enter(job, STAGE, began, done.result)
    refused = dict(sorted(done.reconciled.refused.items()))
    if as_json:
        typer.echo(
            json.dumps(
                {"answers": len(answers), "kept": len(done.reconciled.kept), "written": done.written,
                 "verdicts": done.verdicts, "refused": refused, "tasks": done.reconciled.tasks}
            )
        )  # fmt: skip
        return
    typer.echo(f"{len(answers):,} answers read, {len(done.reconciled.kept):,} kept; {done.result.note}")
    for reason, count in refused.items():
        places = done.reconciled.places.get(reason, [])
        typer.echo(f"{count:>10,}  {reason}  ({'; '.join(places)}{' ...' if count > len(places) else ''})")
    typer.echo("tasks: " + ", ".join(f"{state} {count:,}" for state, count in done.reconciled.tasks.items()))


@commands.command("experts")
@with_layers
def experts(
    name: SampleName,
    out: TaskFolder = None,
    formats: Formats = [TaskFormat.label_studio],  # noqa: B006
    layers: ConfigLayers = DEFAULTS,
    as_json: AsJson = False,
) -> None:
    """Assign cases to experts: disagreement, low scores, privacy doubts, policy topics."""
    from smelt.pipeline.job import open_job
    from smelt.privacy.exports import of_sample
    from smelt.review.draw_sample import keep
    from smelt.review.experts import expert_tasks
    from smelt.review.summary import read_sample

    config = layers.config()
    job = open_job(config, may_embed=True)
    folder = out or Path("review") / f"{name}-experts-{job.run_id}"
    _check_empty(folder)
    with job.warehouse.writing(f"cases of {name} for experts"):
        tasks = expert_tasks(
            job.warehouse, read_sample(job.warehouse, name), config.review, run_id=job.run_id
        )
        files = []
        if tasks:
            _note(job, of_sample(name), folder, "smelt review experts", tasks)
            files = _write_files(tasks, folder, formats, config.review)
            keep(job.warehouse, tasks, run_id=job.run_id)
    nobody = sum(1 for task in tasks if not task.assigned_to)
    if as_json:
        typer.echo(
            json.dumps({"tasks": len(tasks), "unassigned": nobody, "folder": str(folder), "files": files})
        )
        return
    typer.echo(
        f"{len(tasks):,} cases for experts" + (f", {nobody:,} of them fit nobody's topics" if nobody else "")
    )
    for file in files:
        typer.echo(f"  {folder / file}")


@commands.command("simulate", hidden=True)
@with_layers
def simulate(
    name: SampleName,
    out: Annotated[Path, typer.Option("--out", "-o", help="File to write: a Label Studio JSON export.")],
    people: Annotated[int, typer.Option("--people", min=1, max=50)] = 2,
    ability: Annotated[float, typer.Option("--ability", min=0, max=1)] = 0.9,
    layers: ConfigLayers = DEFAULTS,
) -> None:
    """Write the answers of simulated annotators, for demonstrations."""
    from smelt.pipeline.job import open_job
    from smelt.review.simulate import simulate as write
    from smelt.review.take_in import read_tasks

    config = layers.config()
    warehouse = open_job(config, may_embed=True).warehouse
    tasks = list(read_tasks(warehouse, name).values())
    wanted = {task.example_id for task in tasks}
    texts = {
        row["example_id"]: row["answer"]
        for row in warehouse.collect("silver.examples", "example_id", "answer")
        if row["example_id"] in wanted
    }
    answers = write(
        tasks, out, config.review, people=people, ability=ability, seed=config.review.seed, texts=texts
    )
    typer.echo(f"{answers:,} answers of {people} simulated annotators in {out}")


def _next_name(scope: str, known: Sequence[str]) -> str:
    number = 1
    while f"{scope}-{number}" in known:
        number += 1
    return f"{scope}-{number}"


def _check_empty(folder: Path) -> None:
    from smelt.review.tasks import ReviewError

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ReviewError(f"{folder} is not empty; name a new folder with --out")


def _note(job: Job, copied: str, folder: Path, command: str, tasks: Sequence[Task]) -> None:
    from smelt.privacy.exports import note_export

    note_export(job.warehouse, copied, folder, command=command, rows=len(tasks))


def _write_files(
    tasks: Sequence[Task], folder: Path, formats: Sequence[TaskFormat], config: ReviewConfig
) -> list[str]:
    from smelt.review.formats import argilla, label_studio, sheets

    files: list[str] = []
    for each in dict.fromkeys(formats):
        below = folder / each.value
        if each is TaskFormat.label_studio:
            made = label_studio.write(tasks, below, config)
        elif each is TaskFormat.argilla:
            made = argilla.write(tasks, below, config)
        else:
            made = sheets.write(tasks, below, "csv" if each is TaskFormat.csv else "jsonl")
        files += [f"{each.value}/{file}" for file in made]
    return files


def _enter(job: Job, stage: str, began: dt.datetime, result: StageResult) -> None:
    from smelt.pipeline.bookkeeper import Bookkeeper
    from smelt.tables.ledger import check_balance

    check_balance(stage, result.entries)
    with Bookkeeper(job.warehouse, job.run_id) as books:
        books.enter(stage, "done", began, result)
