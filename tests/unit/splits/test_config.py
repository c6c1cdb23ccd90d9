from __future__ import annotations

import pytest
from pydantic import ValidationError

from smelt.splits.config import SPLITS, SplitsConfig


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


def test_each_split_has_its_share():
    config = SplitsConfig(train=0.7, validation=0.1, test=0.2)
    assert [config.share(split) for split in SPLITS] == [0.7, 0.1, 0.2]


@pytest.mark.parametrize(
    "bad",
    [
        {"train": 0.0, "validation": 0.5, "test": 0.5},
        {"train": 0.9, "validation": 0.1, "test": 0.0},
        {"train": 0.85, "validation": -0.05, "test": 0.2},
        {"train": 0.8, "validation": 0.1, "test": 0.1 + 1e-8},
        {"salt": ""},
        {"tolerance": -0.01},
        {"tolerance": 1.01},
        {"min_stratum": 0},
        {"seed": 1},
    ],
)
def test_what_makes_no_split_is_refused(bad):
    with pytest.raises(ValidationError):
        SplitsConfig(**bad)


def test_bounds_themselves_are_allowed():
    assert SplitsConfig(tolerance=0, min_stratum=1).min_stratum == 1
    assert SplitsConfig(tolerance=1, salt="s").tolerance == 1
    assert (
        SplitsConfig(train=0.7, validation=0.2, test=0.1).share("validation") == 0.2
    )  # sums to 1 but for rounding


def test_a_configuration_is_not_changed_afterwards():
    with pytest.raises(ValidationError, match="frozen"):
        SplitsConfig().salt = "other"
