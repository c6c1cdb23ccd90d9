"""``reject``: a record with such a value is rejected, and scrubbed nevertheless."""

from __future__ import annotations

from smelt.pii.replace.context import Context
from smelt.pii.replace.value import Value


def replace(value: Value, context: Context) -> str:
    """[SECRET]; the rejected record is still stored in silver, so its text is scrubbed.

    The scrubber records the entity.
    """
    return f"[{value.entity}]"
