"""What rules of spelling, tone, vagueness and text filters take as evidence, and what only looks like it."""

from __future__ import annotations

import pyarrow as pa
import pytest

from smelt.quality.config import QualityConfig
from smelt.quality.score import score_pairs
from tests.unit.quality.judging import QUESTION, is_rejected_for


@pytest.mark.parametrize(
    ("question", "is_rejected"),
    [
        ("v r n sch w s t n", False),
        ("t w 7 6 Sy", False),
        ("uh ul. kwiatowa [ACCOUNT_NUMBER_1] sanok", False),
        ("uh al. kasztanowa kowalewo górne", False),
        ("3 Br ridgefieldd rd kennett nj 07042", False),
        ("ganesan murthi 4587 gmailcom", False),
        ("th3 pr1nt3r 1s br0k3n", True),
        ("teh prnter dosnt pirnt", True),
        ("sdfkjhg wqrtpl lskdjfgh", True),
        ("myaccountwasblockedyesterdayandnobodyhelpsme pleasehelpx urgentx", True),
    ],
)
def test_letters_names_and_addresses_are_no_spelling_mistakes(judged, question, is_rejected):
    found = judged(question=question)
    assert is_rejected_for("question_misspelled", found, "question_grammar") is is_rejected


@pytest.mark.parametrize(
    ("question", "is_rejected"),
    [
        ("s s s 1 2 5 t t n n", False),
        ("My radio plays the song that goes la la la la la la la la all day, can it be turned off?", False),
        ("Heeeeeeeeeellllllllllooooooooo printer", True),
    ],
)
def test_doubled_words_must_be_half_of_a_question(judged, question, is_rejected):
    found = judged(question=question)
    assert is_rejected_for("question_repetitive_typing", found, "question_grammar") is is_rejected


@pytest.mark.parametrize(
    ("question", "answer", "is_rejected"),
    [
        (QUESTION, "Breakfast is served at GRAND RIVER VIEW HOTEL AND SPA.", False),
        (
            "Does the River and Blue Moon Bay House open?",
            "So they say: RIVER AND BLUE MOON BAY HOUSE opens.",
            False,
        ),
        (
            QUESTION,
            "The codes are:\nFLAG_INVALID_NAME | 1\nFLAG_WRONG_USAGE | 2\nFLAG_SERVER_ERROR | 3",
            False,
        ),
        (QUESTION, "PARKING IS FREE AT THE GRAND RIVER HOTEL.", True),
        (QUESTION, "you really now MUST NEVER OPEN THE SETTINGS OF YOUR ACCOUNT", True),
    ],
)
def test_names_and_constants_in_capitals_do_not_shout(judged, question, answer, is_rejected):
    found = judged(question, answer)
    assert is_rejected_for("answer_shouts", found, "answer_tone") is is_rejected


@pytest.mark.parametrize(
    ("answer", "is_rejected"),
    [
        ("I worked on it all night, I need to get a life.", False),
        ("I was so stupid, the settings of your account are elsewhere.", False),
        ("Open the settings, you really are a STUPID FOOL.", True),
        ("I told you to open the settings. Get a life.", True),
        ("YOU STUPID FOOL should open the settings of the account.", True),
    ],
)
def test_names_and_what_writers_say_of_themselves_insult_nobody(judged, answer, is_rejected):
    found = judged(answer=answer)
    assert is_rejected_for("answer_insulting", found, "answer_tone") is is_rejected


@pytest.mark.parametrize(
    ("answer", "is_rejected"),
    [
        ("The folder is displayed as Mailbox - <your username>.", False),
        ("Open C:\\Users\\<name>\\AppData and delete the old password.", False),
        ('Run the command with -Identity "<name here>" to reset the password.', False),
        ("Set the password.\n// TODO: choose another port\nopen(port);\nclose(port);", False),
        ("Dear <name>, open the settings and choose reset.", True),
        ("Your password is <your password here> from now on.", True),
        ("TODO: open the settings of your account and choose reset.", True),
    ],
)
def test_blanks_that_readers_fill_in_were_not_left_over(judged, answer, is_rejected):
    found = judged(answer=answer)
    assert is_rejected_for("answer_placeholder", found, "answer_completeness") is is_rejected


@pytest.mark.parametrize(
    ("question", "is_rejected"),
    [
        ("Yes, it is [PERSON_1].", True),
        ("it is [PHONE_2], [PERSON_1]", True),
        ("Problems with my top up", False),
    ],
)
def test_short_requests_are_not_vague(judged, question, is_rejected):
    found = judged(question=question)
    assert is_rejected_for("question_vague", found, "question_specificity") is is_rejected


@pytest.mark.parametrize(
    ("answer", "reason", "is_rejected"),
    [
        (
            "$web = Get-Web\n$list = $web.Lists[1]\n$list | $query { $_.Id == 1 } | @{ $a = 1 }",
            "answer_symbols",
            False,
        ),
        ("!! ## ** $$ %% && the @@ ^^ ++", "answer_symbols", True),
        ("## ** $$ %% && the @@ ^^ ++ !!", "answer_symbols", True),
        ("Reset the password now. " * 12, "answer_repetitive", True),
        ("".join(f"Name of the old reset key | {n}\n" for n in range(12)), "answer_repetitive", False),
        (
            "\n".join(["- search", "- admin", "- teams", "- sites", "- portals", "- users"]),
            "answer_list_only",
            True,
        ),
        (
            "The names below are kept for the server and cannot be chosen for a new account\n"
            + "\n".join(["- search", "- admin", "- teams", "- sites", "- portals", "- users"]),
            "answer_list_only",
            False,
        ),
    ],
)
def test_code_tables_and_explained_lists_are_no_rubbish(judged, answer, reason, is_rejected):
    found = judged(answer=answer)
    assert is_rejected_for(reason, found, "text_quality") is is_rejected


def test_a_command_at_the_end_is_not_cut(judged):
    command = (
        "Run the following command:\n\nSet-Mailbox -identity username -StartTime hh:mm:ss -EndTime hh:mm:ss"
    )
    assert "answer_cut_off" not in judged(answer=command)["rejections"]


@pytest.mark.parametrize(("answer", "is_rejected"), [("Pizza, cheap", False), ("They serve pizza", True)])
def test_a_very_short_answer_may_settle_two_questions(answer, is_rejected):
    table = pa.table({"question": ["What do they serve? How is it? Is it dear?"], "answer": [answer]})
    config = QualityConfig.model_validate({"answer": {"minimum": 14, "maximum": 99}})
    found = score_pairs(table, config).to_pylist()[0]
    assert is_rejected_for("question_partly_answered", found, "completeness") is is_rejected


@pytest.mark.parametrize(
    ("question", "is_rejected"),
    [("When are they going to call me about my card?", False), ("Can my card be used abroad?", True)],
)
def test_a_promise_answers_when_somebody_will_call(judged, question, is_rejected):
    found = judged(question, "They will get back to you as soon as possible.")
    assert is_rejected_for("answer_only_promise", found, "answer_completeness") is is_rejected
