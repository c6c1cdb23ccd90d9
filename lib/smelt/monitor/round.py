"""One round of monitoring: logs, figures, alerts, retraining. It can be repeated after a kill at any point."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

from smelt.costs.config import CostsConfig
from smelt.monitor import neighbours, retrain, take_in, watch
from smelt.monitor.config import MonitorConfig
from smelt.monitor.tell import Told, tell
from smelt.pii.config import PiiConfig
from smelt.tables.ledger import StageResult
from smelt.tables.without_spark import PlainTables


class Round(NamedTuple):
    """Result of a round: ledger entries by stage, alerts, and the retraining plan if one was made."""

    stages: Mapping[str, StageResult]
    told: Told
    pointed: int
    """Number of answers rated wrong for which nearest training rows were stored."""
    plan: Mapping[str, Any] | None
    corrected: int
    """Number of answers that users corrected and nobody has reviewed yet."""


def monitor_round(
    tables: PlainTables,
    config: MonitorConfig,
    pii: PiiConfig,
    costs: CostsConfig,
    *,
    run_id: str,
    now: dt.datetime,
    look_back: dt.timedelta,
) -> Round:
    """Update all tables of monitoring from the logs."""
    taken = take_in.Intake(tables, config, pii, run_id=run_id, now=now).run()
    measured = watch.watch(tables, config, run_id=run_id, now=now, look_back=look_back)
    told = tell(tables, config.alerts, run_id=run_id, now=now)
    looked = neighbours.point_back(tables, run_id=run_id, now=now)
    found = retrain.plan(tables, config, costs, run_id=run_id, now=now)
    return Round(
        {take_in.STAGE: taken, watch.STAGE: measured}, told, looked, found, retrain.corrected(tables)
    )
