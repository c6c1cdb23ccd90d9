"""Alpha against the definition in exact fractions, against published values, and where it is not defined."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smelt.review.agreement import Rating, alpha, cohen, fleiss


def exact_alpha(ratings, labels, level):
    """Krippendorff's definition, pair by pair, in fractions."""
    units = {}
    for rating in ratings:
        units.setdefault(rating.task, []).append(rating.label)
    units = {task: given for task, given in units.items() if len(given) >= 2}
    values = [value for given in units.values() for value in given]
    counts = {label: values.count(label) for label in labels}

    def distance(one, other):
        if level == "nominal":
            return Fraction(one != other)
        low, high = sorted((labels.index(one), labels.index(other)))
        between = sum(counts[labels[place]] for place in range(low, high + 1))
        return (Fraction(between) - Fraction(counts[one] + counts[other], 2)) ** 2

    observed = sum(
        sum((distance(a, b) for a, b in permutations(given, 2)), Fraction()) / (len(given) - 1)
        for given in units.values()
    )
    expected = sum((distance(a, b) for a, b in permutations(values, 2)), Fraction())
    if not units or expected == 0:
        return None
    return 1 - observed * (len(values) - 1) / expected


@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.sampled_from("xyz"), st.integers(1, 4)),
        max_size=16,
        unique_by=lambda r: r[:2],
    ),
    st.sampled_from(["nominal", "ordinal"]),
)
def test_alpha_is_the_definition_with_any_answers_missing(rows, level):
    ratings = [Rating(str(task), who, label) for task, who, label in rows]
    wanted = exact_alpha(ratings, [1, 2, 3, 4], level)
    found = alpha(ratings, [1, 2, 3, 4], level=level, resamples=100).value
    assert found == (None if wanted is None else pytest.approx(float(wanted), abs=1e-9))


def test_alpha_of_krippendorffs_published_example():
    """Computing Krippendorff's Alpha-Reliability (2011), three coders, 15 units, answers missing: nominal .691."""
    table = {
        "a": "* * * * * 3 4 1 2 1 1 3 3 * 3",
        "b": "1 * 2 1 3 3 4 3 * * * * * * *",
        "c": "* * 2 1 3 4 4 * 2 1 1 3 3 * 4",
    }
    ratings = [
        Rating(str(unit), who, int(value))
        for who, line in table.items()
        for unit, value in enumerate(line.split())
        if value != "*"
    ]
    found = alpha(ratings, [1, 2, 3, 4])
    assert found.value == pytest.approx(0.691, abs=5e-4)
    assert found.low < found.value <= found.high


def test_alpha_agrees_with_crowd_kit_where_that_is_defined():
    pandas = pytest.importorskip("pandas")
    data = pytest.importorskip("crowdkit.metrics.data")
    ratings = [
        Rating(str(task), who, "abc"[(task * weight) % 3])
        for task in range(40)
        for who, weight in (("x", 1), ("y", 2), ("z", 4))
        if (task + weight) % 7
    ]
    theirs = data.alpha_krippendorff(pandas.DataFrame(ratings, columns=["task", "worker", "label"]))
    assert alpha(ratings, list("abc")).value == pytest.approx(theirs, abs=1e-9)


@pytest.mark.parametrize(
    ("ratings", "why"),
    [
        ([], "no task was answered by two people"),
        ([Rating("1", "a", "x"), Rating("2", "b", "y")], "no task was answered by two people"),
        (
            [Rating("1", "a", "x"), Rating("1", "b", "x"), Rating("2", "a", "x"), Rating("2", "b", "x")],
            "only one label was used",
        ),
    ],
)
def test_what_is_not_defined_is_none_with_its_reason(ratings, why):
    found = alpha(ratings, ["x", "y"])
    assert (found.value, found.low, found.high, found.why) == (None, None, None, why)
    assert fleiss(ratings, ["x", "y"]).value is None


def test_one_annotator_has_nobody_to_agree_with():
    ratings = [Rating(str(task), "a", "x") for task in range(5)]
    assert alpha(ratings, ["x", "y"]).value is None
    assert cohen(ratings, ["x", "y"]) == []


def test_cohen_and_fleiss_of_a_table_done_by_hand():
    """20 yes/yes, 5 yes/no, 10 no/yes, 15 no/no: kappa = (.70 - .50) / (1 - .50) = .4."""
    cells = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15
    ratings = [
        Rating(str(task), who, label)
        for task, pair in enumerate(cells)
        for who, label in zip("ab", pair, strict=True)
    ]
    [(one, other, kappa)] = cohen(ratings, ["n", "y"])
    assert (one, other, kappa.tasks) == ("a", "b", 50)
    assert kappa.value == pytest.approx(0.4)
    assert kappa.low < 0.4 < kappa.high
    # Fleiss: agreement .70; chance .55^2 + .45^2 = .505.
    assert fleiss(ratings, ["n", "y"]).value == pytest.approx((0.70 - 0.505) / (1 - 0.505))


def test_an_interval_narrows_with_more_tasks():
    def of(tasks):
        ratings = [
            Rating(str(n), who, "xy"[(n * n + (n % 5 == 0) * (who == "b")) % 2])
            for n in range(tasks)
            for who in "ab"
        ]
        found = alpha(ratings, ["x", "y"])
        return found.high - found.low

    assert of(600) < of(60) / 2
