"""Edits in several passes stay in the input's own offsets."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smelt.pii.replace.edits import Edit, Edited


def edit(start: int, end: int, mark: str) -> Edit:
    return Edit(start, end, mark, "EMAIL", "test", 1.0, None)


def test_later_edits_are_told_in_offsets_of_the_input():
    first = Edited("ab cd ef gh", (edit(3, 5, "[X]"),))
    assert first.text() == "ab [X] ef gh"
    second = first.edited([edit(0, 2, "1"), edit(7, 9, "[LONG]")])
    assert second.text() == "1 [X] [LONG] gh"
    assert [(e.start, e.end) for e in second.edits] == [(0, 2), (3, 5), (6, 8)]
    assert [(p.start, p.end) for p in second.placed()] == [(0, 1), (2, 5), (6, 12)]


def test_an_edit_that_reaches_into_a_mark_takes_it_up():
    first = Edited("ab cd ef", (edit(3, 5, "John Smith"),))
    second = first.edited([edit(8, 16, "[X]")])
    assert first.text()[8:16] == "Smith ef"
    assert second.text() == "ab John [X]"
    assert [(e.start, e.end) for e in second.edits] == [(3, 8)]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text("abc ", min_size=1, max_size=30), st.data())
def test_any_two_passes_give_what_plain_replacement_gives(text, data):
    edited = Edited(text)
    for _ in range(3):
        current = edited.text()
        cuts = sorted(data.draw(st.sets(st.integers(0, len(current)), max_size=6)))
        spans = [(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=False) if a < b]
        further = [edit(a, b, data.draw(st.text("XY", max_size=5))) for a, b in spans]
        expected = current
        for each in reversed(further):
            expected = expected[: each.start] + each.mark + expected[each.end :]
        edited = edited.edited(further)
        assert edited.text() == expected
        ends = [0, *(position for each in edited.edits for position in (each.start, each.end))]
        assert ends == sorted(ends)
