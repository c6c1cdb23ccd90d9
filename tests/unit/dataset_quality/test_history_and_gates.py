import math

import pytest
from pydantic import ValidationError

from smelt.dataset_quality import gates, history
from smelt.dataset_quality.config import DatasetQualityConfig, Gate, HistoryConfig
from smelt.dataset_quality.family_config import CompositeWeights
from smelt.dataset_quality.measures import Count, Measure, measured


def a_measure(value=0.9, *, name="accuracy.accuracy", n=100, **other) -> Measure:
    family, measure = name.split(".")
    return Measure(family=family, measure=measure, value=value, kind="share", n=n, **other)


def test_robust_z_is_not_fooled_by_one_wild_release():
    past = [0.80, 0.81, 0.79, 0.80, 0.20, 0.82]
    assert abs(history.robust_z(0.80, past)) < 0.1
    assert history.robust_z(0.60, past) < -3.5


def test_robust_z_of_a_constant_past():
    assert history.robust_z(1.0, [1, 1, 1, 1, 1]) == 0
    assert history.robust_z(2.0, [1, 1, 1, 1, 1]) == math.inf
    assert history.robust_z(2.0, [1, 1, 1, 1, 3]) == pytest.approx(0.8 / (1.2533 * 0.4), rel=0.7)


def test_a_change_has_a_p_value_and_an_effect_and_the_value_before():
    marked = history.with_history([a_measure(0.5, n=1000)], [[a_measure(0.9, n=1000)]], HistoryConfig())
    assert marked[0].previous == 0.9
    assert marked[0].p_value < 1e-6
    assert marked[0].effect_size < -0.8
    assert history.drifted(marked, HistoryConfig()) == marked
    assert not marked[0].is_anomaly  # one release is no history


def test_anomalies_are_marked_once_there_is_a_history():
    past = [[a_measure(v)] for v in (0.90, 0.91, 0.89, 0.90, 0.92)]
    assert history.with_history([a_measure(0.5)], past, HistoryConfig())[0].is_anomaly
    assert not history.with_history([a_measure(0.9)], past, HistoryConfig())[0].is_anomaly


def test_the_worst_verdict_counts_and_every_reason_is_kept():
    asked = [
        Gate(measure="accuracy.accuracy", at_least=0.95, action="warn"),
        Gate(measure="accuracy.accuracy", max_drop=0.01, action="fail"),
    ]
    (judged,) = gates.judged([a_measure(0.9, previous=0.94)], asked)
    assert judged.status == "fail"
    assert "90% is below 95%" in judged.reason
    assert "fell from 94% to 90%, 1% is allowed" in judged.reason
    assert judged.threshold == "at least 95%; no drop over 1%"
    assert gates.verdict([judged]) == "fail"


def test_the_first_release_passes_relative_gates():
    (judged,) = gates.judged([a_measure(0.9)], [Gate(measure="accuracy.accuracy", max_drop=0.0)])
    assert judged.status == "pass"


def test_few_observations_are_not_judged():
    (judged,) = gates.judged(
        [a_measure(0.1, n=5)], [Gate(measure="accuracy.accuracy", at_least=0.5, min_n=20)]
    )
    assert judged.status == "info"
    assert gates.verdict([judged]) == "pass"


def test_gates_speak_of_a_segment_or_of_each():
    by_language = [a_measure(0.9, dimension="language", segment=s) for s in ("en", "de")]
    one = Gate(measure="accuracy.accuracy[language=de]", at_least=0.95)
    each = Gate(measure="accuracy.accuracy[language=*]", at_least=0.95)
    assert [m.status for m in gates.judged(by_language, [one])] == ["info", "warn"]
    assert [m.status for m in gates.judged(by_language, [each])] == ["warn", "warn"]


def test_what_could_not_be_measured_does_not_pass():
    (judged,) = gates.judged(
        [a_measure(math.nan)], [Gate(measure="accuracy.accuracy", at_least=0.5, action="fail")]
    )
    assert judged.status == "fail"


def test_counts_become_measures_with_the_interval_of_their_kind():
    share = measured(Count("a", "b", "share", 5, 10))
    score = measured(Count("a", "b", "score", 5.0, 10, squares=3.0))
    number = measured(Count("a", "b", "count", 5, 10))
    assert share.value == 0.5
    assert share.low == pytest.approx(0.2366, abs=1e-4)
    assert 0 <= score.low < 0.5 < score.high <= 1
    assert (number.value, number.low) == (5, None)


def test_contradictions_in_the_configuration_are_refused():
    with pytest.raises(ValidationError, match="add up to 1"):
        CompositeWeights(accuracy=0.9)
    with pytest.raises(ValidationError, match="give at_least"):
        Gate(measure="accuracy.accuracy")
    with pytest.raises(ValidationError, match="not declared: planet"):
        DatasetQualityConfig(bias={"demographic": ("planet",)})
    with pytest.raises(ValidationError, match="formats"):
        DatasetQualityConfig(consistency={"formats": {"dates": {"broken": "("}}})
