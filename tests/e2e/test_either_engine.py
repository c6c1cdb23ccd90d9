"""Spark and the embedded engine: the same rows in every table and the same words, from the same run."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import pytest
from deltalake import DeltaTable
from typer.testing import CliRunner

from smelt.cli.app import app
from smelt.config import load_config
from smelt.generate.config import GenerateConfig
from smelt.generate.generator import generate
from smelt.jobs import load_stages
from smelt.pipeline.engine import engine_of
from smelt.pipeline.job import open_job
from smelt.pipeline.run import run_stages
from smelt.review.draw_sample import draw_sample, keep
from smelt.review.formats.read import read_answers
from smelt.review.simulate import simulate
from smelt.review.take_in import import_answers
from smelt.tables.ledger import STAGES
from tests.e2e.conftest import ODD_NAME, RECORDS
from tests.e2e.embedded_commands import said_by_each
from tests.e2e.same_rows import differences

pytestmark = pytest.mark.connect
FOLDER = ODD_NAME
COMMANDS = ("status", "explain", "splits", "duplicates", "releases", "tables --check", "export", "report")


@pytest.fixture(scope="module")
def landing(finished):
    return finished.project


def embedded_run(landing, root):
    """What ``smelt run`` says, in a process of its own and by the embedded engine."""
    settings = [f"warehouse.root={root}", "spark.engine=sail"]
    done = subprocess.run(
        [sys.executable, "-m", "smelt.cli.app", "run", "--conf", str(landing)]
        + [part for setting in settings for part in ("--set", setting)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


def test_the_embedded_engine_gives_the_same_rows_elsewhere(finished, landing, tmp_path):
    """The same input, another place, and an engine that shares no code with Spark: the same rows in every table."""
    job = finished.job
    other = tmp_path / "elsewhere"
    assert "Sail" in embedded_run(landing, other)
    assert differences(job.warehouse.root, other, but=["ops/runs"]) == []


@pytest.mark.slow
def test_a_night_by_either_engine_gives_the_same_rows(finished, spark, landing, tmp_path):
    """Records come and change: both engines go on with tables that Spark has made, each with its own copy."""
    job = finished.job
    files_alone = shutil.ignore_patterns("warehouse")
    project = shutil.copytree(landing.parent, tmp_path / "landing", ignore=files_alone) / landing.name
    mine, theirs = (shutil.copytree(job.warehouse.root, tmp_path / name) for name in ("mine", "theirs"))
    config = GenerateConfig(records=60, seed=11, start=RECORDS)
    generate(tmp_path / "landing", config, lambda step: None)
    tickets = tmp_path / "landing" / "tickets"
    lines = min(tickets.glob("*.jsonl")).read_bytes().splitlines()[:12]
    edited = [
        line.replace(b'"description": "', b'"description": "Once more: ').replace(
            b'"description":"', b'"description":"Once more: '
        )
        for line in lines
    ]
    assert edited != lines
    (tickets / "edited.jsonl").write_bytes(b"\n".join(edited))
    night = open_job(load_config([project], settings=[f"warehouse.root={mine}"]), spark=spark)
    list(run_stages(night, load_stages([*STAGES, "releases"])))
    embedded_run(project, theirs)
    assert differences(mine, theirs) == []


@pytest.mark.slow
def test_a_review_and_children_are_the_same_by_either_engine(finished, spark, landing, tmp_path):
    """The sample, what people's answers do to verdicts and gold, and children, each by its own copy of the tables."""
    mine, theirs = (
        shutil.copytree(finished.job.warehouse.root, tmp_path / name) for name in ("mine", "theirs")
    )
    job = open_job(load_config([landing], settings=[f"warehouse.root={mine}"]), spark=spark)
    config = job.config.review
    tasks = draw_sample(job.warehouse, "scored", "pilot", config, job.config.quality, run_id="a").tasks
    keep(job.warehouse, tasks, run_id="a")
    simulate(tasks, tmp_path / "mine.json", config, people=2, seed=config.seed)
    answers = read_answers([tmp_path / "mine.json"])
    import_answers(job.warehouse, answers, config, job.config.pii, run_id="b")
    list(run_stages(job, load_stages(["scores", "duplicates", "curated_examples", "augmentations"])))

    out = tmp_path / "theirs.json"
    settings = ["--conf", str(landing), "--set", f"warehouse.root={theirs}"]
    commands = (
        ["review", "sample", "scored", "--name", "pilot", "--out", str(tmp_path / "files")],
        ["review", "simulate", "pilot", "--people", "2", "--out", str(out)],
        ["review", "import", str(out)],
        ["run"],
        ["augment"],
    )
    said_by_each([[*command, *settings] for command in commands])
    (noted,) = DeltaTable(theirs / "ops" / "exports").to_pyarrow_table().to_pylist()
    assert (noted["release"], noted["rows"]) == ("sample pilot", len(tasks))
    assert noted["place"].endswith(str(tmp_path / "files"))
    assert out.read_bytes() == (tmp_path / "mine.json").read_bytes()
    other = load_config([landing], settings=[f"warehouse.root={theirs}", "spark.engine=sail"])
    assert engine_of(other) == "sail"
    assert DeltaTable(theirs / "silver" / "augmentations").to_pyarrow_table().num_rows > 20
    apart = ["ops/runs", "ops/ledger", "ops/exports", "gold/releases", "gold/training_splits"]
    assert differences(mine, theirs, but=apart) == []


