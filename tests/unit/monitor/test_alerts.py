from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from smelt.monitor.alerts import episodes
from smelt.monitor.config import AlertsConfig, RuleConfig

FIRST = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)


def figures(word, **changes):
    """One window a letter: m moved, o ok, s too small."""
    status = {"m": "moved", "o": "ok", "s": "small"}
    row = {
        "model_version": "1", "family": "quality", "measure": "accuracy", "dimension": "all", "segment": "all",
        "value": 0.7, "low": 0.65, "high": 0.75, "n": 500, "effect": -0.1, "reason": "down",
    } | changes  # fmt: skip
    return [
        row | {"window_start": FIRST + dt.timedelta(days=number), "status": status[letter]}
        for number, letter in enumerate(word)
    ]


def found(word, *, silences=(), **rule):
    rule = {"name": "quality", "family": "quality", "moved": True, **rule}
    return episodes(figures(word), AlertsConfig.model_validate({"rules": [rule], "silences": silences}))


def days(episode):
    end = None if episode.resolved_at is None else (episode.resolved_at - FIRST).days
    return (episode.state, (episode.opened_at - FIRST).days, (episode.last_at - FIRST).days, end)


def test_an_episode_lasts_from_its_first_window_to_the_first_without():
    assert [days(each) for each in found("ommooo")] == [("resolved", 1, 2, 3)]
    assert [days(each) for each in found("oomm")] == [("firing", 2, 3, None)]


def test_hysteresis_on_both_ends():
    assert found("omomo", for_windows=2) == []
    assert [days(each) for each in found("ommo", for_windows=2)] == [("firing", 1, 2, None)]
    assert len(found("momom", clear_windows=2)) == 1  # one window without is not the end
    assert len(found("moomoo", clear_windows=2)) == 2


def test_what_cannot_be_computed_is_neither_fine_nor_an_alert():
    assert [days(each) for each in found("omssm")] == [("firing", 1, 4, None)]
    assert [days(each) for each in found("oosss")] == [("unknown", 2, 4, None)]
    assert [days(each) for each in found("osssoo")] == [("unknown", 1, 3, 4)]


def test_what_was_never_computed_is_not_told():
    assert found("sssss") == []


def test_a_threshold_counts_where_the_whole_interval_is_beyond_it():
    assert found("o", moved=False, below=0.7) == []
    assert len(found("o", moved=False, below=0.8)) == 1
    assert found("o", moved=False, above=0.7) == []


def test_a_direction_is_looked_at():
    assert found("mm", direction="up") == []
    assert len(found("mm", direction="down")) == 1


def test_silence_keeps_the_episode_and_marks_it():
    silence = {"begin": "2026-11-01", "end": "2026-11-05", "rules": ["quality"]}
    (told,) = found("omm", silences=[silence])
    assert told.is_silenced
    (told,) = found("ooooom", silences=[silence])
    assert not told.is_silenced


def test_a_window_that_is_not_there_does_not_end_an_episode():
    rows = [row for row in figures("mmom") if row["window_start"] != FIRST + dt.timedelta(days=1)]
    rows += figures("oooo", measure="other")
    rule = {"name": "quality", "family": "quality", "measure": "accuracy", "moved": True}
    assert len(episodes(rows, AlertsConfig.model_validate({"rules": [rule]}))) == 1


@given(st.text("mos", max_size=20), st.integers(1, 3), st.integers(1, 3))
def test_episodes_do_not_overlap_and_each_holds_in_its_first_window(word, for_windows, clear_windows):
    told = found(word, for_windows=for_windows, clear_windows=clear_windows)
    firing = [each for each in told if each.state != "unknown"]
    for each in firing:
        assert word[(each.opened_at - FIRST).days] == "m"
        assert each.windows >= for_windows
    for one, two in pairwise(firing):
        assert one.resolved_at is not None
        assert one.resolved_at < two.opened_at


@given(st.text("mos", max_size=15))
def test_an_alert_keeps_its_identity_while_windows_come(word):
    early = {each.alert_id for each in found(word) if each.state == "firing"}
    assert early <= {each.alert_id for each in found(word + "m")}


def test_a_rule_asks_one_thing():
    with pytest.raises(ValidationError, match="exactly one"):
        RuleConfig(name="x", family="quality", moved=True, above=1)
