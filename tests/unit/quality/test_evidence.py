"""A low score alone rejects nothing: what each rule takes as evidence, and what it does not."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from smelt.quality.config import QualityConfig
from smelt.quality.corpus.fit import fit_corpus
from smelt.quality.explain import explain_pairs
from smelt.quality.pairs import Pairs
from smelt.quality.score import score_pairs
from tests.unit.quality.judging import QUESTION, is_rejected_for


@pytest.mark.parametrize(
    ("question", "is_rejected"),
    [
        ("good. but you need to change departure location to University", False),
        ("I'm so jealous! said william to christina", False),
        ("that's great please book. I'd like to stay the 13th to 16th", False),
        ("password the of account my reset I How do again?", True),
        ("reset to password my How the forgotten I account do of?", True),
    ],
)
def test_word_order_needs_words_that_do_not_attract_each_other(judged, question, is_rejected):
    found = judged(question=question)
    assert is_rejected_for("question_words_out_of_order", found, "question_grammar") is is_rejected


@pytest.mark.parametrize(
    "question",
    [
        "uh al. kasztanowa 12 kowalewo górne",
        "okay contrada bertoldi 8 appartamento 4 rocca marittima",
        "teh pr1nt3r iss br0kn plsae hury",
        "d o r o th y wi LL I am s",
        "ravikumar selvan infosystem",
        "8th thru 19th",
    ],
)
def test_addresses_names_codes_and_typing_errors_are_in_no_language(judged, question):
    found = judged(question=question)
    assert not is_rejected_for("wrong_language", found, "language")


@pytest.mark.parametrize(
    "question",
    [
        "wie kann ich das passwort zurücksetzen",
        "mi pedido no ha llegado todavía",
        "Je n'arrive pas à me connecter à mon compte",
        "Nie mogę zalogować się na swoje konto",
        "Как мне изменить пароль?",
        "verificare impostazioni periferica aggiornare programma eseguire nuovamente procedura automatica",
    ],
)
def test_function_words_another_script_or_many_unknown_words_make_a_text_foreign(judged, question):
    assert "wrong_language" in judged(question=question)["rejections"]


@pytest.mark.parametrize(
    ("answer", "is_rejected"),
    [
        ("Yes, it was the old one and here it is", False),
        ("Ask the bank that the card belongs to, nobody else knows what the fee is for", False),
        ("The balance has been taken care of", False),
        ("The account is open again. Thank u", False),
        ("The account ( the old one is open. Look at U.S.C. 1681y", False),
        ("You can ask for another key at the front desk,", False),
        ("If the button is grey,", True),
        ("Open the settings of your account and choose the", True),
        ("Open the settings (see the second picture of the", True),
        ("Then click on reset and enter the passw", True),
    ],
)
def test_an_answer_is_cut_where_nothing_whole_can_end(judged, answer, is_rejected):
    found = judged(answer=answer)
    assert is_rejected_for("answer_cut_off", found, "answer_completeness") is is_rejected


def test_in_a_corpus_of_signed_letters_an_answer_without_stop_and_name_is_cut(judged):
    letters = [f"Open drawer {n} and press the red button.\n\nBest regards,\nJoanna" for n in range(60)]
    corpus = fit_corpus(
        pa.table({"question": [f"How do I open drawer {n}?" for n in range(60)], "answer": letters})
    )
    answers = ["Open drawer 7 and press the red", letters[7]]
    table = pa.table({"question": ["How do I open drawer 7?"] * 2, "answer": answers})
    found = score_pairs(table, QualityConfig(pass_marks={"answer_completeness": 0.7}), corpus)["rejections"]
    assert ["answer_cut_off" in names for names in found.to_pylist()] == [True, False]
    assert "answer_cut_off" not in judged(answer=answers[0])["rejections"]


TOPICS = (
    ("How do I reset the {} password?", "Open the {} settings and choose reset password."),
    (
        "What time does the {} kitchen open for breakfast?",
        "Breakfast at the {} kitchen is served from seven until ten.",
    ),
)
PLACES = [
    f"{one} {two}"
    for one in ("north", "south", "east", "west", "old", "new")
    for two in ("gate", "tower", "hill", "lake", "bridge")
]


def test_only_a_statement_on_something_else_is_off_topic():
    pairs = [
        (question.format(place), answer.format(place)) for place in PLACES for question, answer in TOPICS
    ]
    corpus = fit_corpus(pa.table({"question": [q for q, _ in pairs], "answer": [a for _, a in pairs]}))
    breakfast = "What time is breakfast in the kitchen?"
    odd = [
        (breakfast, "Open the settings and choose reset password."),
        (breakfast, "Sorry, I can only open the settings and reset passwords."),
        (breakfast, "Which settings and password do you mean?"),
        ("Yes, breakfast in the kitchen", "Open the settings and choose reset password."),
        (breakfast, "Please choose another password and give me the settings."),
        (
            "Thanks, breakfast was great",
            "Open the settings and choose reset password, " * 2 + "and open the settings.",
        ),
        (
            "Thanks, breakfast was great",
            "Your password has been reset in the settings. Open the settings " * 2 + ".",
        ),
    ]
    table = pa.table({"question": [q for q, _ in odd], "answer": [a for _, a in odd]})
    found = score_pairs(table, QualityConfig(pass_marks={"relevance": 0.5}), corpus)
    assert ["answer_off_topic" in names for names in found["rejections"].to_pylist()] == [
        True,
        False,
        False,
        False,
        False,
        True,
        False,
    ]
    assert max(found["relevance"].to_pylist()) < 0.5


def test_explanations_tell_a_doubt_from_a_rejection():
    doubted, rejected = explain_pairs(
        pa.table(
            {
                "question": [QUESTION, QUESTION],
                "answer": ["You can ask for another key at the front desk,", "If the button is grey,"],
            }
        )
    )
    cut = [
        next(opinion for opinion in row if opinion.rule == "answer_cut_off") for row in (doubted, rejected)
    ]
    assert all(opinion.score < opinion.pass_mark for opinion in cut)
    assert [opinion.is_passed for opinion in cut] == [True, False]


def test_some_pairs_of_a_batch_keep_their_own_tokens():
    table = pa.table({"question": ["one", "two", "one", "three"], "answer": ["a b", "c", "d e", "f"]})
    part = Pairs(table, QualityConfig()).take(np.array([3, 2]))
    words = part.vocabulary.words
    assert words.gather(part.tokens("question").ids).to_list() == ["three", "one"]
    assert words.gather(part.tokens("answer").ids).to_list() == ["f", "d", "e"]
