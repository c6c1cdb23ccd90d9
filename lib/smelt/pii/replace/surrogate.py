"""``surrogate``: a value of the same kind, format and locale that belongs to nobody.

The surrogate is derived from the value with the key, so it is consistent over the whole corpus and irreversible without
the key. It is in a range reserved for fiction, tests or documentation, or never issued; a value already in the range is
its own surrogate, which makes scrubbing idempotent. Entities without such a range get the ``hash`` mark.
"""

from __future__ import annotations

from smelt.pii.replace import keyed_hash
from smelt.pii.replace.context import Context
from smelt.pii.replace.fiction import FICTION
from smelt.pii.replace.value import Value


def replace(value: Value, context: Context) -> str:
    """A fictitious value that looks like the given one."""
    fiction = FICTION.get(value.entity)
    if fiction is None:
        return keyed_hash.replace(value, context)
    if fiction.holds(value.text):
        return value.text
    return fiction.invent(value, context.surrogate_key)
