"""Each rule by example: pairs that it must reject, and neighbours of theirs that it must not."""

from __future__ import annotations

import pyarrow as pa
import pytest

from smelt.quality.config import QualityConfig
from smelt.quality.score import score_pairs
from tests.unit.quality.judging import ANSWER, QUESTION


@pytest.fixture(scope="module")
def rejections(judged):
    def of(question=QUESTION, answer=ANSWER, config=None, **columns):
        if config is None and not columns:
            return judged(question, answer)["rejections"]
        table = pa.table({"question": [question], "answer": [answer], **columns})
        return score_pairs(table, config)["rejections"].to_pylist()[0]

    return of


def test_a_good_pair_is_accepted(rejections):
    assert rejections() == []


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("Why?", "question_too_short"),
        ("word " * 120 + "?", "question_too_long"),
        ("Hello there, good morning!", "question_only_greeting"),
        ("Thank you so much, bye!", "question_only_greeting"),
        ("I have a question about something.", "question_without_content"),
        ("It does not work, please help me.", "question_without_content"),
        ("?!?!?!?!?!?!", "question_without_content"),
        ("password the of account my reset I How do again?", "question_words_out_of_order"),
        ("Wie kann ich das Passwort meines Kontos zurücksetzen?", "wrong_language"),
    ],
)
def test_questions_that_ask_nothing_are_rejected(rejections, question, reason):
    assert reason in rejections(question=question)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("Yes, you can.", "answer_too_short"),
        ("Choose reset. " * 200, "answer_too_long"),
        ("Dear {{customer_name}}, open the settings and choose reset.", "answer_placeholder"),
        ("Dear [Customer Name], open the settings and choose reset.", "answer_placeholder"),
        ("Open the settings and call [INSERT NUMBER] if that fails.", "answer_placeholder"),
        ("Thank you for contacting us! How can I help you today?", "answer_only_greeting"),
        ("Let me check and I will get back to you soon.", "answer_only_promise"),
        ("Open the settings of your account and then choose the", "answer_cut_off"),
        ("Open the settings of your account, you stupid idiot.", "answer_insulting"),
        ("Open the damn settings of your account and choose reset.", "answer_profane"),
        ("That is your own fault. Open the settings and choose reset.", "answer_blames"),
        ("OPEN THE SETTINGS OF YOUR ACCOUNT AND CHOOSE RESET!!!", "answer_shouts"),
        ("your and of password Open settings reset account choose the.", "answer_words_out_of_order"),
        ("Öffnen Sie die Einstellungen Ihres Kontos und setzen Sie es zurück.", "wrong_language"),
        ("Reset the password now. " * 12, "answer_repetitive"),
        ("All rights reserved. Privacy policy. Terms of use. Cookie policy.", "answer_boilerplate"),
    ],
)
def test_answers_that_answer_nothing_are_rejected(rejections, answer, reason):
    assert reason in rejections(answer=answer)


@pytest.mark.parametrize(
    "answer",
    [
        "That is not stupid at all: open the settings and choose reset.",
        "Write to [EMAIL_1] or call [PHONE_2], they will reset the password of your account.",
        "Open the HTTPS settings of the VPN client and enter the API key again.",
        "Open the settings and choose reset.\n\nBest regards,\nJoanna\nCadence Works",
        "Our partner, the Ugly Duckling Hotel, resets the password of your account.",
        "The password can be reset under %USERPROFILE%\\settings with the reset button.",
        "One moment please. Your password was reset by the nightly clean-up of old accounts.",
        "the password of your account is reset at midnight on 11 may",
        "please open the settings of your account and do something about this",
        "Passwords of old accounts are governed by 15 U.S.C. 1681y",
        "Your account is on the old list, so the password is reset from Monday on",
        "Gardenia accounts reset passwords by mail.",
        "open the settings of your account, there is a button for the password you have asked for",
    ],
)
def test_what_only_looks_like_a_fault_passes(rejections, answer):
    assert rejections(answer=answer) == []


@pytest.mark.parametrize(
    "question",
    [
        "Is there parking?",
        "Password reset, team plan",
        "it is the password button from May",
        "Native SharePoint PDF parser alternatives",
    ],
)
def test_short_questions_and_titles_are_not_out_of_order_vague_or_foreign(rejections, question):
    found = set(rejections(question=question))
    assert not found & {"question_words_out_of_order", "question_vague", "wrong_language", "answer_off_topic"}


SUNDAY = "Can I visit the museum on Sunday? How much is a ticket?"
WHERE_AND_WHEN = "Where is the museum and when does it open?"


@pytest.mark.parametrize(
    ("question", "answer", "is_open"),
    [
        (SUNDAY, "Yes, the museum welcomes visitors on Sundays as well.", True),
        (SUNDAY, "Yes, it is open on Sundays, and a ticket costs 9 euros.", False),
        (WHERE_AND_WHEN, "The museum is next to the town hall, opposite the fountain.", True),
        (WHERE_AND_WHEN, "The museum is next to the town hall and opens at nine.", False),
        ("How are you? Is the museum open on Sunday?", "The museum welcomes visitors on Sundays.", False),
    ],
)
def test_every_part_of_a_question_wants_its_answer(rejections, question, answer, is_open):
    assert ("question_partly_answered" in rejections(question, answer)) is is_open


def test_marks_of_scrubbing_say_nothing(rejections):
    assert "question_without_content" in rejections(question="that would be [DATE_OF_BIRTH_1], [PERSON_12]")


def test_a_misspelt_end_is_no_half_word(rejections):
    assert "answer_cut_off" not in rejections(answer="open the settings, your account is unlockedd")
    assert "answer_cut_off" in rejections(answer="Open the settings of your account and choose reset passw")


def test_outcomes_that_went_wrong_count(rejections):
    outcome = pa.array([[("csat", "1"), ("reopened", "true")]], pa.map_(pa.string(), pa.string()))
    assert rejections(outcome=outcome) == ["answer_outcome_bad"]


def test_bounds_marks_and_rules_follow_the_configuration(rejections):
    short = {"question": {"minimum": 2, "maximum": 500}}
    assert "question_too_short" not in rejections("Why?", config=QualityConfig.model_validate(short))
    assert "answer_insulting" not in rejections(
        answer="You stupid idiot, open the settings of your account.",
        config=QualityConfig(disabled=("answer_insulting",)),
    )
    lenient = QualityConfig(pass_marks={"answer_tone": 0.0})
    assert "answer_profane" not in rejections(
        answer="Open the damn settings of your account.", config=lenient
    )
    german = QualityConfig(languages=("de",))
    assert "wrong_language" not in rejections(
        "Wie kann ich das Passwort meines Kontos zurücksetzen?",
        "Öffnen Sie die Einstellungen Ihres Kontos und setzen Sie es zurück.",
        config=german,
    )
