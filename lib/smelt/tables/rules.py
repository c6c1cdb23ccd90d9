"""The version of each stage's rules: part of the digest by which a stage knows what it has made already."""

from __future__ import annotations

RULES: dict[str, int] = {
    "conversations": 3,
    "examples": 2,
    "records": 3,
    "scores": 2,
    "duplicates": 2,
    "curated_examples": 1,
    "releases": 1,
}
"""Stage -> version of its rules, from 1.

Digests hold settings and no code. Whoever changes code so that a stage makes other rows of the same input and
settings raises its version, and says so in CHANGELOG.md: the next run then makes all its rows anew, and those of the
stages after it where they change. Scrubbing counts for ``conversations`` and ``records`` both.
"""


def with_rules(stage: str, settings: str) -> str:
    """``settings``, which decide on the rows of ``stage``, with the version of its rules.

    The first version leaves them as they are, so that rows made before there were versions stand.
    """
    version = RULES[stage]
    return settings if version == 1 else f"{settings}:rules {version}"
