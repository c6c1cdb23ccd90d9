"""``tag``: the entity's name only, [EMAIL]; not even equality of values is preserved."""

from __future__ import annotations

from smelt.pii.replace.context import Context
from smelt.pii.replace.value import Value


def replace(value: Value, context: Context) -> str:
    """[EMAIL]"""
    return f"[{value.entity}]"
