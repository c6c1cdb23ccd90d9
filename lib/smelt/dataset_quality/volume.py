"""Volume: whether each task has enough examples, and how many more to collect."""

from __future__ import annotations

from smelt.dataset_quality.config import DatasetQualityConfig
from smelt.dataset_quality.family_config import VolumeConfig
from smelt.dataset_quality.measures import Measure, Tally

FAMILY = "volume"


def measures(tally: Tally, config: DatasetQualityConfig) -> list[Measure]:
    """Released examples per task; a task below the minimum warns and says how many more to collect."""
    found = []
    raw = tally.segments("selection", "raw", "task")
    released = tally.segments("selection", "released", "task")
    for task in sorted(raw):
        if raw[task].hits:
            have = int(released[task].hits) if task in released else 0
            found.append(of_task(task, have, int(raw[task].hits), config.volume))
    return found


def of_task(task: str, have: int, came_in: int, config: VolumeConfig) -> Measure:
    """The verdict on one task, and how many more raw examples are needed at its rate of acceptance."""
    measure = Measure(
        family=FAMILY,
        measure="examples",
        kind="count",
        value=float(have),
        n=came_in,
        dimension="task",
        segment=task,
    )
    if have >= config.recommended:
        missing = max(0, config.production - have)
        note = f"enough to train; {missing:,} more for production" if missing else "enough for production"
        return measure.with_status("pass", note)
    if have >= config.minimum:
        return measure.with_status(
            "pass",
            f"above the minimum; {config.recommended - have:,} more reach "
            f"the recommended {config.recommended:,}",
        )
    missing = config.minimum - have
    note = f"collect {missing:,} more accepted examples to reach the minimum of {config.minimum:,}"
    if have and came_in > have:
        rate = have / came_in
        note += f"; at {rate:.0%} accepted that is about {round(missing / rate):,} more raw ones"
    return measure.with_status("warn", note)
