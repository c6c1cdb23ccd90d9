"""A real Airflow runs the DAG of deploy/ once, step by step, to a release and its report.

Installed beside, because it pins much: ``python -m venv af && af/bin/pip install apache-airflow``, then
``AIRFLOW=af/bin/airflow make test-services``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from deltalake import DeltaTable

from smelt.generate.config import GenerateConfig
from smelt.generate.generator import generate
from smelt.generate.project import write_project

DAG = Path(__file__).parents[2] / "deploy" / "airflow_dag.py"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """The configuration of a little generated data."""
    folder = tmp_path_factory.mktemp("airflow")
    config = GenerateConfig(records=60, seed=3, kinds=("tickets", "articles"))
    generate(folder, config, lambda step: None)
    return write_project(folder, config.kinds)


@pytest.fixture(scope="module")
def airflow(project, tmp_path_factory):
    """A function that calls Airflow with a home of its own, whose only DAG is ours."""
    program = os.environ.get("AIRFLOW") or shutil.which("airflow")
    if program is None:
        pytest.skip("no Airflow: set AIRFLOW to its program")
    home = tmp_path_factory.mktemp("home")
    (home / "dags").mkdir()
    shutil.copy(DAG, home / "dags")
    environment = {
        **os.environ, "AIRFLOW_HOME": str(home), "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(home / "dags"),
        "SMELT": f"{sys.executable} -m smelt.cli.app", "SMELT_CONF": str(project),
        "SMELT_REPORTS": str(project.parent / "reports"),
    }  # fmt: skip

    def call(*arguments):
        done = subprocess.run(
            [program, *arguments], env=environment, cwd=project.parent, capture_output=True, text=True,
            check=False, timeout=900,
        )  # fmt: skip
        assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
        return done.stdout

    call("db", "migrate")
    return call


def test_a_night_of_it_makes_a_release(airflow, project):
    airflow("dags", "test", "smelt_nightly")
    releases = DeltaTable(str(project.parent / "warehouse" / "gold" / "releases")).to_pyarrow_table()
    assert releases.num_rows == 1
    assert releases["rows"][0].as_py() > 0
    assert [file.name for file in (project.parent / "reports").glob("*/report.html")] == ["report.html"]
