"""``index``: [EMAIL_1], numbered within the conversation, so that a dialogue stays readable."""

from __future__ import annotations

from smelt.pii.replace.context import Context
from smelt.pii.replace.value import Value


def replace(value: Value, context: Context) -> str:
    """[EMAIL_1]; numbers are consistent within the conversation and meaningless outside of it."""
    return f"[{value.entity}_{context.numbers.number(value.entity, value.normal)}]"
