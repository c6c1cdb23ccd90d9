"""Calls of EVI: a tab-separated row a caller's turn; the prompt that it answers is known from its ``item``."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from smelt.intake.records import Bad, Record, SourceFile

PROMPTS = {
    "postcode": "What is your postcode?",
    "name": "What is your full name?",
    "name_first": "What is your first name?",
    "name_last": "What is your last name?",
    "dob": "What is your date of birth?",
}


class EviReader:
    """One record a call, with the caller's true identity from the attachment ``profiles`` (CSV)."""

    def __init__(self, profiles: str = "") -> None:
        self._profiles = {row["scenario_id"]: row for row in csv.DictReader(io.StringIO(profiles))}

    def read(self, text: str, file: SourceFile) -> Iterator[Record | Bad]:
        """Every call of the file; rows of a call stand together."""
        rows = list(csv.DictReader(io.StringIO(text), delimiter="\t"))
        for number, (call, turns) in enumerate(groupby(rows, key=lambda row: row["dialogue_id"]), 1):
            said = list(turns)
            profile = self._profiles.get(said[0]["scenario_id"], {})
            yield Record(
                {
                    "call": call,
                    "speaker_id": said[0]["speaker_id"],
                    "profile": profile,
                    "turns": [turn for row in said for turn in _turns(row)],
                },
                f"call {number}",
            )


def _turns(row: dict[str, str]) -> list[dict[str, Any]]:
    prompt = PROMPTS.get(row["item"], "Please say that again.")
    if row["attempt_num"] not in ("", "0"):
        prompt = f"Sorry, I did not get that. {prompt}"
    return [{"role": "agent", "text": prompt}, {"role": "customer", "text": row["transcription"]}]
