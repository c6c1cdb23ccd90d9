from __future__ import annotations

import pytest

from smelt.quality.config import QualityConfig
from tests.unit.quality.judging import QUESTION


@pytest.mark.parametrize(
    "answer",
    [QUESTION, QUESTION.upper(), f"> {QUESTION}", f"{QUESTION[:-1]} !", f"Hi, {QUESTION}"],
)
def test_the_question_said_again_is_no_answer(judged, answer):
    found = judged(answer=answer)
    assert "answer_repeats_question" in found["rejections"]
    assert found["answer_completeness"] < QualityConfig().pass_mark("answer_completeness")


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Do they have a garage for guests?", "They have a garage for guests."),
        (QUESTION, "Reset the password of your account in its settings, under Security."),
        ("Which one is it, the red or the blue one?", "The red one."),
    ],
)
def test_an_answer_in_the_words_of_the_question_is_one(judged, question, answer):
    assert "answer_repeats_question" not in judged(question=question, answer=answer)["rejections"]


@pytest.mark.parametrize(
    "answer",
    [
        "This ticket was merged into ticket #12.",
        "Your request has been received, our team will get back to you soon.",
    ],
)
def test_a_notice_of_the_help_desk_is_no_answer(judged, answer):
    assert "answer_only_notice" in judged(answer=answer)["rejections"]
