from __future__ import annotations

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from smelt.quality.config import CorpusConfig
from smelt.quality.corpus.fit import FEW, fit_corpus, fit_few
from smelt.quality.corpus.knowledge import read_articles
from smelt.quality.corpus.model import Corpus, english
from smelt.quality.corpus.weights import logistic
from smelt.quality.score import score_pairs

PLACES = (
    "Riverside",
    "Hilltop",
    "Seaside",
    "Parkview",
    "Lakeside",
    "Station",
    "Airport",
    "Garden",
    "Castle",
    "Market",
)
SUBJECTS = {
    "Can I bring my dog to the {} hotel?": "Dogs and other pets are welcome at the {} hotel.",
    "When does breakfast start at the {} hotel?": "Breakfast at the {} hotel is served from 7 am.",
    "Where can I park my car at the {} hotel?": "The {} hotel has a free garage for cars of its guests.",
    "Is there wireless internet in the {} hotel?": "Wireless internet is free in every room of the {} hotel.",
    "How do I cancel my booking at the {} hotel?": "Bookings at the {} hotel are cancelled online.",
    "Does the {} hotel have a swimming pool?": "The heated pool of the {} hotel opens at nine for swimming.",
}
PAIRS = [
    (question.format(place), answer.format(place))
    for place in PLACES
    for question, answer in SUBJECTS.items()
]


def table_of(pairs):
    return pa.table({"question": [q for q, _ in pairs], "answer": [a for _, a in pairs]})


@pytest.fixture(scope="module")
def corpus():
    return fit_corpus(table_of(PAIRS))


def test_answers_of_other_questions_are_less_relevant(corpus):
    good = score_pairs(table_of(PAIRS), corpus=corpus)["relevance"].to_numpy()
    swapped = [(q, PAIRS[(number + 1) % len(PAIRS)][1]) for number, (q, _) in enumerate(PAIRS)]
    bad = score_pairs(table_of(swapped), corpus=corpus)["relevance"].to_numpy()
    assert (good[:, None] > bad[None, :]).mean() > 0.95


def test_few_pairs_leave_english_alone():
    assert fit_corpus(table_of(PAIRS[:10])).pairs == 0
    assert fit_corpus(table_of(PAIRS), CorpusConfig(sample_pairs=55)).pairs == 55


def test_the_pairs_of_a_small_file_are_compared_with_each_other():
    pairs = PAIRS[:12]
    swapped = pairs[:6] + [(q, pairs[6 + (number + 3) % 6][1]) for number, (q, _) in enumerate(pairs[6:])]
    gaps = {}
    for name, fit in {"alone": fit_corpus, "among each other": fit_few}.items():
        relevance = score_pairs(table_of(swapped), corpus=fit(table_of(swapped)))["relevance"].to_numpy()
        gaps[name] = relevance[:6].min() - relevance[6:].max()
    assert gaps["among each other"] > 0 > gaps["alone"]


def test_very_few_pairs_and_many_are_fitted_as_ever():
    assert fit_few(table_of(PAIRS[: FEW - 1])) is english()
    assert fit_few(table_of(PAIRS)).to_bytes() == fit_corpus(table_of(PAIRS)).to_bytes()
    assert fit_few(table_of([("", "")] * FEW)).pairs == FEW


def test_a_corpus_survives_its_journey(corpus):
    for model in (corpus, english()):
        arrived = Corpus.from_bytes(model.to_bytes())
        before = score_pairs(table_of(PAIRS[:6]), corpus=model)
        assert score_pairs(table_of(PAIRS[:6]), corpus=arrived).equals(before)


def test_an_answer_that_another_one_continues_is_suspicious(corpus):
    longer = [(q, f"{a} Ask at the desk.") for q, a in PAIRS]
    cut = [(PAIRS[0][0], PAIRS[0][1].rstrip("."))]
    with_longer = fit_corpus(table_of(longer + cut))
    judged = [
        score_pairs(table_of(cut), corpus=c)["answer_completeness"][0].as_py() for c in (corpus, with_longer)
    ]
    assert judged[1] < judged[0]


def test_other_answers_to_the_same_question_speak_up():
    said = [
        ("What is the check-in time?", f"Check-in starts at {hour} pm at the front desk.")
        for hour in (2, 3, 4)
    ]
    odd = ("What is the check-in time?", "Dogs may swim in the lake behind the parking garage.")
    corpus = fit_corpus(table_of([*PAIRS, *said, odd]))
    scores = score_pairs(table_of([said[0], odd]), corpus=corpus)["answer_accuracy"].to_pylist()
    assert scores[1] < scores[0]


def test_the_knowledge_base_supports_what_it_says():
    articles = read_articles(pl.Series([answer for _, answer in PAIRS[:6]]), english())
    right = ("When is breakfast?", PAIRS[1][1])
    wrong = (
        "When is breakfast?",
        "Breakfast at the hotel was replaced by vouchers for a bakery round the corner.",
    )
    scores = score_pairs(table_of([right, wrong]), knowledge=articles)["answer_accuracy"].to_pylist()
    assert scores[0] > scores[1]


def test_weights_stay_near_the_packaged_ones_without_evidence():
    prior = np.array([1.0, -2.0])
    columns = np.array([[0.1, 1.0], [-0.1, 1.0]])
    weights = logistic(columns, np.array([1.0, 0.0]), prior, 1e6)
    assert weights[0] == pytest.approx(prior[0], abs=1e-2)
    assert -2 < weights[1] < -1


def test_what_is_learnt_does_not_depend_on_threads():
    def learnt(threads):
        with threadpool_limits(threads):
            return fit_corpus(table_of(PAIRS * 20), CorpusConfig(minimum_pairs=20)).to_bytes()

    assert any(pool["user_api"] == "blas" for pool in threadpool_info())
    assert learnt(1) == learnt(2)
