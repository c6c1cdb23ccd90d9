"""Replacement policies, one per module: pure functions of value, conversation and key."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from smelt.pii.config import Policy
from smelt.pii.replace import index, keep, keyed_hash, mask, reject, surrogate, tag
from smelt.pii.replace.context import Context
from smelt.pii.replace.value import Value

POLICIES: Mapping[Policy, Callable[[Value, Context], str]] = {
    "tag": tag.replace,
    "index": index.replace,
    "mask": mask.replace,
    "hash": keyed_hash.replace,
    "surrogate": surrogate.replace,
    "keep": keep.replace,
    "reject": reject.replace,
}

__all__ = ["POLICIES", "Context", "Value"]
