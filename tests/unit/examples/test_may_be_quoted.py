"""A text of which this says that it has no quote is one that nothing is removed from."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smelt.examples.may_be_quoted import MAY_BE_QUOTED, are_maybe_quoted
from smelt.examples.quote_headers import LABELS
from smelt.examples.quotes import without_quotes
from tests.unit.examples.test_quotes import ATTRIBUTIONS, BLOCKS, NOTES, OLD, OWN


@pytest.mark.parametrize("header", ATTRIBUTIONS + BLOCKS + NOTES)
def test_headers(header):
    text = f"{OWN}\n\n{header}\n{OLD}"
    assert are_maybe_quoted(pl.Series([text])).to_list() == [without_quotes(text) != text]


@pytest.mark.parametrize(
    "text",
    [
        OWN,
        "Here is what to do:\n1. Turn the wheel.\n2. Switch it off at 16:05.",
        "Note: the original lamp is grey.\n- one\n- two",
        "Lamp in the hall\n\nIt is on since 3.6.2025.\n\nBest regards\n\n--\n[PERSON_1]\nPhone: [PHONE_1]\n[EMAIL_1]",
    ],
)
def test_texts_without_a_quote(text):
    assert are_maybe_quoted(pl.Series([text, None])).to_list() == [False, False]


PARTS = st.sampled_from(
    [
        *(line for header in ATTRIBUTIONS + BLOCKS + NOTES for line in header.split("\n")),
        OWN, OLD, "", " ", f"> {OLD}", f"JS> {OLD}", "```", "-----Original Message-----", "  ursprüngliche Nachricht",
        "________________", "Begin forwarded message:", "---- On Jun 3 2025 Iris <iris@fjord.test> wrote ----",
        "## Reply above this line ##", "Date: 3 June", "*From:* Iris", "From：Iris", "you wrote:", "a écrit", ":",
        "1. Turn the wheel:", "* [2025] Iris:", "\u200e", "\x1c", "ORİJİNAL MESAJ", "--", "Lamp [EMAIL_1]:",
    ]
)  # fmt: skip
CHANGES = st.sampled_from([str, str.upper, str.title, str.swapcase, lambda line: f"  {line} "])


@given(st.lists(st.tuples(PARTS, CHANGES), max_size=8))
def test_nothing_is_removed_from_other_texts(parts):
    text = "\n".join(change(part) for part, change in parts)
    found = are_maybe_quoted(pl.Series([text])).item()
    assert found or without_quotes(text) == text or not pl.Series([text]).str.contains(MAY_BE_QUOTED).item()


def test_labels_are_compared_letter_by_letter():
    """Rust folds letters one by one; those that become several where case is ignored are looked for apart."""
    several = (chr(code) for code in range(0x110000) if len(chr(code).casefold()) > 1)
    named = [label for label, meaning in LABELS.items() if meaning in ("from", "sent")]
    parts = [letter for letter in several if any(letter.casefold() in label for label in named)]
    assert are_maybe_quoted(pl.Series([f"Lamp: {letter}" for letter in parts])).all()
