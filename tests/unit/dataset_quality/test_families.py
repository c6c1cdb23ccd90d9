"""From hand-made counts to measures: each family's formula, and the whole of a release."""

import pytest

from smelt.dataset_quality import bias, completeness, composite, consistency, coverage, drift, judge, volume
from smelt.dataset_quality.config import DatasetQualityConfig
from smelt.dataset_quality.measures import Count, Measure, Tally

CONFIG = DatasetQualityConfig()


def a_segment(measure, dimension, segment, hits, total=None, kind="count") -> Count:
    return Count("selection", measure, kind, hits, total or int(hits), dimension=dimension, segment=segment)


def by_name(measures) -> dict[str, Measure]:
    return {m.name: m for m in measures}


def test_completeness_is_the_stated_formula():
    counts = [
        Count("completeness", "missing_share", "share", 20, 100, dimension="field", segment="category"),
        Count("completeness", "missing_share", "share", 0, 100, dimension="field", segment="question"),
        Count("completeness", "empty_share", "share", 10, 100, dimension="field", segment="question"),
        Count("completeness", "empty_share", "share", 0, 100, dimension="field", segment="category"),
        Count("completeness", "incomplete_share", "share", 25, 100),
    ]
    found = by_name(completeness.measures(Tally(counts), CONFIG))
    # 1 - (.4 * 20/200 + .3 * 10/200 + .3 * 25/100)
    assert found["completeness.completeness"].value == pytest.approx(0.87)
    assert found["completeness.completeness"].low < 0.87 < found["completeness.completeness"].high
    assert found["completeness.missing_share[field=category]"].value == 0.2


def test_consistency_averages_only_what_was_observed():
    counts = [
        Count("consistency", "contradiction_share", "share", 1, 10),
        Count("consistency", "format", "count", 30, 30, dimension="style", segment="dates: iso"),
        Count("consistency", "format", "count", 10, 10, dimension="style", segment="dates: slashes"),
    ]
    found = by_name(consistency.measures(Tally(counts), CONFIG))
    assert found["consistency.format_consistency[style=dates]"].value == 0.75
    assert found["consistency.consistency"].value == pytest.approx((0.9 + 0.75) / 2)
    assert "consistency.label_noise" not in found
    assert consistency.measures(Tally([]), CONFIG) == []


def test_coverage_names_what_is_thin():
    counts = [
        a_segment("raw", "category", "Billing", 50), a_segment("released", "category", "Billing", 40, 50),
        a_segment("raw", "category", "Legal", 9), a_segment("released", "category", "Legal", 2, 9),
        a_segment("raw", "category", "(none)", 5),
    ]  # fmt: skip
    found = by_name(coverage.measures(Tally(counts), CONFIG))
    assert found["coverage.category_coverage"].value == 0.5
    assert "Legal (2)" in found["coverage.category_coverage"].reason


def test_a_taxonomy_in_conf_is_what_should_be_covered():
    config = DatasetQualityConfig(coverage={"categories": ("Billing", "Refunds"), "min_examples": 1})
    found = by_name(coverage.measures(Tally([a_segment("released", "category", "Billing", 3)]), config))
    assert found["coverage.category_coverage"].value == 0.5
    assert "Refunds (0)" in found["coverage.category_coverage"].reason


def test_four_fifths_names_the_worst_group_and_leaves_small_ones_alone():
    counts = [
        a_segment("accepted_share", "language", "en", 900, 1000, "share"),
        a_segment("accepted_share", "language", "de", 60, 100, "share"),
        a_segment("accepted_share", "language", "fr", 0, 5, "share"),
    ]
    found = by_name(bias.demographic(Tally(counts), CONFIG))
    ratio = found["bias.selection_rate_ratio[demographic=language]"]
    assert ratio.value == pytest.approx(0.6667, abs=1e-4)
    assert ratio.p_value < 0.01
    assert ratio.reason == "de is accepted 60% of the time, en 90%"
    assert found["bias.acceptance_rate[language=fr]"].value == 0


def test_selection_shift_is_the_share_that_curation_moved():
    counts = [
        a_segment("raw", "source", "chats", 50), a_segment("released", "source", "chats", 40, 50),
        a_segment("raw", "source", "tickets", 50), a_segment("released", "source", "tickets", 10, 50),
        a_segment("released", "all", "all", 50),
    ]  # fmt: skip
    found = by_name(bias.measures(Tally(counts), CONFIG))
    assert found["bias.selection_shift[dimension=source]"].value == pytest.approx(0.3)
    assert found["bias.bias_score"].value == pytest.approx(0.7)


@pytest.mark.parametrize(
    ("have", "status", "words"),
    [
        (360, "warn", "reach the minimum of 1,000; at 36% accepted that is about 1,778"),
        (1_200, "pass", "3,800 more reach the recommended 5,000"),
        (6_000, "pass", "4,000 more for production"),
        (20_000, "pass", "enough for production"),
    ],
)  # fmt: skip
def test_volume_says_what_to_collect(have, status, words):
    measure = volume.of_task("Billing", have, max(1_000, have), CONFIG.volume)
    assert measure.status == status
    assert words in measure.reason


def test_composite_is_the_weighted_sum_and_says_what_it_could_not_weigh():
    def a_part(name, value):
        return Measure(composite.FAMILY_OF.get(name, name), name, value, "statistic", 10, value, value)

    parts = {
        "accuracy": 0.8,
        "completeness": 0.9,
        "consistency": 1.0,
        "relevance": 0.6,
        "diversity": 0.5,
        "bias_score": 0.7,
    }
    (whole,) = composite.measures([a_part(n, v) for n, v in parts.items()], CONFIG)
    assert whole.value == pytest.approx(
        0.25 * 0.8 + 0.2 * 0.9 + 0.2 * 1.0 + 0.15 * 0.6 + 0.1 * 0.5 + 0.1 * 0.7
    )
    assert whole.reason is None
    (partial,) = composite.measures([a_part("accuracy", 0.8), a_part("relevance", 0.4)], CONFIG)
    assert partial.value == pytest.approx((0.25 * 0.8 + 0.15 * 0.4) / 0.4)
    assert "consistency" in partial.reason


def test_drift_compares_whole_distributions():
    def a_count(segment, value):
        return Measure(
            "selection", "released", value, "count", int(value), dimension="category", segment=segment
        )

    same = drift.measures([a_count("a", 50), a_count("b", 50)], [a_count("a", 500), a_count("b", 500)])
    moved = drift.measures([a_count("a", 90), a_count("b", 10)], [a_count("a", 500), a_count("b", 500)])
    assert same[0].value == pytest.approx(0)
    assert moved[0].value > 0.25
    assert moved[0].p_value < 1e-6


def test_a_release_without_a_row_is_judged_without_an_error():
    found = judge.judge_release([], [], CONFIG)
    assert [m.name for m in found] == ["intrinsic.size"]


def test_a_family_verdict_is_kept_unless_a_gate_is_worse():
    counts = [a_segment("raw", "task", "Billing", 100), a_segment("released", "task", "Billing", 50, 100)]
    config = DatasetQualityConfig(
        gates=({"measure": "volume.examples[task=*]", "at_least": 60, "action": "fail"},)
    )
    found = by_name(judge.judge_release(counts, [], config))
    assert found["volume.examples[task=Billing]"].status == "fail"
    assert "below 60" in found["volume.examples[task=Billing]"].reason
    assert "collect 950 more" in found["volume.examples[task=Billing]"].reason
