"""Spoken names, birth dates and postcodes of transcripts_evi_spoken, as Markdown tables.

    python tests/bench/privacy/evi.py

A turn counts as found when a finding of the item's entity lies in it. Once from the caller's turn alone,
with the identities of the call known; once with the agent's question for the item before each turn.
Turns in which speech recognition heard nothing hold no text to find; they count as missed.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from pathlib import Path

from scoring import data_root

from smelt.pii.config import PiiConfig
from smelt.pii.detect.configured import configured_detectors
from smelt.pii.spans import claim
from smelt.pii.types import Finding, Known, TextBatch

ENTITIES = {"name": "PERSON", "dob": "DATE_OF_BIRTH", "postcode": "UK_POSTCODE"}
QUESTIONS = {
    "name": "Could I take your full name please?",
    "dob": "And what is your date of birth?",
    "postcode": "Thank you. What is your postcode?",
}
Row = dict[str, str]


def read(root: Path) -> tuple[list[Row], dict[str, Row]]:
    """The caller's turns in order, and the true record of each scenario."""
    with (root / "dialogues.en.dev.tsv").open(encoding="utf-8", newline="") as lines:
        turns = list(csv.DictReader(lines, delimiter="\t"))
    with (root / "records.en.csv").open(encoding="utf-8", newline="") as lines:
        records = {row["scenario_id"]: row for row in csv.DictReader(lines)}
    return turns, records


def found_by_turn(turns: list[Row], records: dict[str, Row], *, asked: bool) -> list[list[Finding]]:
    """The claimed findings of each turn."""
    config = PiiConfig()
    texts, conversation, role, at, known = [], [], [], [], list[list[Known]]()
    numbers: dict[str, int] = {}
    for turn in turns:
        number = numbers.setdefault(turn["dialogue_id"], len(numbers))
        if number == len(known):
            record = records.get(turn["scenario_id"])
            known.append([Known("name", record["name"]), Known("email", record["email"])] if record else [])
        if asked:
            texts.append(QUESTIONS[turn["item"]]), conversation.append(number), role.append("agent")
        at.append(len(texts))
        texts.append(turn["transcription"]), conversation.append(number), role.append("customer")
    batch = TextBatch(texts, conversation, role, known)
    findings = [f for detector in configured_detectors(config) for f in detector.detect(batch)]
    found: dict[int, list[Finding]] = defaultdict(list)
    for finding in claim(f for f in findings if f.confidence >= config.min_confidence):
        found[finding.text].append(finding)
    return [found[position] for position in at]


def table(title: str, turns: list[Row], records: dict[str, Row]) -> None:
    """One table: alone and asked, by item; and names that occur word for word."""
    alone, asked = found_by_turn(turns, records, asked=False), found_by_turn(turns, records, asked=True)
    total, empty = (
        Counter(turn["item"] for turn in turns),
        Counter(turn["item"] for turn in turns if not turn["transcription"].strip()),
    )
    print(f"### transcripts_evi_spoken, {title}: {len(turns):,} turns\n")
    print(
        "| item | turns | of them empty | found from the turn alone | with the question before | of turns"
        " with words, with the question |\n| --- | --- | --- | --- | --- | --- |"
    )
    sums = Counter[str]()
    for item, entity in ENTITIES.items():
        by = [
            sum(
                any(f.entity == entity for f in findings)
                for turn, findings in zip(turns, run, strict=True)
                if turn["item"] == item
            )
            for run in (alone, asked)
        ]
        sums.update(alone=by[0], asked=by[1])
        print(
            f"| {item} | {total[item]:,} | {empty[item]} | {by[0] / total[item]:.3f} |"
            f" {by[1] / total[item]:.3f} | {by[1] / (total[item] - empty[item]):.3f} |"
        )
    print(
        f"| all | {len(turns):,} | {empty.total()} | {sums['alone'] / len(turns):.3f} |"
        f" {sums['asked'] / len(turns):.3f} | {sums['asked'] / (len(turns) - empty.total()):.3f} |"
    )
    verbatim = [
        any(f.entity == "PERSON" and f.start <= start and start + len(name) <= f.end for f in findings)
        for turn, findings in zip(turns, alone, strict=True)
        if turn["item"] == "name" and (record := records.get(turn["scenario_id"]))
        for name in [record["name"].lower()]
        if (start := turn["transcription"].lower().find(name)) >= 0
    ]
    print(
        f"\nKnown names that occur word for word: {sum(verbatim)} of {len(verbatim)} found whole,"
        f" {sum(verbatim) / len(verbatim):.3f}.\n"
    )


def main() -> None:
    """Prints the tables for the half tuned on and the half held out."""
    root = data_root() / "transcripts_evi_spoken"
    if not root.is_dir():
        print(f"transcripts_evi_spoken is skipped: {root} is not there.")
        return
    turns, records = read(root)
    order = {
        dialogue: number
        for number, dialogue in enumerate(dict.fromkeys(turn["dialogue_id"] for turn in turns))
    }
    for title, odd in (("tuned on", 1), ("held out", 0)):
        table(title, [turn for turn in turns if order[turn["dialogue_id"]] % 2 == odd], records)


if __name__ == "__main__":
    main()
