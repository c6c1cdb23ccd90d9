"""Folders with blanks, percent signs, brackets, quotes and links: what they are called and hold stops no command."""

from __future__ import annotations

import json
import os

import pytest

from smelt.config import load_config
from smelt.generate.config import GenerateConfig
from smelt.generate.generator import generate
from smelt.generate.project import write_project
from smelt.jobs import load_stages, quality_reports
from smelt.pipeline.job import open_job
from smelt.pipeline.run import run_stages
from smelt.releases.export import export
from smelt.releases.manifest import find_manifest
from smelt.report.collect import collected
from smelt.tables.ledger import STAGES

NAME = "a[1] {x} #2 100%25 `t` *?;&=+ ünï\\q"
"""delta-rs cannot read below it, Spark can. The run of the whole way lies below a folder that both can read."""


def test_every_command_works_below_any_folder(spark, tmp_path):
    root = tmp_path / NAME
    root.mkdir()
    config = GenerateConfig(records=80, seed=3, kinds=("tickets", "articles"))
    generate(root, config, lambda step: None)
    project = write_project(root, config.kinds)
    stages = load_stages([*STAGES, "releases"])
    job = open_job(load_config([project]), spark=spark)
    assert job.warehouse.root.startswith(str(root))
    first = list(run_stages(job, stages))
    assert first[0].result.total("in") >= 80
    assert first[-1].result.total("out") > 0

    again = list(run_stages(open_job(load_config([project]), spark=spark), stages))
    assert not any(report.result.entries for report in again[:-1])

    manifest = find_manifest(job.warehouse, "latest")
    done = export(job.warehouse, manifest, root / "export to")
    rows = [json.loads(line) for file in done.files if file.endswith(".jsonl")
            for line in (done.folder / file).read_text("utf-8").splitlines()]  # fmt: skip
    assert len(rows) == manifest.rows
    quality_reports.measure(job, manifest.release)
    assert collected(job.warehouse, manifest.release, job.config.report, job.config.pii).measures
    for table in job.warehouse.register(["gold.releases", "silver.examples"]):
        assert spark.table(table).count() > 0
        spark.sql(f"DROP TABLE {table}")


@pytest.mark.embedded
def test_links_are_followed_once_within_the_landing_and_never_out_of_it(spark, tmp_path):
    landing, outside = tmp_path / "landing", tmp_path / "outside"
    tickets = landing / "tickets"
    (tickets / "day 1").mkdir(parents=True)
    outside.mkdir()

    def write(path, key):
        path.write_text(json.dumps({"id": key, "body": f"text of {key}"}) + "\n")

    write(tickets / "day 1" / "own.jsonl", "own")
    write(outside / "secret.jsonl", "secret")
    (landing / "shared").mkdir()
    write(landing / "shared" / "more.jsonl", "more")
    os.symlink(tickets, tickets / "day 1" / "loop")
    os.symlink(tickets / "day 1" / "own.jsonl", tickets / "a-second-name.jsonl")
    os.symlink(landing / "shared", tickets / "shared")
    os.symlink(outside, tickets / "out")
    os.symlink(outside / "secret.jsonl", tickets / "out.jsonl")
    os.symlink(tmp_path / "nothing", tickets / "broken.jsonl")
    source = {"name": "desk", "kind": "tickets", "format": "json_lines", "path": "tickets", "glob": "*.jsonl",
              "mapping": {"source_key": "id", "body": "body"}}  # fmt: skip
    config = tmp_path / "smelt.yaml"
    config.write_text(json.dumps({
        "warehouse": {"root": str(tmp_path / "warehouse")},
        "intake": {"landing": str(landing), "sources": [source]},
    }))  # fmt: skip
    for expected in (2, 0):
        job = open_job(load_config([config]), spark=spark)
        (report,) = run_stages(job, load_stages(["ingest"]))
        assert report.result.total("in") == expected
        assert "3 symbolic links lead out" in report.result.note
    keys = {row["source_key"] for row in job.warehouse.read("bronze.tickets").collect()}
    assert keys == {"own", "more"}
