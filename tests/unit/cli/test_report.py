"""What ``smelt report`` prints of a release's measures."""

from __future__ import annotations

from smelt.cli.report import findings
from smelt.dataset_quality.measures import Measure


def a_measure(name, status, reason, **cut):
    family, measure = name.split(".")
    return Measure(family, measure, 0.5, "share", 10, status=status, reason=reason, **cut)


def test_failures_come_first_and_segments_of_a_measure_share_a_line():
    found = findings(
        [
            a_measure("accuracy.accuracy", "pass", None),
            a_measure("volume.examples", "warn", "too few", dimension="task", segment="fees"),
            a_measure("volume.examples", "warn", "far too few", dimension="task", segment="tax"),
            a_measure("privacy.found", "fail", "2 is above 0"),
        ]
    )
    assert found == [
        "fail  privacy.found: 2 is above 0",
        "warn  volume.examples of task fees: too few (and 1 more)",
    ]
