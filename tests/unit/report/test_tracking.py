"""A release in a real MLflow store: SQLite, in a folder of the test's own."""

import mlflow

from smelt.report.config import MlflowConfig
from smelt.report.tracking import logged
from tests.unit.report.report_data import a_report


def test_a_release_is_one_run_with_dataset_measures_and_files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    config = MlflowConfig(tracking_uri=f"sqlite:///{tmp_path}/runs.db", experiment="support")
    run_id = logged(
        a_report(), {"report.html": "<p>", "README.md": "# 2026.11"}, "/tables/gold/training_splits", config
    )

    run = mlflow.get_run(run_id)
    assert run.info.run_name == "2026.11"
    assert run.data.metrics["intrinsic.size"] == 7_977
    assert run.data.params["rows.train"] == "6390"
    (given,) = run.inputs.dataset_inputs
    assert (given.dataset.name, given.dataset.digest) == ("smelt.2026.11", "6f1c2a90d41be377")
    assert given.dataset.source_type == "delta_table"
    assert sorted(file.path for file in mlflow.MlflowClient().list_artifacts(run_id)) == [
        "README.md",
        "report.html",
    ]
