from __future__ import annotations

import pytest
from pydantic import ValidationError

from smelt.splits.config import SplitsConfig


def test_the_shares_are_a_whole():
    assert SplitsConfig(train=0.9, validation=0.0, test=0.1).share("test") == 0.1
    with pytest.raises(ValidationError, match="must be 1"):
        SplitsConfig(train=0.9, validation=0.1, test=0.1)


def test_the_defaults_are_those_of_the_packaged_configuration():
    from smelt.config import load_config

    assert load_config().splits == SplitsConfig()


def test_unknown_links_are_refused():
    with pytest.raises(ValidationError, match="links"):
        SplitsConfig(links=("customer_name",))
