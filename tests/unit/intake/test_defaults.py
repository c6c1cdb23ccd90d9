"""conf/base.yaml states the defaults of the models."""

from __future__ import annotations

from smelt.config import load_config
from smelt.intake.config import IntakeConfig


def test_the_base_configuration_is_the_default() -> None:
    assert load_config().intake == IntakeConfig()
