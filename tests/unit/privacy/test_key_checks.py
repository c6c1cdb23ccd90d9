from __future__ import annotations

from smelt.pii.keys import ScrubKey
from smelt.privacy.key_checks import check_value


def test_the_check_tells_secrets_apart_and_nothing_of_them():
    one, same, other = ScrubKey("1", b"a" * 32), ScrubKey("2", b"a" * 32), ScrubKey("1", b"b" * 32)
    assert check_value(one) == check_value(same) != check_value(other)
    assert "a" * 32 not in check_value(one)
    assert len(check_value(one)) == 64
    assert check_value(one) not in {
        one.derive(purpose).hex() for purpose in ("pseudonym", "hash", "vault", "erasure")
    }
