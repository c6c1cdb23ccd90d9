"""Certificates name nobody: keyed hashes, one a kind, the same however an identifier is written."""

from __future__ import annotations

import pytest

from smelt.pii.keys import ScrubKey
from smelt.privacy.erasure.hashes import canonical, erasure_id, line_key, record_key, subject_key

KEY, OTHER = ScrubKey("1", b"a" * 32), ScrubKey("2", b"b" * 32)


@pytest.mark.parametrize(
    "written",
    ["josé@mail.example", " José@Mail.Example ", "jose\u0301@mail.example", "JOSE\u0301@MAIL.EXAMPLE"],
)
def test_a_customer_is_one_however_written(written):
    assert subject_key(KEY, written) == subject_key(KEY, "josé@mail.example")
    assert erasure_id(KEY, written) == erasure_id(KEY, "josé@mail.example")


def test_kinds_and_keys_are_apart():
    made = [
        make(key, "42") for make in (subject_key, record_key, line_key, erasure_id) for key in (KEY, OTHER)
    ]
    assert len(set(made)) == len(made)
    assert all(len(each) == 32 and each != "42" for each in made)


def test_records_and_lines_are_taken_as_they_are():
    assert record_key(KEY, "A") != record_key(KEY, "a")
    assert line_key(KEY, "a ") != line_key(KEY, "a")
    assert len(line_key(KEY, "\ud83d")) == 32


def test_a_canonical_form_is_its_own():
    for text in ("Straße", "ΣΊΣΥΦΟΣ", "İstanbul", "\u1e9e\u0323", "a\u0323\u0307"):
        assert canonical(canonical(text)) == canonical(text)
    assert canonical("STRASSE") == canonical("straße")
