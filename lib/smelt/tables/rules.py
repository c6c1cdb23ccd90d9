"""The version of each stage's rules: part of the digest by which a stage recognises rows that it has already made."""

from __future__ import annotations

RULES: dict[str, int] = {
    "conversations": 7,
    "examples": 5,
    "records": 6,
    "scores": 4,
    "duplicates": 4,
    "curated_examples": 1,
    "releases": 1,
}
"""Stage -> version of its rules, counted from 1.

Digests cover settings, not code. Whoever changes code so that a stage makes different rows from the same input and
settings must raise its version here and say so in CHANGELOG.md: the next run then remakes all its rows, and those of
later stages where they change. A change to scrubbing raises both ``conversations`` and ``records``.
"""


def with_rules(stage: str, settings: str) -> str:
    """``settings``, a digest of what decides the rows of ``stage``, with the version of the stage's rules appended.

    Version 1 appends nothing, so that rows made before versions existed remain valid.
    """
    version = RULES[stage]
    return settings if version == 1 else f"{settings}:rules {version}"
