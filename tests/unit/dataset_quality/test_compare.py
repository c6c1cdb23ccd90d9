import numpy as np
import pytest

from smelt.dataset_quality import compare
from smelt.dataset_quality.config import DatasetQualityConfig

CONFIG = DatasetQualityConfig(sample={"resamples": 100, "pairs": 500, "size": 100})


def test_tf_idf_rows_have_unit_length_and_ignore_words_of_every_text():
    matrix = compare.tf_idf([["the", "invoice"], ["the", "router"], ["the"]])
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    assert lengths == pytest.approx([1, 1, 0])
    assert (matrix @ matrix.T).toarray()[0, 1] == pytest.approx(0)


def test_distinct_n_counts_within_texts_up_to_the_limit():
    assert compare.distinct_n([["a", "b", "a", "b"], ["a", "b"]], 2, 100) == (2, 4)
    assert compare.distinct_n([["a", "b", "a", "b"], ["c", "d"]], 1, 4) == (2, 4)


def test_a_label_against_all_its_neighbours_is_noise():
    questions = ["refund invoice", "refund invoice", "invoice refund", "invoice refund",
                 "router reboots", "router reboots", "reboots router"]  # fmt: skip
    labels = ["billing", "billing", "billing", "network", "network", "network", "network"]
    matrix = compare.tf_idf([compare.words(q) for q in questions])
    assert compare.label_noise(matrix, labels, CONFIG) == (1, 7)


def test_topics_are_led_by_their_first_row():
    matrix = compare.tf_idf(
        [compare.words(t) for t in ("reset password", "password reset", "late parcel", "parcel late")]
    )
    assert sorted(compare.clusters(matrix)) == [2, 2]


def test_an_article_nobody_asked_about_is_not_covered():
    counts = {
        (c.family, c.measure): c
        for c in compare.compared(
            ["How do I reset my password?", "My parcel is late"],
            ["Open settings and choose reset password.", "Couriers deliver within three days."],
            ["account", "delivery"],
            ["Reset a forgotten password in settings", "Replace the ink cartridge of a printer"],
            CONFIG,
        )
    }
    assert counts["coverage", "topic_coverage"].value == 0.5
    assert 0 < counts["diversity", "distinct_1"].value <= 1
    assert counts["diversity", "topics"].value == 2


def test_the_same_text_over_and_over_is_not_diverse():
    items = range(50)
    varied = compare.compared(
        [f"question about item {i}" for i in items],
        [f"answer {i} x{i}" for i in items],
        ["a"] * 50,
        [],
        CONFIG,
    )
    same = compare.compared(["one question"] * 50, ["one answer"] * 50, ["a"] * 50, [], CONFIG)
    distinct = {
        name: {c.measure: c.value for c in counts}["distinct_1"]
        for name, counts in (("v", varied), ("s", same))
    }
    assert distinct["s"] < 0.1 < distinct["v"]


def test_an_empty_sample_gives_nothing():
    assert compare.compared([], [], [], ["an article"], CONFIG) == []
