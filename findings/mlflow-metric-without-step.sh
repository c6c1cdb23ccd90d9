#!/usr/bin/env bash
# MLflow: a metric logged after training without a step does not become the run's value.
#
# `log_metric` without a step means step 0, and a run's metric is the one of the highest step, not the one logged last.
# After a training loop that logged "accuracy" with steps, the final test value logged under the same name is in the
# history only: the run, the search and a champion chosen by it go on with the old one. Infinity comes back as
# 1.797...e308 (a number that means and comparisons take in). Log the final value under a name of its own.
#
# Seen on 2026-11-28 with Python 3.11.7:
#   mlflow-skinny 3.17.2
#   the run's metrics: {'accuracy': 0.7, 'loss': 1.7976931348623157e+308}
#   history (step, value): [(1, 0.5), (2, 0.6), (3, 0.7), (0, 0.31)]
#   runs with accuracy >= 0.7: 1
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check mlflow-skinny==3.17.2 sqlalchemy==2.1.9 alembic==1.20.1 pandas==3.1.1
cd "$work"
venv/bin/python - <<'PY'
import logging

import mlflow

logging.disable(logging.WARNING)
mlflow.set_tracking_uri("sqlite:///runs.db")
print("mlflow-skinny", mlflow.__version__)
with mlflow.start_run() as run:
    for step, accuracy in enumerate((0.5, 0.6, 0.7), 1):
        mlflow.log_metric("accuracy", accuracy, step=step)
    mlflow.log_metric("accuracy", 0.31)
    mlflow.log_metric("loss", float("inf"))
client = mlflow.MlflowClient()
metrics = client.get_run(run.info.run_id).data.metrics
history = [(metric.step, metric.value) for metric in client.get_metric_history(run.info.run_id, "accuracy")]
found = client.search_runs([run.info.experiment_id], filter_string="metrics.accuracy >= 0.7")
print("the run's metrics:", metrics)
print("history (step, value):", history)
print("runs with accuracy >= 0.7:", len(found))
assert metrics["accuracy"] == 0.7 and (0, 0.31) in history and len(found) == 1 and metrics["loss"] == 1.7976931348623157e308
PY
