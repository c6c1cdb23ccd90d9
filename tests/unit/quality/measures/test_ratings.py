from __future__ import annotations

import pytest

from smelt.quality.measures.accuracy import outcome_score
from smelt.quality.measures.ratings import rating_share

LOW = [
    "1", "1.0", "0", "1/5", "1 / 5", "2/10", "1 out of 5", "20%", "20 %", "-101", "-103", "Bad", "badwithcomment",
    "BAD_WITH_COMMENT", "not-good", "Not Good", "thumbs down", "👎", "😠", "🙁", "★☆☆☆☆", "1 star", "1-star", "⭐",
    "Very Dissatisfied", "dissatisfied", "unsatisfied", "Poor", "terrible", "negative", "detractor", "unhappy",
    "schlecht", "Very bad", "strongly disagree", "StronglyDisagree", "veryUnsatisfied", "No, not at all",
    "thumbsdown", ":-1:", ":(", "-1", "NPS: 3", "3 (detractor)", "CSAT_1", "rating_1", "Score: 1",
    "Bad, I'm unsatisfied",
    "bad - slow", "useless", "false", "🔴", "one", "nicht zufrieden", "nicht hilfreich", "pas du tout satisfait",
    "nada satisfecho", "per niente soddisfatto", "helemaal niet tevreden", "muito insatisfeita", "inte nöjd",
    "ikke fornøyd", "niezadowolony", "очень плохо", "çok kötü", "不满意", "とても不満", "{'score': 'bad'}",
    "sehr unzufrieden", "très insatisfait", "muy insatisfecho", "ontevreden", "1 - Very dissatisfied",
]  # fmt: skip
NOT_LOW = [
    "5", "4", "3", "5/5", "9/10", "100%", "80%", "103", "100", "good", "goodwithcomment", "Great", "Okay",
    "neutral", "satisfied",
    "very satisfied", "+1", ":+1:", ":)", "NPS: 9", "csat_5", "Good, I'm satisfied", "true", "🟢",
    "neither agree nor disagree",
    "not bad", "strongly agree", "отлично", "满意", "👍", "😀",
    "★★★★★", "★★★★☆", "5 stars", "promoter", "zufrieden", "satisfait",
    "5 - Very satisfied",
]  # fmt: skip
SAYS_NOTHING = ["not_rated", "skipped", "unoffered", "offered", "", None, "n/a", "pending", "see comment"]


@pytest.mark.parametrize("rating", LOW)
def test_the_worst_rating_counts_like_one_of_five(rating):
    assert rating_share(rating) == 0.0
    assert outcome_score({"csat": rating}) == pytest.approx(outcome_score({"csat": "1"}))


@pytest.mark.parametrize("rating", NOT_LOW)
def test_other_ratings_reject_nothing(rating):
    assert rating_share(rating) >= 0.5
    assert outcome_score({"csat": rating}) > 0.6


@pytest.mark.parametrize("rating", SAYS_NOTHING)
def test_what_is_no_rating_says_nothing(rating):
    assert rating_share(rating) is None


@pytest.mark.parametrize("said", ["true", "1", "3", "2026-03-02T10:00:00Z", "2026-03-02"])
def test_reopened_is_told_by_yes_by_a_count_and_by_a_time(said):
    assert outcome_score({"reopened": said}) == pytest.approx(0.4)


@pytest.mark.parametrize("said", ["", "0", "false", "no", "null", None])
def test_what_was_never_reopened_rejects_nothing(said):
    assert outcome_score({"reopened": said}) == 1.0
