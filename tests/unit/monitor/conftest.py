from __future__ import annotations

import datetime as dt
import json

import pytest

from smelt.monitor.config import MonitorConfig
from smelt.monitor.take_in import Intake
from smelt.monitor.watch import watch
from smelt.pii.config import PiiConfig
from smelt.tables.ledger import check_balance
from smelt.tables.without_spark import PlainTables

NOW = dt.datetime(2026, 11, 28, 12, tzinfo=dt.UTC)


class Place:
    """A warehouse and a folder of logs of one test."""

    def __init__(self, folder):
        self.folder = folder
        self.tables = PlainTables(root=str(folder / "warehouse"), wait_seconds=0)
        self.now = NOW

    def config(self, **more):
        logs = [
            {"name": "prod", "path": str(self.folder / "requests")},
            {"name": "back", "path": str(self.folder / "feedback"), "holds": "feedback", "of": "prod"},
        ]
        for name in ("requests", "feedback"):
            (self.folder / name).mkdir(exist_ok=True)
        return MonitorConfig.model_validate({"logs": logs, **more})

    def write(self, file, *lines):
        path = self.folder / file
        path.parent.mkdir(exist_ok=True)
        path.write_text(
            "".join((each if isinstance(each, str) else json.dumps(each)) + "\n" for each in lines)
        )

    def take_in(self, **more):
        result = Intake(self.tables, self.config(**more), PiiConfig(), run_id="run", now=self.now).run()
        check_balance("predictions", result.entries)
        return {(entry.source, entry.measure, entry.reason): entry.count for entry in result.entries}

    def watch(self, **more):
        look_back = dt.timedelta(days=60)
        return watch(self.tables, self.config(**more), run_id="run", now=self.now, look_back=look_back)

    def rows(self, table, *columns):
        return self.tables.read(table, columns or None).to_pylist()


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("SMELT_PII_KEY", "0123456789abcdef" * 4)
    return Place(tmp_path)
