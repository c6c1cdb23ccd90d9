"""A warehouse of the first version is read and continued: nothing is rebuilt but what better rules make anew."""

from __future__ import annotations

import shutil
import tarfile
from pathlib import Path

import pytest

from smelt.config import load_config
from smelt.jobs import load_stages
from smelt.pipeline.job import open_job
from smelt.pipeline.run import run_stages
from smelt.tables.ledger import STAGES
from smelt.tables.rules import RULES

pytestmark = pytest.mark.of_spark

ARCHIVE = Path(__file__).resolve().parents[1] / "fixtures" / "warehouse-0.1.0.tar.xz"
AFTER_INGEST = [stage for stage in STAGES if stage != "ingest"]
TABLES = {
    "conversations": "silver.conversations",
    "pii_findings": "silver.pii_findings",
    "examples": "silver.examples",
    "records": "silver.records",
    "scores": "silver.scores",
    "duplicates": "silver.duplicates",
    "curated_examples": "gold.curated_examples",
    "releases": "gold.releases",
}
RESTS_ON = {
    "conversations": [],
    "records": [],
    "pii_findings": ["conversations"],
    "examples": ["conversations", "records"],
    "scores": ["conversations", "records", "examples"],
    "duplicates": ["conversations", "records", "examples", "scores"],
    "curated_examples": ["conversations", "records", "examples", "scores", "duplicates"],
    "releases": ["conversations", "records", "examples", "scores", "duplicates", "curated_examples"],
}
"""Stages whose rules, where they were raised, may make the rows of a stage anew."""


COMPARED = {
    "conversations": "record_id, title, turns.text AS texts, resolution, pii_count, pii_rejections",
    "examples": "example_id, question, answer, context.text AS texts, text_hash, rejections",
    "records": "record_id, question, answer, category, flags, rejections, pii_count",
    "scores": "example_id, composite, rejections",
}
"""What the rows of a stage say, without hashes of what they were made from."""


@pytest.fixture(scope="module")
def extracted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("older")
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(folder, filter="data")
    file = folder / "smelt.yaml"
    # Templates gave no examples then.
    text = file.read_text("utf-8")
    file.write_text(text.replace("- source: tickets\n", "- source: tickets\n    examples: conversation\n"))
    return file


@pytest.fixture(scope="module")
def first_run(extracted, spark, tmp_path_factory):
    """The warehouse after a run of this version, and the rows that the run wrote."""
    file = a_copy(extracted, tmp_path_factory.mktemp("continued"))
    _, written = run(spark, file)
    return file, written


@pytest.fixture
def older(extracted, tmp_path):
    return a_copy(extracted, tmp_path / "older")


@pytest.fixture
def continued(first_run, tmp_path):
    return a_copy(first_run[0], tmp_path / "continued")


def a_copy(file, folder):
    return shutil.copytree(file.parent, folder, dirs_exist_ok=True) / file.name


def run(spark, file, *, stages=(*AFTER_INGEST, "releases"), settings=()):
    """Entries that each stage read, and the rows of its table that this run wrote."""
    job = open_job(load_config([file], settings=settings), spark=spark)
    read = {report.stage: report.result.total("in") for report in run_stages(job, load_stages(stages))}
    written = {
        stage: job.warehouse.read(TABLES[stage]).where(f"run_id = '{job.run_id}'").count() for stage in stages
    }
    return read, written


def contents(spark, file, stage):
    rows = open_job(load_config([file]), spark=spark).warehouse.read(TABLES[stage])
    return sorted(map(str, rows.selectExpr(*COMPARED[stage].split(", ")).collect()))


def test_a_run_finds_nothing_to_rebuild_and_makes_no_release(first_run):
    _, written = first_run
    stands = {
        stage
        for stage, others in RESTS_ON.items()
        if all(RULES.get(name, 1) == 1 for name in (stage, *others))
    }
    rebuilt = sorted(stage for stage in stands if written[stage])
    assert not rebuilt, (
        f"rows of {', '.join(rebuilt)} were made anew: a new setting must be left out of digests while it has its"
        " default (smelt.identity.later), and code that makes other rows raises a version in smelt.tables.rules"
    )


def test_what_does_not_decide_on_rows_makes_none_anew(spark, continued):
    run(
        spark, continued, settings=["pii.gate.max_severe=3"]
    )  # its manifest bears the hash of what decides alone
    moved = ["pii.gate.max_severe=2", "pii.gate.max_share_high=0.5", "pii.key.name=ANOTHER_KEY"]
    read, written = run(spark, continued, settings=moved)
    assert not any(read.values())
    assert not any(written.values())


def test_rules_of_another_version_make_all_rows_anew_and_as_they_were(spark, older, monkeypatch):
    first = {stage for stage, version in RULES.items() if version == 1}
    before = {stage: contents(spark, older, stage) for stage in COMPARED}
    for stage in COMPARED:
        monkeypatch.setitem(RULES, stage, RULES[stage] + 1)
    read, _ = run(spark, older, stages=AFTER_INGEST)
    assert (read["conversations"], read["examples"], read["records"]) == (23, 23, 15)
    assert read["scores"] == 51
    same = {stage for stage, others in RESTS_ON.items() if first.issuperset({stage, *others} & set(RULES))}
    changed = {stage for stage in same & set(COMPARED) if contents(spark, older, stage) != before[stage]}
    assert not changed, (
        f"{', '.join(sorted(changed))}: code makes other rows; raise the version in smelt.tables.rules"
    )
    again, written = run(spark, older, stages=AFTER_INGEST)
    assert not any((*again.values(), *written.values()))


def test_templates_of_its_tabular_source_add_pairs_and_change_none(spark, continued):
    before = set(contents(spark, continued, "examples"))
    continued.write_text(continued.read_text("utf-8").replace("examples: conversation", "examples: both"))
    read, _ = run(spark, continued, stages=("records", "examples"))
    assert read == {"records": 0, "examples": 15}
    after = set(contents(spark, continued, "examples"))
    assert before < after
    assert len(after) == len(before) + 15
