"""Generated raw data to a release and back to files: the whole way, twice, and once over Spark Connect."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections import defaultdict

import pytest
from deltalake import DeltaTable
from pyspark.sql import functions as F
from typer.testing import CliRunner

from smelt.cli.app import app
from smelt.config import load_config
from smelt.generate.config import GenerateConfig
from smelt.generate.generator import generate
from smelt.jobs import load_stages
from smelt.jobs.quality_reports import measure
from smelt.pipeline.engine import engine_of
from smelt.pipeline.job import open_job
from smelt.pipeline.run import run_stages
from smelt.privacy.erasure.request import forget_customers
from smelt.releases.export import export
from smelt.releases.manifest import find_manifest
from smelt.report.card import card
from smelt.report.collect import collected
from smelt.report.render import page
from smelt.review.draw_sample import draw_sample, keep
from smelt.review.formats.read import read_answers
from smelt.review.simulate import simulate
from smelt.review.take_in import import_answers
from smelt.tables.ledger import STAGES
from tests.e2e.conftest import ODD_NAME, RECORDS
from tests.e2e.same_rows import differences

pytestmark = pytest.mark.connect
FOLDER = ODD_NAME


@pytest.fixture(scope="module")
def landing(finished):
    return finished.project


@pytest.fixture(scope="module")
def first(finished):
    return finished.job, finished.reports


def run_all(spark, landing, root):
    job = open_job(load_config([landing], settings=[f"warehouse.root={root}"]), spark=spark)
    return job, list(run_stages(job, load_stages([*STAGES, "releases"])))


def embedded_run(landing, root):
    """What ``smelt run`` says, in a process of its own and by the embedded engine."""
    return embedded(landing, root, "run").stderr


def embedded(landing, root, *command):
    """A command in a process of its own and by the embedded engine."""
    settings = [f"warehouse.root={root}", "spark.engine=sail"]
    done = subprocess.run(
        [sys.executable, "-m", "smelt.cli.app", *command, "--conf", str(landing)]
        + [part for setting in settings for part in ("--set", setting)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done


def manifest(job):
    return [row.asDict() for row in job.warehouse.read("gold.releases").collect()]


def updates(landing):
    """Records that were planted a second time, with changes."""
    return sum(
        len(file.read_bytes().splitlines()) for file in (landing.parent / "truth" / "updates").glob("*.jsonl")
    )


def test_every_record_that_was_read_is_accounted_for(first, landing):
    job, reports = first
    read = reports[0].result
    assert read.total("in") == RECORDS + updates(landing)
    assert read.total("in") == read.total("out") + read.total("rejected") + read.total("quarantined")
    assert read.total("quarantined") == job.warehouse.read("bronze.quarantine").count() > 0
    bronze = sum(
        job.warehouse.read(f"bronze.{kind}").count()
        for kind in ("tickets", "chats", "transcripts", "articles")
    )
    assert bronze == job.warehouse.read("silver.conversations").count()
    assert reports[-1].result.total("out") == job.warehouse.read("gold.curated_examples").count() > 0


def test_the_ledger_in_the_table_balances_by_stage_and_source(first):
    job, _ = first
    sums = defaultdict(lambda: defaultdict(int))
    for row in job.warehouse.read("ops.ledger").collect():
        sums[row["stage"], row["source"]][row["measure"]] += row["count"]
    assert {stage for stage, _ in sums} >= {
        "ingest",
        "conversations",
        "examples",
        "curated_examples",
        "releases",
    }
    for by in sums.values():
        assert by["in"] == by["out"] + by["rejected"] + by["quarantined"]


def test_a_group_is_in_one_split_only(first):
    job, _ = first
    rows = (
        job.warehouse.read("gold.training_splits").select("group_id", "split", "release").distinct().collect()
    )
    assert len(rows) == len({row["group_id"] for row in rows})
    assert {row["split"] for row in rows} == {"train", "validation", "test"}


def test_messages_are_what_trainers_read(first):
    job, _ = first
    for row in job.warehouse.read("gold.training_splits").limit(20).collect():
        roles = [message["role"] for message in row["messages"]]
        assert roles[-1] == "assistant"
        assert [message["role"] for message in row["completion"]] == ["assistant"]
        assert row["prompt"][-1]["role"] == "user"
        assert row["messages"] == row["prompt"] + row["completion"]


def test_a_second_run_finds_nothing_and_makes_no_release(first, spark, landing):
    job, _ = first
    before = manifest(job)
    again, reports = run_all(spark, landing, job.warehouse.root)
    assert {report.stage: report.result.total("in") for report in reports} == dict.fromkeys(
        [*STAGES, "releases"], 0
    )
    runs = again.warehouse.read("ops.runs").where(F.col("run_id") == again.run_id)
    assert {row["stage"] for row in runs.where("state = 'done' AND rows_in = 0").collect()} == {
        *STAGES,
        "releases",
    }
    assert manifest(again) == before


def test_the_embedded_engine_gives_the_same_rows_elsewhere(first, landing, tmp_path):
    """The same input, another place, and an engine that shares no code with Spark: the same rows in every table."""
    job, _ = first
    other = tmp_path / "elsewhere"
    assert "Sail" in embedded_run(landing, other)
    assert differences(job.warehouse.root, other, but=["ops/runs"]) == []


@pytest.mark.slow
def test_a_night_by_either_engine_gives_the_same_rows(first, spark, landing, tmp_path):
    """Records come and change: both engines go on with tables that Spark has made, each with its own copy."""
    job, _ = first
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
    run_all(spark, project, mine)
    embedded_run(project, theirs)
    assert differences(mine, theirs) == []


@pytest.mark.slow
def test_a_review_and_children_are_the_same_by_either_engine(first, spark, landing, tmp_path):
    """The sample, what people's answers do to verdicts and gold, and children, each by its own copy of the tables."""
    made, _ = first
    mine, theirs = (shutil.copytree(made.warehouse.root, tmp_path / name) for name in ("mine", "theirs"))
    job = open_job(load_config([landing], settings=[f"warehouse.root={mine}"]), spark=spark)
    config = job.config.review
    tasks = draw_sample(job.warehouse, "scored", "pilot", config, job.config.quality, run_id="a").tasks
    keep(job.warehouse, tasks, run_id="a")
    simulate(tasks, tmp_path / "mine.json", config, people=2, seed=config.seed)
    answers = read_answers([tmp_path / "mine.json"])
    import_answers(job.warehouse, answers, config, job.config.pii, run_id="b")
    list(run_stages(job, load_stages(["scores", "duplicates", "curated_examples", "augmentations"])))

    out = tmp_path / "theirs.json"
    embedded(
        landing, theirs, "review", "sample", "scored", "--name", "pilot", "--out", str(tmp_path / "files")
    )
    (noted,) = DeltaTable(theirs / "ops" / "exports").to_pyarrow_table().to_pylist()
    assert (noted["release"], noted["rows"]) == ("sample pilot", len(tasks))
    assert noted["place"].endswith(str(tmp_path / "files"))
    embedded(landing, theirs, "review", "simulate", "pilot", "--people", "2", "--out", str(out))
    embedded(landing, theirs, "review", "import", str(out))
    assert out.read_bytes() == (tmp_path / "mine.json").read_bytes()
    other = load_config([landing], settings=[f"warehouse.root={theirs}", "spark.engine=sail"])
    assert engine_of(other) == "sail"
    embedded_run(landing, theirs)
    embedded(landing, theirs, "augment")
    assert DeltaTable(theirs / "silver" / "augmentations").to_pyarrow_table().num_rows > 20
    apart = ["ops/runs", "ops/ledger", "ops/exports", "gold/releases", "gold/training_splits"]
    assert differences(mine, theirs, but=apart) == []


