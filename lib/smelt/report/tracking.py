"""Logs a release to MLflow: the dataset with source and digest, measures as metrics, report and card as artifacts.

Needs the extra ``mlflow`` and a tracking URI. MLflow 3 has no ``file:`` store; use SQLite or a server.
"""

from __future__ import annotations

import math
import tempfile
from pathlib import Path
from typing import Any

from smelt.errors import ConfigError, MissingExtra
from smelt.report.config import MlflowConfig
from smelt.report.data import ReportData

DIGEST_LIMIT = 36
"""Most characters of a digest in MLflow."""
FAMILIES = (
    "composite", "accuracy", "completeness", "consistency", "relevance", "coverage", "bias", "diversity", "intrinsic",
)  # fmt: skip


def logged(data: ReportData, files: dict[str, str], source: str, config: MlflowConfig) -> str:
    """Log a release as one run named after it; returns the run's id.

    ``files``: name -> content of artifacts. ``source``: path or name of the Delta table gold.training_splits. The
    digest is the release's fingerprint, which, unlike MLflow's, does not depend on the order of rows.

    Raises:
        MissingExtra: MLflow is not installed.
        ConfigError: no tracking URI, or one that MLflow 3 refuses.
    """
    if not config.tracking_uri:
        raise ConfigError("the release cannot be logged", ["report.mlflow.tracking_uri is not set"])
    if config.tracking_uri.startswith("file:") or (
        "://" not in config.tracking_uri and config.tracking_uri != "databricks"
    ):
        raise ConfigError(
            "the release cannot be logged",
            [
                f"report.mlflow.tracking_uri: {config.tracking_uri} is a folder; write sqlite:///PATH or a server"
            ],
        )
    mlflow = imported()
    mlflow.set_tracking_uri(config.tracking_uri)
    mlflow.set_experiment(config.experiment)
    with mlflow.start_run(run_name=data.release) as run:
        mlflow.set_tags(
            {
                "smelt.release": data.release,
                "smelt.version": data.code_version,
                "smelt.fingerprint": data.fingerprint or "",
            }
        )
        mlflow.log_input(dataset_of(data, source), context="training")
        mlflow.log_metrics(metrics_of(data))
        mlflow.log_params({f"rows.{split}": rows for split, rows in sorted(data.splits.items())})
        with tempfile.TemporaryDirectory() as folder:
            for name, text in files.items():
                Path(folder, name).write_text(text, "utf-8")
            mlflow.log_artifacts(folder)
        return str(run.info.run_id)


def imported() -> Any:
    """The module mlflow. Raises MissingExtra."""
    try:
        import mlflow
    except ImportError:
        raise MissingExtra("mlflow", "mlflow") from None
    return mlflow


def dataset_of(data: ReportData, source: str) -> Any:
    """The MLflow dataset: name, location, version and digest."""
    from mlflow.data.delta_dataset_source import DeltaDatasetSource
    from mlflow.data.meta_dataset import MetaDataset

    version = next((t.version for t in data.tables if t.table == "gold.training_splits"), None)
    is_path = "/" in source
    where = DeltaDatasetSource(
        path=source if is_path else None,
        delta_table_name=None if is_path else source,
        delta_table_version=version,
    )
    digest = (data.fingerprint or "")[:DIGEST_LIMIT] or None
    return MetaDataset(source=where, name=f"smelt.{data.release}", digest=digest)


def metrics_of(data: ReportData) -> dict[str, float]:
    """``family.measure`` -> value, for finite measures of the whole release in FAMILIES."""
    return {
        f"{m.family}.{m.measure}": m.value
        for m in data.measures
        if m.family in FAMILIES and m.dimension == "all" and math.isfinite(m.value)
    }
