"""A good pair, one side of which tests replace, and what proves that a rule was asked."""

from __future__ import annotations

from smelt.quality.config import QualityConfig

QUESTION = "How do I reset the password of my account?"
ANSWER = "Open the settings of your account and choose reset password."


def is_rejected_for(reason: str, found: dict, measure: str) -> bool:
    """Whether ``reason`` rejects a pair; its score must be low in any case, or the pair would prove nothing."""
    assert found[measure] < QualityConfig().pass_mark(measure)
    return reason in found["rejections"]
