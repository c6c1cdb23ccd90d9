from __future__ import annotations

import hashlib
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from smelt.identity import ID_LENGTH, fingerprint, later, pseudonym, record_id, stable_id


def test_identifiers_do_not_change():
    assert record_id("mail", "42") == "249f900e2e416dac64342de73bb0fbbb"


@given(st.lists(st.text(), min_size=1), st.lists(st.text(), min_size=1))
def test_parts_cannot_run_together(left, right):
    assert (stable_id(*left) == stable_id(*right)) == (left == right)


@given(st.text(min_size=1).filter(str.strip))
def test_pseudonyms_need_the_key_and_keep_domains_apart(value):
    ours = pseudonym(b"k" * 32, "customer", value)
    assert ours == pseudonym(b"k" * 32, "customer", f" {value} ")
    assert ours not in (pseudonym(b"j" * 32, "customer", value), pseudonym(b"k" * 32, "agent", value))


@given(st.text(min_size=1).filter(str.strip))
def test_pseudonyms_are_one_however_accents_are_written(value):
    one, other = (unicodedata.normalize(form, value) for form in ("NFC", "NFD"))
    assert pseudonym(b"k" * 32, "customer", one) == pseudonym(b"k" * 32, "customer", other)


def test_a_pseudonym_of_composed_letters_is_what_it_was():
    assert pseudonym(b"k" * 32, "customer", "José@Mail.example") == "38dae4533dce3025fce4374d0ea6ba00"


@pytest.mark.parametrize("nobody", [None, "", "  "])
def test_nobody_has_no_pseudonym(nobody):
    assert pseudonym(b"k" * 32, "customer", nobody) is None


class Settings(BaseModel):
    salt: str = "smelt"
    added: int = later(3)
    names: tuple[str, ...] = later(("a", "b"))


def digits(canonical):
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def test_fingerprints_know_nothing_of_later_fields_with_their_defaults():
    assert fingerprint(Settings()) == digits('[{"salt": "smelt"}]')
    assert fingerprint(Settings.model_validate({"names": ["a", "b"]})) == digits('[{"salt": "smelt"}]')
    for added in (2, 4):
        assert fingerprint(Settings(added=added)) == digits(f'[{{"added": {added}, "salt": "smelt"}}]')
    assert fingerprint(Settings(), Settings()) == digits('[{"salt": "smelt"}, {"salt": "smelt"}]')


def test_half_surrogates_have_identifiers():
    assert len(stable_id("\ud83d")) == len(pseudonym(b"k" * 32, "agent", "\ud83d") or "") == ID_LENGTH == 32