def test_no_planted_value_of_the_severe_kinds_reaches_the_release(first, landing):
    job, _ = first
    planted = {
        span["value"]
        for file in (landing.parent / "truth" / "pii").glob("*.jsonl")
        for line in file.read_text("utf-8").splitlines()
        for span in json.loads(line)["spans"]
        if span["entity"] in {"EMAIL", "CREDIT_CARD", "US_SSN", "IBAN"}
    }
    assert planted
    rows = job.warehouse.read("gold.training_splits").select("messages").collect()
    text = "\n".join(message["content"] for row in rows for message in row["messages"])
    assert [value for value in planted if value in text] == []


def test_the_release_is_exported(first, tmp_path):
    job, _ = first
    found = find_manifest(job.warehouse, "latest")
    done = export(job.warehouse, found, tmp_path / "out", file_format="jsonl", shape="messages")
    lines = [
        line
        for file in (tmp_path / "out" / "data").glob("*.jsonl")
        for line in file.read_text("utf-8").splitlines()
    ]
    assert len(lines) == sum(done.rows.values()) == found.rows


def test_a_report_of_it_is_made(first):
    job, _ = first
    name = find_manifest(job.warehouse, "latest").release
    measure(job, name)
    data = collected(job.warehouse, name, job.config.report, job.config.pii)
    assert name in page(data, job.config.report, job.config.dataset_quality.history)
    assert name in card(data)


