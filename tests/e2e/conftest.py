"""One run of the whole way by Spark, made once and copied for each file of tests that reads it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from smelt.config import load_config
from smelt.generate.config import GenerateConfig
from smelt.generate.generator import generate
from smelt.generate.project import write_project
from smelt.jobs import load_stages
from smelt.pipeline.job import Job, open_job
from smelt.pipeline.run import StageReport, run_stages
from smelt.tables.ledger import STAGES

RECORDS = 300
ODD_NAME = "a b, 50% off o'brien"
"""All that reads a run below this folder shows that its name is no obstacle. Polars finds no file below it."""


class Finished(NamedTuple):
    """A run from generated files to a release: its configuration, the settings beside it, and what came of it."""

    project: Path
    settings: list[str]
    job: Job
    reports: list[StageReport]


@pytest.fixture(scope="session")
def original_run(spark, tmp_path_factory) -> Finished:
    folder = tmp_path_factory.mktemp("whole_way") / ODD_NAME
    folder.mkdir()
    config = GenerateConfig(records=RECORDS, seed=11)
    generate(folder, config, lambda step: None)
    project = write_project(folder, config.kinds)
    job = open_job(load_config([project]), spark=spark)
    return Finished(project, [], job, list(run_stages(job, load_stages([*STAGES, "releases"]))))


@pytest.fixture(scope="module")
def finished(original_run, spark, tmp_path_factory, request) -> Finished:
    """The run with a copy of its tables for one file, which may change them; below the folder that its FOLDER names."""
    name = getattr(request.module, "FOLDER", "whole_way")
    root = shutil.copytree(original_run.job.warehouse.root, tmp_path_factory.mktemp("copy") / name)
    settings = [f"warehouse.root={root}"]
    job = open_job(load_config([original_run.project], settings=settings), spark=spark)
    return original_run._replace(settings=settings, job=job)
