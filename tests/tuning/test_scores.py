"""Scores mean something for short, empty and unspaced texts, where the usual tools give 0."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smelt.tuning.answers.generate import Answer
from smelt.tuning.evaluation.collapse import collapse, repeats, self_bleu
from smelt.tuning.evaluation.measure import category_labels, classification
from smelt.tuning.evaluation.scores import corpus_bleu, rouge_l, scores_of, token_f1, tokens


@given(st.text(max_size=40), st.text(max_size=40))
def test_what_always_holds(one, two):
    assert all(0 <= value <= 1 for value in scores_of(one, two).values())
    assert all(value == pytest.approx(1, abs=1e-6) for value in scores_of(one, one).values())


@pytest.mark.parametrize(
    "text", ["Yes", "Done.", "谢谢 123", "Добрый день", "ขอบคุณ", "naïve café", "OK 👍", ""]
)
def test_a_perfect_answer_has_one_in_every_score(text):
    assert set(scores_of(text, text).values()) == {1.0}


@pytest.mark.parametrize(
    ("one", "two"), [("谢谢 123", "再见 123"), ("café", "caf"), ("Да", "Нет"), ("Yes", "No")]
)
def test_other_answers_are_not_the_same(one, two):
    found = scores_of(one, two)
    assert found["exact"] == 0
    assert found["rouge_l"] < 1
    assert found["token_f1"] < 1


def test_figures_worked_out_by_hand():
    assert tokens("Don't e-mail ME 谢谢") == ["don", "t", "e", "mail", "me", "谢", "谢"]
    assert token_f1("a b c d", "a b x") == pytest.approx(4 / 7)
    assert rouge_l("a c b d", "a b c d") == pytest.approx(0.75)
    assert scores_of("", "something") == dict.fromkeys(scores_of("a", "b"), 0.0)


def test_corpus_bleu_says_how_it_was_counted_and_agrees_with_sacrebleu():
    import sacrebleu

    answers = ["the cat sat on the mat today", "we open at nine in the morning"]
    references = ["the cat sat on a mat today", "we open at nine each morning"]
    found = corpus_bleu(answers, references)
    assert found.score * 100 == pytest.approx(
        sacrebleu.corpus_bleu(answers, [references], tokenize="none").score
    )
    assert "version:" in found.signature


def test_collapse_is_seen_and_alike_references_are_none():
    loop = [Answer("please wait a moment " * 5, True, 20)] * 8
    references = [f"Your order number {n} was sent on Monday morning" for n in range(8)]
    found = collapse(loop, references)
    assert found["collapsed"]
    assert "answers repeat themselves" in found["reasons"]
    assert "different questions get the same answer" in found["reasons"]
    assert collapse([Answer(text, False, 5) for text in references], references)["reasons"] == [
        "most answers do not stop"
    ]
    assert not collapse([Answer("Yes", True, 1)] * 8, ["Yes"] * 8)["collapsed"]
    assert repeats("啊" * 12)
    assert self_bleu(["same words in here"] * 3) == 1


def test_categories_are_told_from_answers():
    assert category_labels(["Yes", "No"] * 9, ["yes."], 30) == {"yes", "no"}
    assert not category_labels(["Yes", "No"] * 9, ["perhaps"], 30)
    assert not category_labels([f"answer {n}" for n in range(40)], ["answer 1"], 50)
    references, answers = ["Yes", "Yes", "No", "No"], ["yes", "no", "No.", "perhaps"]
    found = classification(references, answers, frozenset({"yes", "no"}), list("abcd"), 200)
    assert found["accuracy"] == 0.5
    assert found["precision"] == pytest.approx((1 + 0.5) / 2)
    assert found["recall"] == 0.5
    assert found["answers_that_are_no_label"] == 1
    low, high = found["intervals"]["accuracy"]
    assert 0 <= low < 0.5 < high <= 1
    assert classification(references, answers, frozenset({"yes", "no"}), ["one"] * 4, 200)["intervals"] == (
        dict.fromkeys(("accuracy", "precision", "recall", "f1"))
    )


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abcd")), min_size=1, max_size=30))
def test_the_macro_figures_are_those_of_scikit_learn(pairs):
    from sklearn.metrics import precision_recall_fscore_support

    truth, said = [one for one, _ in pairs], [two for _, two in pairs]
    found = classification(truth, said, frozenset("abc"), [str(n) for n in range(len(pairs))], 2)
    wanted = precision_recall_fscore_support(
        truth, said, labels=sorted(set(truth)), average="macro", zero_division=0
    )
    assert [found["precision"], found["recall"], found["f1"]] == pytest.approx(wanted[:3])
