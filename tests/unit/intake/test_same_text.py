from __future__ import annotations

from smelt.intake.same_text import is_same, letters

LONG = "the lamp in the hall has not come on since the storm"


def test_markup_blanks_and_case_do_not_count() -> None:
    assert letters("<p>Hello&nbsp;<b>World</b></p>") == letters("hello world") == "helloworld"


def test_a_long_text_is_the_same_as_its_beginning() -> None:
    whole = letters(LONG + " and my name is below. Jo")
    assert is_same(letters(LONG), whole)
    assert is_same(whole, letters(LONG))
    assert not is_same(letters("the lamp"), whole)
    assert not is_same(letters(LONG), letters("another text altogether, of some length as well"))
