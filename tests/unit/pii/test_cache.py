"""What was found before is not looked for again, and the cache never outgrows its bounds."""

from __future__ import annotations

import gc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smelt.pii.cache import LONGEST, Cache, no_cycles
from smelt.pii.config import PiiConfig
from smelt.pii.scrubber import Scrubber
from smelt.pii.types import Known, TextBatch


def lengths(keys):
    return [len(key[0]) for key in keys]


def test_each_key_is_looked_at_once():
    cache = Cache()
    asked = []

    def find(keys):
        asked.extend(keys)
        return lengths(keys)

    assert cache.results([("ab",), ("c",), ("ab",)], find) == [2, 1, 2]
    assert cache.results([("c",), ("def",)], find) == [1, 3]
    assert asked == [("ab",), ("c",), ("def",)]


@given(st.lists(st.lists(st.text(max_size=5).map(lambda text: (text,)), max_size=12), max_size=12))
def test_bounds_change_no_result(batches):
    cache = Cache(entries=4, characters=9)
    for keys in batches:
        assert cache.results(keys, lengths) == lengths(keys)
        assert len(cache._young) <= 4
        assert sum(len(text) for (text,) in cache._young) <= 9


def test_long_texts_are_not_kept():
    cache = Cache()
    cache.results([("x" * (LONGEST + 1),)], lengths)
    assert not cache._young


@pytest.mark.parametrize(
    "first", ["my name is Zelmira Quent", "call Ms. Quent on 415-867-5309", "Suite 4, Springfield"]
)
def test_what_a_scrubber_saw_before_changes_nothing(first):
    batch = TextBatch(
        ["What is your name?", first, "thanks, Zelmira"],
        [0, 0, 0],
        ["agent", "customer", "agent"],
        [[Known("name", "Anna Bell")]],
    )
    used = Scrubber(PiiConfig(), None)
    used.scrub(TextBatch.of([first, "thanks, Zelmira"], [Known("name", "Zelmira Quent")]))
    assert used.scrub(batch) == Scrubber(PiiConfig(), None).scrub(batch)


def test_the_search_for_cycles_goes_on_afterwards_even_after_an_error():
    def fail():
        with no_cycles():
            assert not gc.isenabled()
            raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        fail()
    assert gc.isenabled()
