"""An Airflow DAG of the nightly run: the same commands as everywhere, each a task that can be repeated.

Put it into the dags folder. Of the environment, SMELT says how the command is called (deploy/spark_submit.sh for a
cluster), SMELT_CONF where your configuration is, with paths that do not depend on the folder a task runs in, and
SMELT_REPORTS where reports go (s3a://... too). Run by Airflow 2.10.5 and 3.3.2 in tests/services.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

try:
    from airflow.providers.standard.operators.bash import BashOperator
    from airflow.sdk import DAG
except ImportError:  # Airflow 2
    from airflow import DAG
    from airflow.operators.bash import BashOperator

SMELT = os.environ.get("SMELT", "smelt")
CONF = os.environ.get("SMELT_CONF", "/etc/smelt/smelt.yaml")
REPORTS = os.environ.get(
    "SMELT_REPORTS", "/var/lib/smelt/reports"
)  # a task's own folder is removed at its end
STEPS = ("ingest", "curate", "release", 'report latest --gate --out "$REPORTS/$(date -u +%Y%m%dT%H%M%SZ)"')

with DAG(
    dag_id="smelt_nightly",
    schedule="30 2 * * *",
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,  # two writers would wait for each other's lease
    default_args={"retries": 1, "retry_delay": timedelta(minutes=5), "execution_timeout": timedelta(hours=6)},
) as dag:
    previous = None
    for step in STEPS:
        task = BashOperator(
            task_id=step.split()[0],
            bash_command=f"{SMELT} {step} --conf {CONF}",
            env={"REPORTS": REPORTS},
            append_env=True,
        )
        if previous is not None:
            previous >> task
        previous = task
