"""gold.monitoring and gold.alerts: ingests logs of a production model, measures windows, evaluates alert rules.

Not a stage of ``smelt run``, but for schedulers that start jobs; ``smelt monitor run`` does the same without Spark.
"""

from __future__ import annotations

import datetime as dt

from smelt.config import SmeltConfig
from smelt.jobs import load_stage
from smelt.monitor.round import monitor_round
from smelt.pipeline.job import Job
from smelt.pipeline.script import run_as_script
from smelt.tables.ledger import StageResult
from smelt.tables.without_spark import PlainTables

STAGE = "monitor"
READS = ("gold.training_splits", "gold.curated_examples")
WRITES = (
    *("silver.predictions", "silver.feedback", "bronze.quarantined_logs", "silver.feedback_neighbours"),
    *("gold.monitoring", "gold.alerts", "gold.retraining_plans"),
)
LOOK_BACK = dt.timedelta(days=35)


def external_inputs(config: SmeltConfig) -> tuple[str, ...] | None:
    """None: the log folders must always be listed."""
    return None


def run(job: Job) -> StageResult:
    """One round of monitoring, under the run's lease."""
    tables = PlainTables.of(job.config.warehouse, turns=job.warehouse.turns)
    config = job.config
    done = monitor_round(
        tables,
        config.monitor,
        config.pii,
        config.costs,
        run_id=job.run_id,
        now=dt.datetime.now(dt.UTC),
        look_back=LOOK_BACK,
    )
    notes = [result.note for result in done.stages.values()]
    firing = sum(row["state"] == "firing" and row["resolved_at"] is None for row in done.told.alerts)
    entries = tuple(entry for result in done.stages.values() for entry in result.entries)
    return StageResult(entries, "; ".join([*notes, f"{firing} alerts firing"]))


if __name__ == "__main__":
    run_as_script(load_stage(STAGE))
