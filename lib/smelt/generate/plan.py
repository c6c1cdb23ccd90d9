"""Plans each record of a stream: an original, a planted duplicate of an earlier one, or a damaged one."""

from __future__ import annotations

from typing import Literal, NamedTuple

from smelt.generate.randomness import stream

Copy = Literal["", "exact", "near"]
Damage = Literal[
    "", "broken_line", "invalid_utf8", "no_key", "no_text", "mojibake", "controls", "spaces", "extra_fields"
]

UNUSABLE: tuple[Damage, ...] = ("broken_line", "invalid_utf8", "no_key", "no_text")
MENDABLE: tuple[Damage, ...] = ("mojibake", "controls", "spaces", "extra_fields")

BLOCK = 40
"""Every BLOCK-th record is an undamaged original that later ones may copy."""

RECENT = 25
"""70 % of copies are of one of the RECENT newest such originals, the others of any."""


class Plan(NamedTuple):
    """Record ``number`` tells the story of record ``origin`` (itself, unless it is a copy)."""

    number: int
    origin: int
    copy: Copy
    damage: Damage


def plan(seed: int, source: str, number: int, *, duplicates: float, messy: float) -> Plan:
    """The plan of one record, a pure function of its arguments."""
    block = number // BLOCK
    if number % BLOCK == 0:
        return Plan(number, number, "", "")
    rnd = stream(seed, f"{source}/plan", number).random
    draw = rnd()
    if draw < messy:
        if rnd() < 0.4:
            return Plan(number, number, "", UNUSABLE[int(rnd() * len(UNUSABLE))])
        return Plan(number, number, "", MENDABLE[int(rnd() * len(MENDABLE))])
    if draw < messy + duplicates:
        oldest = 0 if rnd() < 0.3 else max(0, block - RECENT)
        origin = (oldest + int(rnd() * (block - oldest + 1))) * BLOCK
        return Plan(number, origin, "exact" if rnd() < 0.5 else "near", "")
    return Plan(number, number, "", "")
