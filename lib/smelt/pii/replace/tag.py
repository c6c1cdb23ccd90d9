"""``tag``: the entity's name alone, [EMAIL]. Nothing of the value stays, not even which ones were equal."""

from __future__ import annotations

from smelt.pii.replace.context import Context
from smelt.pii.replace.value import Value


def replace(value: Value, context: Context) -> str:
    """[EMAIL]"""
    return f"[{value.entity}]"
