"""``keep``: the value is not changed, only audited."""

from __future__ import annotations

from smelt.pii.replace.context import Context
from smelt.pii.replace.value import Value


def replace(value: Value, context: Context) -> str:
    """The value itself."""
    return value.text
