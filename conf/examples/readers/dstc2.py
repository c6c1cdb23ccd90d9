"""Telephone calls of DSTC2 as bAbI dialog files: ``N caller TAB system`` a line, a blank line after each call."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from smelt.intake.records import Bad, Record, SourceFile

SILENCE = "<SILENCE>"


class Dstc2Reader:
    """One record a call, its turns under ``turns``; database rows and calls of the interface are no turns."""

    def read(self, text: str, file: SourceFile) -> Iterator[Record | Bad]:
        """Every call of the file; its key is the file's name and the number of the call in it."""
        line_number = 0
        for number, block in enumerate(text.split("\n\n"), 1):
            lines = block.split("\n")
            turns = [turn for line in lines for turn in _turns(line)]
            if turns:
                position = f"line {line_number + 1}"
                yield Record({"call": f"{file.stem}/{number}", "turns": turns}, position)
            elif block.strip():
                yield Bad(block, f"line {line_number + 1}", ("call_without_turns",))
            line_number += len(lines) + 1


def _turns(line: str) -> Iterator[dict[str, Any]]:
    _, _, said = line.partition(" ")
    caller, tab, system = said.partition("\t")
    if not tab:  # a row of the database: "17 prezzo R_phone prezzo_phone"
        return
    if caller.strip() and caller.strip() != SILENCE:
        yield {"role": "customer", "text": caller.strip()}
    if system.strip() and not system.startswith("api_call"):
        yield {"role": "agent", "text": system.strip()}
