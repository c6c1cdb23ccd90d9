import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from smelt.report import words
from smelt.report.charts import svg
from smelt.report.charts.bars import bar, stacked
from smelt.report.charts.flow import flow
from smelt.report.charts.histogram import histogram, line
from smelt.report.data import Loss, Step

MEASURES = st.floats(0, 1, allow_nan=False)


def test_elements_escape_their_text_and_attributes():
    assert svg.tag("text", "<b>&", class_='a"b') == Markup('<text class="a&#34;b">&lt;b&gt;&amp;</text>')
    assert svg.tag("line", x1=0.1 + 0.2, stroke_width=2, y=None) == Markup(
        '<line x1="0.3" stroke-width="2"/>'
    )


@given(MEASURES, MEASURES, MEASURES)
def test_bars_stay_inside_their_track(value, low, high):
    drawn = bar(value, 1.0, label="x", low=min(low, high), high=max(low, high))
    assert "nan" not in drawn
    assert "-" not in drawn.split('width="100%"', 1)[1].split('class="fill')[0].replace("aria-label", "")


def test_the_flow_shows_every_step_and_every_loss():
    drawn = flow(
        [
            Step(label="Records", unit="records", entered=100, losses=(Loss(label="Quarantine", count=10),)),
            Step(label="Examples", unit="examples", entered=300, losses=(Loss(label="Quality", count=30),)),
            Step(label="Released", unit="examples", entered=270),
        ],
        label="flow",
    )
    for text in ("Records", "Quarantine", "10, 10.0%", "give 300 examples", "Quality", "30, 10.0%", "270"):
        assert text in drawn


@given(st.lists(st.integers(0, 5_000), min_size=2, max_size=8))
def test_the_names_of_losses_do_not_cover_each_other(counts):
    losses = tuple(Loss(label=f"Reason {place}", count=count) for place, count in enumerate(counts))
    steps = [Step(label="Examples", unit="examples", entered=sum(counts) + 10, losses=losses)]
    drawn = flow(steps, label="flow")
    heights = [float(y) for y in re.findall(r'class="flow-loss"[^>]* y="([0-9.]+)"', drawn)]
    assert len(heights) == len(counts)
    assert all(below - above >= 30 for above, below in pairwise(heights))


def test_empty_charts_are_empty_and_zero_is_no_error():
    assert flow([], label="x") == ""
    assert line([0.5], label="x") == ""
    assert "svg" in histogram([0, 0], [0, 0], [(0, "0")], label="x")
    assert "svg" in stacked([("a", 0.0)], label="x")
    assert "svg" in flow([Step(label="Records", unit="records", entered=0)], label="x")


@pytest.mark.parametrize(
    ("number", "text"), [(0.0, "0.0%"), (0.934, "93.4%"), (0.0004, "0.04%"), (1.0, "100.0%"), (None, "–")]
)
def test_shares_keep_what_is_small(number, text):
    assert words.share(number) == text


def test_names_are_plain_words():
    assert words.readable("answer_too_short") == "Answer too short"
    assert words.readable("PERSON") == "PERSON"
    assert words.listed(["a", "b", "c"]) == "a, b and c"
    assert words.plural(1, "gate") == "1 gate"
    assert words.p_value(0.0004) == "< .001"
