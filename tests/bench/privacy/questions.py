"""What the agent's question adds: chat_multidogo has none, so one that asks for the label is put before.

    python tests/bench/privacy/questions.py

All detectors, as the scrubber runs them. Without a question an answer of four digits says nothing about itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from scoring import TokenText, data_root, read_tokens

from smelt.pii.config import PiiConfig
from smelt.pii.scrubber import Scrubber
from smelt.pii.types import Finding, TextBatch

QUESTIONS = {
    "email_address": "Could I have your email address, please?",
    "phone_number": "What is the best phone number to reach you?",
    "phonenumber": "What is the best phone number to reach you?",
    "card_number": "What is your card number, please?",
    "ssn": "Can you give me the last four digits of your social security number?",
    "password": "And what is your account password?",
    "account_number": "May I have your account number?",
    "address": "What address should we deliver to?",
    "name": "Can I have your name, please?",
}
_SAME = {"phonenumber": "phone_number"}


def main() -> int:
    """Prints recall on labelled words by label: the utterance alone, and after the question."""
    root = data_root() / "chat_multidogo"
    if not root.is_dir():
        print(f"skipped: no data at {root}")
        return 0
    rows = [row for row in read_tokens(root) if any(label in QUESTIONS for label in row.labels)]
    scrubber = Scrubber(PiiConfig(), None)
    alone = _recall(rows, _by_text(scrubber.find(TextBatch.of([row.text for row in rows])), range(len(rows))))
    asked = _recall(rows, _by_text(scrubber.find(_with_questions(rows)), range(1, 2 * len(rows), 2)))
    print(
        "| words labelled | how many | the utterance alone | after the agent's question |\n| --- | --- | --- | --- |"
    )
    for label, (found, total) in sorted(alone.items()):
        print(f"| {label} | {total} | {found / total:.3f} | {asked[label][0] / total:.3f} |")
    return 0


def _with_questions(rows: Sequence[TokenText]) -> TextBatch:
    """Each utterance as a conversation of two turns: the question for its first label, and the utterance."""
    texts = [text for row in rows for text in (_question(row), row.text)]
    conversation = [number for number in range(len(rows)) for _ in range(2)]
    return TextBatch(texts, conversation, ["agent", "customer"] * len(rows), [[] for _ in rows])


def _question(row: TokenText) -> str:
    return next(QUESTIONS[label] for label in row.labels if label in QUESTIONS)


def _by_text(findings: Iterable[Finding], texts: Sequence[int]) -> list[list[Finding]]:
    grouped: dict[int, list[Finding]] = defaultdict(list)
    for finding in findings:
        grouped[finding.text].append(finding)
    return [grouped[text] for text in texts]


def _recall(rows: Sequence[TokenText], found: Sequence[Sequence[Finding]]) -> dict[str, tuple[int, int]]:
    counts: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for row, findings in zip(rows, found, strict=True):
        for (start, end), label in zip(row.offsets(), row.labels, strict=True):
            if label in QUESTIONS:
                key = _SAME.get(label, label)
                is_found = any(finding.start < end and start < finding.end for finding in findings)
                counts[key] = (counts[key][0] + is_found, counts[key][1] + 1)
    return counts


if __name__ == "__main__":
    raise SystemExit(main())
