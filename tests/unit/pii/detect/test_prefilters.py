"""Prefilters give what Polars gives, and each regex is searched in one thread, with few others."""

from __future__ import annotations

import os
import threading

import polars as pl
import pytest

from smelt.pii.detect import prefilters

REGEXES = [rf"{letter}[0-9]" for letter in "abcdefghijklmnopqrstuvwxyz"] + [
    r"(?i)Ä",
    r"\p{Lu}",
    r"^$",
    r"\d{2}",
]
REGEXES += [rf"{letter}_" for letter in "abcdefghijklmnopqrstuvwxyz"]
TEXTS = ["a1 b2", "ä", "", "Z", "x_ 12", "nothing"]


def test_the_matches_are_those_of_polars() -> None:
    column = pl.Series(TEXTS)
    found = prefilters.contains(column, REGEXES)
    assert [matches.tolist() for matches in found] == [
        column.str.contains(regex).to_list() for regex in REGEXES
    ]


def test_a_column_without_texts_has_no_matches() -> None:
    assert [len(found) for found in prefilters.contains(pl.Series(dtype=pl.String), ["a", "b"])] == [0, 0]


def test_no_thread_has_more_regexes_than_polars_keeps() -> None:
    prefilters.contains(pl.Series(TEXTS), REGEXES)
    homes = list(prefilters._mine.home.values())
    assert max(homes.count(number) for number in homes) <= 32
    assert len(prefilters._mine.threads) == max(homes) + 1


def test_each_calling_thread_has_threads_of_its_own() -> None:
    prefilters.matches(pl.Series(TEXTS), "a1")
    found: list[int] = []

    def other() -> None:
        found.append(len(prefilters._mine.threads))
        found.extend(prefilters.matches(pl.Series(TEXTS), "a1").tolist())

    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    assert found == [0, True, False, False, False, False, False]


def test_an_invalid_regex_is_an_error_of_the_caller() -> None:
    with pytest.raises(pl.exceptions.ComputeError):
        prefilters.matches(pl.Series(TEXTS), "(")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_forked_process_starts_without_threads() -> None:
    prefilters.matches(pl.Series(TEXTS), "a1")
    child = os.fork()
    if not child:
        os._exit(len(prefilters._mine.threads))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_other_work_with_a_regex_is_done_by_its_thread() -> None:
    column = pl.Series(["one", "two"])
    threads = {prefilters.in_its_thread("o$", threading.current_thread) for _ in range(3)}
    assert len(threads) == 1
    assert threading.current_thread() not in threads
    assert prefilters.in_its_thread("o$", lambda: column.str.count_matches("o$")).to_list() == [0, 1]
    with pytest.raises(pl.exceptions.ComputeError):
        prefilters.in_its_thread("(", lambda: column.str.contains("("))
