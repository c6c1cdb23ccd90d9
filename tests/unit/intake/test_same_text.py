from __future__ import annotations

from smelt.intake.same_text import is_same, letters

LONG = "the lamp in the hall has not come on since the storm"


def test_markup_blanks_and_case_do_not_count() -> None:
    assert letters("<p>Hello&nbsp;<b>World</b></p>") == letters("hello world") == "helloworld"


def test_a_tag_or_entity_behind_punctuation_is_no_letter() -> None:
    assert letters("Hello!</p><p>World&nbsp;(again).&#160;</p>") == letters("hello world again")
    assert letters("a < b && c_d &amp; e") == "abcde"


def test_a_text_is_not_the_same_as_a_short_beginning_of_it() -> None:
    assert not is_same(letters(LONG), letters("the"))
    assert not is_same(letters("the"), letters(LONG))
    assert is_same("ok", "ok")


def test_a_long_text_is_the_same_as_its_beginning() -> None:
    whole = letters(LONG + " and my name is below. Jo")
    assert is_same(letters(LONG), whole)
    assert is_same(whole, letters(LONG))
    assert not is_same(letters("the lamp"), whole)
    assert not is_same(letters(LONG), letters("another text altogether, of some length as well"))
