"""Recall on the labelled words of chat_multidogo, false hits on the others, as Markdown tables.

    python tests/bench/privacy/multidogo.py

Chat without case or punctuation, the customers' turns only. A word counts as found when a finding of
its own entity touches it ("own"), or any finding ("any": it is gone from the text). The last column says
what the agent's question would add: the same turns with the question that each label answers put before.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from scoring import TokenText, data_root, read_tokens

from smelt.pii.config import PiiConfig
from smelt.pii.detect.configured import configured_detectors
from smelt.pii.spans import claim
from smelt.pii.types import Finding, TextBatch

OWN = {
    "name": ("PERSON",),
    "address": ("STREET_ADDRESS", "UK_POSTCODE"),
    "email_address": ("EMAIL",),
    "phone_number": ("PHONE",),
    "phonenumber": ("PHONE",),
    "card_number": ("CREDIT_CARD",),
    "ssn": ("US_SSN",),
    "password": ("SECRET",),
    "account_number": ("ACCOUNT_NUMBER", "US_BANK_ACCOUNT"),
}
QUESTIONS = {
    "name": "May I have your name please?",
    "address": "What is your address?",
    "email_address": "What is your email address?",
    "phone_number": "What is your phone number?",
    "phonenumber": "What is your phone number?",
    "card_number": "What is your card number?",
    "ssn": "What are the last four digits of your social security number?",
    "password": "What is your password?",
    "account_number": "What is your account number?",
}
SAYS_SO = {
    "ssn": re.compile(r"\bssn|social"),
    "password": re.compile(r"pass ?word|passcode"),
    "account_number": re.compile(r"account|\bacc?t?\b|a/c"),
}
"""Where four digits alone say nothing, only utterances with these words are scored."""
GOALS = {
    "name": 0.75,
    "address": 0.60,
    "email_address": 0.80,
    "phone_number": 0.95,
    "phonenumber": 0.95,
    "card_number": 0.95,
    "ssn": 0.95,
    "password": 0.85,
    "account_number": 0.85,
}


def findings_by_text(rows: Sequence[TokenText], *, asked: bool) -> list[list[Finding]]:
    """The claimed findings of each row; ``asked``: with the question of its first personal label before it."""
    config = PiiConfig()
    texts, conversation, role, position, numbers = [], [], [], [], dict[str, int]()
    for row in rows:
        number = numbers.setdefault(row.conversation, len(numbers))
        question = next((QUESTIONS[label] for label in row.labels if label in QUESTIONS), None)
        if asked and question:
            texts.append(question), conversation.append(number), role.append("agent")
        position.append(len(texts))
        texts.append(row.text), conversation.append(number), role.append("customer" if asked else "")
    batch = TextBatch(texts, conversation, role, [[]] * len(numbers))
    findings = [f for detector in configured_detectors(config) for f in detector.detect(batch)]
    found: dict[int, list[Finding]] = defaultdict(list)
    for finding in claim(f for f in findings if f.confidence >= config.min_confidence):
        found[finding.text].append(finding)
    return [found[at] for at in position]


def counts(rows: Sequence[TokenText], found: Sequence[Sequence[Finding]]) -> dict[str, list[int]]:
    """By label: words scored, of them found by their own entity, and by any."""
    result: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for row, findings in zip(rows, found, strict=True):
        for label, (start, end) in zip(row.labels, row.offsets(), strict=True):
            if label != "O" and not _is_scored(label, row, start, end):
                continue
            hits = {f.entity for f in findings if f.start < end and start < f.end}
            entry = result[label]
            entry[0] += 1
            entry[1] += any(entity in OWN.get(label, ()) for entity in hits)
            entry[2] += bool(hits)
    return result


def _is_scored(label: str, row: TokenText, start: int, end: int) -> bool:
    if label in SAYS_SO:
        return SAYS_SO[label].search(row.text) is not None
    if label in ("phone_number", "phonenumber", "card_number"):
        digits = "".join(t for t, other in zip(row.tokens, row.labels, strict=True) if other == label)
        return sum(c.isdigit() for c in digits) >= 7
    return label in OWN


def main() -> None:
    """Prints the tables for the half tuned on and the half held out."""
    root = data_root() / "chat_multidogo"
    if not root.is_dir():
        print(f"chat_multidogo is skipped: {root} is not there.")
        return
    rows = sorted(read_tokens(root), key=lambda row: (row.conversation, row.turn))
    odd = {name for number, name in enumerate(sorted({row.conversation for row in rows})) if number % 2}
    for title, part in (
        ("tuned on", [r for r in rows if r.conversation in odd]),
        ("held out", [r for r in rows if r.conversation not in odd]),
    ):
        bare, asked = (
            counts(part, findings_by_text(part, asked=False)),
            counts(part, findings_by_text(part, asked=True)),
        )
        print(f"### chat_multidogo, {title}: {len(part):,} turns, recall on words\n")
        print(
            "| label | words | goal | own entity | any finding | own, with the agent's question |\n| --- |"
            " --- | --- | --- | --- | --- |"
        )
        for label in OWN:
            total, own, hit = bare[label]
            if total:
                print(
                    f"| {label} | {total:,} | {GOALS[label]:.2f} | {own / total:.3f} | {hit / total:.3f} |"
                    f" {asked[label][1] / total:.3f} |"
                )
        total, _, hit = bare["O"]
        print(
            f"\nFalse hits on words labelled O: {hit:,} of {total:,}, {hit / total:.2%} (goal: under 1 %).\n"
        )


if __name__ == "__main__":
    main()
