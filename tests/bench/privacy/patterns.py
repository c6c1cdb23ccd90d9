"""Precision and recall of the pattern stage, beside Presidio and naive regexes, as Markdown tables.

    SMELT_PRESIDIO_PYTHON=.../bin/python python tests/bench/privacy/patterns.py

Reads the labelled sets under ``SMELT_DATA``; what is absent is skipped with its reason.
"""

from __future__ import annotations

import csv
import re
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import contenders
from contenders import Answer, Contender
from scoring import LabelledText, Scores, Span, TokenText, data_root, read_spans, read_tokens, score

GOAL_ENTITIES = ("EMAIL", "PHONE", "CREDIT_CARD", "US_SSN", "IBAN", "IP", "URL")
SAID = {
    "ssn": re.compile(r"\bssn|social"),
    "password": re.compile(r"pass ?word|passcode"),
    "account_number": re.compile(r"account|\bacc?t?\b|a/c"),
}
"""For labels that four digits alone cannot show: the words by which an utterance says so itself."""


def roster() -> dict[str, Contender]:
    """The contenders that can run here."""
    present: dict[str, Contender] = {"smelt": contenders.smelt}
    reason = contenders.why_no_presidio()
    if reason:
        print(f"Presidio is skipped: {reason}.\n")
    else:
        present["Presidio 2.2"] = contenders.presidio
    return present | {"naive regexes": contenders.naive}


def generated(root: Path, roster: dict[str, Contender]) -> None:
    """presidio_research_generated_large.jsonl: precision / recall of the seven pattern entities."""
    rows = read_spans(root / "pii" / "presidio_research_generated_large.jsonl", contenders.NAMES)
    results = {name: _score(rows, run, GOAL_ENTITIES) for name, run in roster.items()}
    print("### Generated texts (presidio-research), precision / recall, overlap match\n")
    _table(
        [*GOAL_ENTITIES, "micro"],
        {
            name: [*(_pair(result, e) for e in GOAL_ENTITIES), _pair(result)]
            for name, result in results.items()
        },
    )


def unit(root: Path, roster: dict[str, Contender]) -> None:
    """presidio_unit.jsonl: every entity on its own texts: found of labelled, and false hits."""
    rows = read_spans(root / "pii" / "presidio_unit.jsonl", contenders.NAMES)
    entities = sorted({row.group for row in rows})
    asked = [row.group for row in rows]
    results = {
        name: score([row.spans for row in rows], run([row.text for row in rows], asked).spans, entities)
        for name, run in roster.items()
    }
    print("### Presidio's own unit tests, found of labelled (false hits)\n")
    _table(
        entities,
        {name: [_counts(result, entity) for entity in entities] for name, result in results.items()},
    )


def multidogo(root: Path, roster: dict[str, Contender]) -> None:
    """chat_multidogo: recall on labelled words, and hits on words labelled O."""
    rows = read_tokens(root / "chat_multidogo")
    columns = ["email", "phone, 7 digits or more", "card, 7 digits or more", "ssn, where said",
        "password, where said",
               "account, where said", "address", "hits on O"]  # fmt: skip
    table = {}
    for name, run in roster.items():
        sample = rows[::20] if name.startswith("Presidio") and "--all" not in sys.argv else rows
        table[name] = _token_cells(sample, run([row.text for row in sample], [""] * len(sample)).spans)
    print("### Speech-like chats (multidogo), recall on labelled words (Presidio: every 20th utterance)\n")
    _table(columns, table)


def _token_cells(rows: Sequence[TokenText], found: Sequence[Sequence[Span]]) -> list[str]:
    found_of: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row, spans in zip(rows, found, strict=True):
        lengths = _digits_of_runs(row)
        for position, (start, end) in enumerate(row.offsets()):
            key = _token_key(row, position, lengths[position])
            if key:
                entry = found_of[key]
                entry[0] += any(span.start < end and start < span.end for span in spans)
                entry[1] += 1
    keys = ("email", "phone", "card", "ssn", "password", "account_number", "address", "O")
    return [f"{found_of[key][0] / max(1, found_of[key][1]):.4f}" for key in keys]


def _digits_of_runs(row: TokenText) -> list[int]:
    """For each word, the digits of the whole run of words with its label."""
    digits = [0] * len(row.labels)
    start = 0
    for end in range(1, len(row.labels) + 1):
        if end == len(row.labels) or row.labels[end] != row.labels[start]:
            count = sum(char.isdigit() for token in row.tokens[start:end] for char in token)
            digits[start:end] = [count] * (end - start)
            start = end
    return digits


def _token_key(row: TokenText, position: int, digits: int) -> str:
    label = row.labels[position]
    if label in ("phone_number", "phonenumber"):
        return "phone" if digits >= 7 else ""
    if label == "card_number":
        return "card" if digits >= 7 or " e " in row.text else ""
    if label in SAID:
        return label if SAID[label].search(row.text) else ""
    return {"email_address": "email", "address": "address", "O": "O"}.get(label, "")


def banking(root: Path, roster: dict[str, Contender]) -> None:
    """queries_banking77: texts without personal data; each hit is false."""
    with (root / "queries_banking77" / "train.csv").open(encoding="utf-8", newline="") as lines:
        texts = [row["text"] for row in csv.DictReader(lines)]
    print(f"### Short queries without personal data (banking77), texts with a hit of {len(texts)}\n")
    _table(
        ["texts hit"],
        {
            name: [str(sum(map(bool, _seven(run(texts, [""] * len(texts)), name))))]
            for name, run in roster.items()
        },
    )


def _seven(answer: Answer, name: str) -> list[list[Span]]:
    """Presidio also reports dates and places of work of numbers; it is held to the seven entities."""
    if name == "smelt":
        return answer.spans
    return [[span for span in spans if span.entity in GOAL_ENTITIES] for spans in answer.spans]


def _score(rows: Sequence[LabelledText], run: Contender, entities: Sequence[str]) -> Scores:
    return score(
        [row.spans for row in rows], run([row.text for row in rows], [""] * len(rows)).spans, entities
    )


def _pair(scores: Scores, entity: str = "") -> str:
    entry = scores.by_entity[entity] if entity else scores.micro
    return f"{entry.precision:.3f} / {entry.recall:.3f}"


def _counts(scores: Scores, entity: str) -> str:
    entry = scores.by_entity[entity]
    return f"{entry.recalled} of {entry.labelled} ({entry.reported - entry.correct})"


def _table(columns: Sequence[str], rows: dict[str, list[str]]) -> None:
    """One line a column, one column a contender: few contenders, many measures."""
    print("| | " + " | ".join(rows) + " |")
    print("| --- |" + " --- |" * len(rows))
    for position, column in enumerate(columns):
        print(f"| {column} | " + " | ".join(cells[position] for cells in rows.values()) + " |")
    print()


def main() -> int:
    """Prints every table whose data is there."""
    root = data_root()
    if not root.is_dir():
        print(f"skipped: no data at {root}")
        return 0
    present = roster()
    for part in (generated, unit, multidogo, banking):
        part(root, present)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