def arguments_of(command, record, out):
    more = {"explain": [record], "splits": ["latest"], "export": ["latest", out], "report": ["--out", out]}
    return [*command.split(), *more.get(command, ())]


@pytest.fixture(scope="module")
def by_the_embedded_engine(finished, landing, tmp_path_factory):
    """What each of COMMANDS says, each with a copy of the tables; the record to explain; where files were written."""
    job = finished.job
    record = job.warehouse.read("gold.training_splits").select("record_id").first()[0]
    folder = tmp_path_factory.mktemp("embedded")
    given = []
    for number, command in enumerate(COMMANDS):
        root = shutil.copytree(job.warehouse.root, folder / f"w{number}")  # which a command may write
        given.append(
            [*arguments_of(command, record, str(folder / command)),
             "--conf", str(landing), "--set", f"warehouse.root={root}"]
        )  # fmt: skip
    said = [
        text.replace(str(folder / command), "OUT").replace(str(folder / f"w{number}"), "ROOT")
        for number, (command, text) in enumerate(zip(COMMANDS, said_by_each(given), strict=True))
    ]
    return dict(zip(COMMANDS, said, strict=True)), record, folder


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_says_the_same_by_either_engine(
    finished, landing, by_the_embedded_engine, tmp_path, command
):
    said, record, folder = by_the_embedded_engine
    root = shutil.copytree(finished.job.warehouse.root, tmp_path / "w")
    out = tmp_path / "spark"
    settings = ["--conf", str(landing), "--set", f"warehouse.root={root}", "--set", "spark.engine=spark"]
    done = CliRunner().invoke(app, [*arguments_of(command, record, str(out)), *settings])
    assert done.exit_code == 0, done.output
    by_spark = done.stdout.replace(str(out), "OUT").replace(str(root), "ROOT")
    assert said[command].strip() == by_spark.strip() != ""
    places = (out, folder / command)
    if command == "export":
        by_engine = [
            sorted(line for file in place.rglob("*.jsonl") for line in file.open(encoding="utf-8"))
            for place in places
        ]
        assert by_engine[0] == by_engine[1] != []
    if command == "report":
        mine, theirs = (json.loads((place / "measures.json").read_text("utf-8")) for place in places)
        assert mine
        for one, other in zip(mine, theirs, strict=True):
            assert one == {
                name: pytest.approx(value) if isinstance(value, float) else value
                for name, value in other.items()
            }
