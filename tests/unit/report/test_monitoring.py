from __future__ import annotations

import datetime as dt
import json

from smelt.report.charts.trend import Point, trend
from smelt.report.monitoring import page
from tests.unit.monitor.test_alerts import figures

NOW = dt.datetime(2026, 11, 28, tzinfo=dt.UTC)


def rows(word, **changes):
    more = {
        "release": "r1", "reference": 0.8, "reference_n": 900, "compared_with": "baseline", "method": "share",
        "p_value": 0.01, "p_adjusted": 0.02,
    }  # fmt: skip
    return [row | more for row in figures(word, **changes)]


def an_alert(**changes):
    return {
        "rule": "quality_down", "severity": "critical", "model_version": "1", "dimension": "all", "segment": "all",
        "state": "firing", "opened_at": NOW, "last_at": NOW, "resolved_at": None, "windows": 2, "is_silenced": False,
        "evidence": "accuracy 0.7 <script>alert(1)</script>",
    } | changes  # fmt: skip


def test_the_page_names_what_fires_and_escapes_all_text():
    made = page(rows("oom"), [an_alert()], [], version="1", made_at=NOW)
    assert "1 alert open" in made
    assert "quality down" in made
    assert "<script>alert(1)" not in made
    assert "http://" not in made.replace("http://www.w3.org", "")
    assert "Right answers" in made


def test_what_is_over_or_silenced_is_not_open():
    alerts = [an_alert(state="resolved", resolved_at=NOW), an_alert(is_silenced=True)]
    assert "No alert is open" in page(rows("oom"), alerts, [], version="1", made_at=NOW)


def test_what_could_not_be_computed_is_not_all_well():
    made = page(
        rows("ooo"), [an_alert(state="unknown", evidence="too few rows")], [], version="1", made_at=NOW
    )
    assert "Not everything could be computed" in made


def test_a_plan_is_shown():
    plan = {
        "model_version": "1", "planned_at": NOW, "state": "planned", "because": ["accuracy lost"], "new_examples": 5,
        "corrected": 2, "cost_usd": 1.5, "expected_gain": 0.1, "plan": json.dumps({"steps": ["run", "promote"]}),
    }  # fmt: skip
    made = page(rows("oom"), [], [plan], version="1", made_at=NOW)
    assert "accuracy lost" in made
    assert "run, promote" in made
    assert "not started yet" in made
    for detail, words in (
        ({"is_promoted": False}, "the old version stays"),
        ({"is_promoted": True}, "is champion"),
    ):
        done = plan | {"state": "done", "plan": json.dumps({"steps": ["run"], **detail})}
        assert words in page(rows("oom"), [], [done], version="1", made_at=NOW)
    failed = plan | {"state": "failed", "plan": json.dumps({"steps": ["run"], "failed_at": "release"})}
    assert "stopped at release" in page(rows("oom"), [], [failed], version="1", made_at=NOW)


def test_an_unknown_version_and_no_rows_make_a_page_all_the_same():
    assert "No window yet" in page([], [], [], version="9", made_at=NOW)


def test_a_trend_leaves_a_gap_where_nothing_was_measured():
    points = [Point(str(n), None if n == 2 else float(n), None, None, n == 4, f"day {n}") for n in range(5)]
    drawn = str(trend(points, label="x"))
    assert drawn.count("<polyline") == 2
    assert drawn.count("dot moved") == 1
    assert str(trend([Point("a", None, None, None, False, "")], label="x")) == ""
    assert "NaN" not in str(trend([Point("a", 1.0, 1.0, 1.0, False, "")] * 3, label="x", reference=1.0))
