from __future__ import annotations

import pytest

from smelt.quality.measures.accuracy import outcome_score
from smelt.quality.measures.ratings import rating_share

LOW = [
    "1", "1.0", "0", "1/5", "1 / 5", "2/10", "1 out of 5", "20%", "20 %", "-101", "-103", "Bad", "badwithcomment",
    "BAD_WITH_COMMENT", "not-good", "Not Good", "thumbs down", "👎", "😠", "🙁", "★☆☆☆☆", "1 star", "1-star", "⭐",
    "Very Dissatisfied", "dissatisfied", "unsatisfied", "Poor", "terrible", "negative", "detractor", "unhappy",
    "schlecht",
    "sehr unzufrieden", "très insatisfait", "muy insatisfecho", "ontevreden", "1 - Very dissatisfied",
]  # fmt: skip
NOT_LOW = [
    "5", "4", "3", "5/5", "9/10", "100%", "80%", "103", "100", "good", "goodwithcomment", "Great", "Okay",
    "neutral", "satisfied",
    "very satisfied", "👍", "😀", "★★★★★", "★★★★☆", "5 stars", "promoter", "zufrieden", "satisfait",
    "5 - Very satisfied",
]  # fmt: skip
SAYS_NOTHING = ["unoffered", "offered", "", None, "n/a", "pending", "see comment"]


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
