"""``reject``: a record that holds such a value is rejected; what is stored of it is scrubbed all the same."""

from __future__ import annotations

from smelt.pii.replace.context import Context
from smelt.pii.replace.value import Value


def replace(value: Value, context: Context) -> str:
    """[SECRET]: the rejected record still goes to silver, so its text must be clean; the scrubber notes the entity."""
    return f"[{value.entity}]"
