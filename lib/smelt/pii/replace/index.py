"""``index``: [EMAIL_1], numbered within the conversation, so that a dialogue stays readable."""

from __future__ import annotations

from smelt.pii.replace.context import Context
from smelt.pii.replace.value import Value


def replace(value: Value, context: Context) -> str:
    """[EMAIL_1]; the same value has the same number in this conversation, and says nothing outside it."""
    return f"[{value.entity}_{context.numbers.number(value.entity, value.normal)}]"
