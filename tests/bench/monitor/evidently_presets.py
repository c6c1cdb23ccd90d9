"""The same windows by evidently's DataDriftPreset, in an environment of its own.

pip install evidently==0.7.23 'pandas<3' pyarrow
python tests/bench/monitor/evidently_presets.py FOLDER [WINDOWS [STREAM ...]]

FOLDER is what tests.bench.monitor.power --dump wrote.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
from evidently import DataDefinition, Dataset, Report
from evidently.presets import DataDriftPreset

BASELINE = 7
COLUMNS = ["category", "right", "question_chars", "answer_chars", "latency_ms"]
SHIFTED = {"new_category": "category", "shorter": "answer_chars", "accuracy": "right"}


def main() -> None:
    folder = Path(sys.argv[1])
    limit = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
    names = sys.argv[3:] or ("none", *SHIFTED)
    definition = DataDefinition(
        numerical_columns=["question_chars", "answer_chars", "latency_ms"],
        categorical_columns=["category", "right"],
    )
    for name in names:
        rows = pd.read_parquet(folder / f"{name}.parquet")
        rows["right"] = rows["right"].astype(str)
        before = Dataset.from_pandas(rows[rows["day"] < BASELINE][COLUMNS], data_definition=definition)
        days = sorted(rows["day"].unique())[BASELINE : BASELINE + limit]
        alarmed = found = whole = 0
        for day in days:
            now = Dataset.from_pandas(rows[rows["day"] == day][COLUMNS], data_definition=definition)
            result = Report([DataDriftPreset()]).run(now, before).dict()
            moved = set()
            share = 0.0
            for metric in result["metrics"]:
                told = str(metric.get("metric_name") or metric.get("metric_id"))
                value = metric["value"]
                if "DriftedColumnsCount" in told:
                    share = value["share"]
                elif "ValueDrift" in told:
                    config = metric.get("config", {})
                    column, method = config.get("column"), config.get("method", "")
                    threshold = config.get("threshold", 0.05 if "p_value" in method else 0.1)
                    is_distance = (
                        "distance" in method.lower() or "Jensen" in method or "Wasserstein" in method
                    )
                    if (value >= threshold) if is_distance else (value < threshold):
                        moved.add(column)
            alarmed += bool(moved)
            whole += share >= 0.5
            found += SHIFTED.get(name) in moved
        n = len(days)
        print(
            f"{name:<14} some column drifted in {alarmed / n:.1%} of {n} windows, the data set in {whole / n:.1%}"
            + (f", the column that was shifted in {found / n:.1%}" if name in SHIFTED else ""),
            flush=True,
        )


if __name__ == "__main__":
    main()
