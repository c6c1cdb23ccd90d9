from __future__ import annotations

import numpy as np
import polars as pl

from smelt.duplicates.boilerplate import frequent_lines, line_hashes, set_aside

NOTHING = r"\[NEVER\]"
FOOTER = "This message is confidential, delete it if it is not for you."


def texts_with_footer(count):
    return pl.Series([f"My problem number {i} is new\n\n{FOOTER}" for i in range(count)])


def hashes(texts, **rule):
    return frequent_lines(
        line_hashes(texts, NOTHING, 3), **({"min_conversations": 3, "min_share": 0.0} | rule)
    )


def test_a_line_of_many_conversations_is_set_aside_whatever_its_case():
    texts = pl.concat([texts_with_footer(3), pl.Series([f"Other\n{FOOTER.upper()}"])])
    found = set_aside(texts, hashes(texts), NOTHING, 3)
    assert [text.strip() for text in found.texts.to_list()] == [
        "My problem number 0 is new", "My problem number 1 is new", "My problem number 2 is new", "Other",
    ]  # fmt: skip
    assert found.removed.list.len().to_list() == [1, 1, 1, 1]


def test_one_conversation_counts_once():
    texts = pl.Series([f"Hi there\n{FOOTER}\n{FOOTER}\n{FOOTER}", "one line"])
    assert len(hashes(texts)) == 0


def test_few_conversations_or_a_small_share_are_not_enough():
    assert len(hashes(texts_with_footer(2))) == 0
    many = pl.concat([texts_with_footer(3), pl.Series([f"single {i}" for i in range(97)])])
    assert len(hashes(many, min_share=0.03)) == 1
    assert len(hashes(many, min_share=0.04)) == 0


def test_short_lines_and_texts_of_one_line_are_never_boilerplate():
    assert (
        len(hashes(pl.Series(["Thank you!\nfirst line of mine", "Thank you!\nsecond line of mine"] * 4))) == 2
    )
    assert len(hashes(pl.Series([FOOTER] * 9))) == 0


def test_a_text_of_boilerplate_alone_stays_whole():
    texts = pl.concat([texts_with_footer(3), pl.Series([f"{FOOTER}\n{FOOTER}", f"  {FOOTER}\n ... \n"])])
    found = set_aside(texts, hashes(texts), NOTHING, 3)
    assert found.texts.to_list()[3:] == texts.to_list()[3:]
    assert found.removed.list.len().to_list() == [1, 1, 1, 0, 0]


def test_nulls_pass_and_no_boilerplate_changes_nothing():
    texts = pl.Series(["a b c d\ne f g h", None])
    found = set_aside(texts, np.empty(0, np.int64), NOTHING, 3)
    assert found.texts.to_list() == texts.to_list()
    assert found.removed.to_list() == [[], []]
