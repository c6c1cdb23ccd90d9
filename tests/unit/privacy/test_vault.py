"""The vault's cipher."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smelt.pii.keys import ScrubKey
from smelt.privacy.vault import Sealed, Vault, VaultError

PLACE = {"finding_id": "f" * 32, "record_id": "r" * 32, "entity": "EMAIL"}


@pytest.fixture(scope="module")
def vault() -> Vault:
    return Vault(ScrubKey("1", b"a" * 32))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text())
def test_what_was_sealed_opens(value):
    vault = Vault(ScrubKey("1", b"a" * 32))
    sealed = vault.seal(value, **PLACE)
    assert vault.open(sealed, **PLACE) == value
    assert sealed == vault.seal(value, **PLACE)


def test_value_cannot_be_read_in_the_row(vault):
    assert b"john@x.io" not in vault.seal("john@x.io", **PLACE).ciphertext


def test_nonces_differ_by_value_and_place(vault):
    elsewhere = PLACE | {"finding_id": "e" * 32}
    nonces = {vault.seal(value, **place).nonce for value in ("a", "b") for place in (PLACE, elsewhere)}
    assert len(nonces) == 4


@pytest.mark.parametrize("changed", ["finding_id", "record_id", "entity"])
def test_moved_value_does_not_open(vault, changed):
    with pytest.raises(VaultError):
        vault.open(vault.seal("a@b.co", **PLACE), **(PLACE | {changed: "other"}))


def test_tampered_value_and_other_key_do_not_open(vault):
    sealed = vault.seal("a@b.co", **PLACE)
    with pytest.raises(VaultError):
        vault.open(Sealed(sealed.nonce, sealed.ciphertext[:-1] + b"\0"), **PLACE)
    with pytest.raises(VaultError, match="version 2"):
        Vault(ScrubKey("2", b"b" * 32)).open(sealed, **PLACE)