@pytest.mark.parametrize(
    "command", ["status", "explain", "splits", "duplicates", "releases", "tables --check", "export", "report"]
)
def test_a_command_says_the_same_by_either_engine(first, landing, tmp_path, command):
    job, _ = first
    root = shutil.copytree(job.warehouse.root, tmp_path / "w")  # which a command may write
    record = job.warehouse.read("gold.training_splits").select("record_id").first()[0]
    said = {}
    for engine in ("spark", "sail"):
        out = tmp_path / engine
        arguments = {
            "explain": [record], "splits": ["latest"], "export": ["latest", str(out)], "report": ["--out", str(out)],
        }.get(command, [])  # fmt: skip
        if engine == "sail":
            said[engine] = embedded(landing, root, *command.split(), *arguments).stdout
        else:
            settings = [
                "--conf",
                str(landing),
                "--set",
                f"warehouse.root={root}",
                "--set",
                "spark.engine=spark",
            ]
            done = CliRunner().invoke(app, [*command.split(), *arguments, *settings])
            assert done.exit_code == 0, done.output
            said[engine] = done.stdout
        said[engine] = said[engine].replace(str(out), "OUT")
    assert said["sail"].strip() == said["spark"].strip() != ""
    if command == "export":
        by_engine = [
            sorted(
                line for file in (tmp_path / engine).rglob("*.jsonl") for line in file.open(encoding="utf-8")
            )
            for engine in said
        ]
        assert by_engine[0] == by_engine[1] != []
    if command == "report":
        mine, theirs = (
            json.loads((tmp_path / engine / "measures.json").read_text("utf-8")) for engine in said
        )
        assert mine
        for one, other in zip(mine, theirs, strict=True):
            assert one == {
                name: pytest.approx(value) if isinstance(value, float) else value
                for name, value in other.items()
            }


def test_the_folders_name_is_no_obstacle(first, tmp_path):
    job, _ = first
    assert ODD_NAME in job.warehouse.root
    done = export(job.warehouse, find_manifest(job.warehouse, "latest"), tmp_path / ODD_NAME)
    assert done.folder.name == ODD_NAME
    assert job.spark.read.json([str(file) for file in done.folder.rglob("*.jsonl")]).count() == sum(
        done.rows.values()
    )
    tables = job.warehouse.register(["gold.releases", "silver.examples"])
    for table in tables:
        assert job.spark.table(table).count() > 0
        job.spark.sql(f"DROP TABLE {table}")


def test_a_customer_is_forgotten_last(first, landing):
    job, _ = first
    mail = next(
        found[1]
        for file in sorted(landing.parent.glob("tickets/*.jsonl"))
        for line in file.read_text("utf-8", "replace").splitlines()
        if (found := re.search(r'"requester": ?\{[^{}]*"email": ?"([^"]+)"', line))
    )
    before = job.warehouse.read("bronze.tickets").count()
    [certificate] = forget_customers(
        job.warehouse, job.config.pii, [mail], run_id="forget-1", with_vacuum=True
    )
    assert certificate.vacuumed_at
    assert job.warehouse.read("bronze.tickets").count() == before - certificate.rows_deleted["bronze.tickets"]
