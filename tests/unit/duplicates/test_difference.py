from __future__ import annotations

from smelt.duplicates.difference import Piece, word_difference


def test_words_that_only_one_text_has():
    assert word_difference("we open at nine on Monday", "we open at ten on Monday now") == [
        Piece("same", "we open at"), Piece("removed", "nine"), Piece("added", "ten"),
        Piece("same", "on Monday"), Piece("added", "now"),
    ]  # fmt: skip


def test_long_common_runs_are_shortened():
    words = [f"w{i}" for i in range(50)]
    assert word_difference(" ".join(words), " ".join([*words, "end"]), context=2) == [
        Piece("same", "w0 w1 [...] w48 w49"), Piece("added", "end"),
    ]  # fmt: skip


def test_empty_texts():
    assert word_difference("", "") == []
    assert word_difference("a b", "") == [Piece("removed", "a b")]
