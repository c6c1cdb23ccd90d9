"""Texts with known duplicates, made from a seed: the same file for every tool."""

from __future__ import annotations

import json
import random
from itertools import accumulate
from pathlib import Path

SYLLABLES = [
    "ba",
    "be",
    "bi",
    "bo",
    "ca",
    "ce",
    "co",
    "da",
    "de",
    "di",
    "do",
    "fa",
    "fe",
    "fi",
    "fo",
    "ga",
    "ge",
    "go",
    "ha",
    "he",
    "hi",
    "la",
    "le",
    "li",
    "lo",
    "ma",
    "me",
    "mi",
    "mo",
]
CONSONANTS = ("", "n", "r", "s", "t", "l", "nd", "st")


class Words:
    """A vocabulary with Zipf's frequencies, as in real text."""

    def __init__(self, draw: random.Random, size: int = 20_000) -> None:
        self.draw = draw
        made: dict[str, None] = {}
        while len(made) < size:
            syllables = [draw.choice(SYLLABLES) for _ in range(draw.choice((1, 2, 2, 3, 3, 4)))]
            made["".join(syllables) + draw.choice(CONSONANTS)] = None
        self.words = list(made)
        self.weights = list(accumulate(1 / (rank + 10) for rank in range(size)))

    def text(self, low: int, high: int) -> list[str]:
        return self.draw.choices(self.words, cum_weights=self.weights, k=self.draw.randint(low, high))


def planted(count: int, seed: int = 1) -> list[str]:
    """Support-like texts of about 620 characters: six in ten unique, the rest in clusters of two to six.

    Copies are exact, in other case and punctuation, or with one to five words replaced. One text in ten has
    fewer than five words; half of those are repeated.
    """
    draw = random.Random(seed)
    words = Words(draw)
    short = list(dict.fromkeys(" ".join(words.text(1, 4)) for _ in range(count // 12)))
    texts = short + draw.choices(short[: len(short) // 2], k=count // 10 - len(short))
    while len(texts) < count:
        base = words.text(60, 150)
        texts.append(sentence(draw, base))
        if draw.random() < 0.22:
            for _ in range(draw.randint(1, 5)):
                texts.append(a_copy(draw, words, base))
    texts = texts[:count]
    draw.shuffle(texts)
    return texts


def a_copy(draw: random.Random, words: Words, base: list[str]) -> str:
    kind = draw.random()
    if kind < 0.25:
        return sentence(draw, base)
    if kind < 0.4:
        return sentence(draw, base).upper().replace(" ", "  ") + "!!"
    edited = list(base)
    for _ in range(draw.randint(1, 5)):
        edited[draw.randrange(len(edited))] = words.text(1, 1)[0]
    return sentence(draw, edited)


def sentence(draw: random.Random, words: list[str]) -> str:
    text = " ".join(words)
    return text[:1].upper() + text[1:] + draw.choice(".!?")


def templated(count: int, seed: int = 1, paragraphs: int = 5_000) -> list[str]:
    """Texts of two out of 5,000 paragraphs each: much in common, hardly any duplicate."""
    draw = random.Random(seed)
    words = Words(draw)
    pool = [sentence(draw, words.text(30, 70)) for _ in range(paragraphs)]
    return [f"{draw.choice(pool)} {draw.choice(pool)}" for _ in range(count)]


def identical(count: int, copies: int, seed: int = 1) -> list[str]:
    """``copies`` times one text among ``count - copies`` distinct ones."""
    draw = random.Random(seed)
    words = Words(draw)
    one = sentence(draw, words.text(90, 90))
    texts = [one] * copies + [sentence(draw, words.text(60, 120)) for _ in range(count - copies)]
    draw.shuffle(texts)
    return texts


def real(folder: Path) -> list[str]:
    """Turns of chat_multidogo and answers of faq_dstc10_knowledge."""
    import csv

    texts = []
    for file in sorted((folder / "chat_multidogo").rglob("*.tsv")):
        with file.open(encoding="utf-8") as lines:
            texts += [row.get("utterance", "") for row in csv.DictReader(lines, delimiter="\t")]
    knowledge = json.loads((folder / "faq_dstc10_knowledge" / "knowledge.json").read_text("utf-8"))
    for domain in knowledge.values():
        for entity in domain.values():
            texts += [f"{doc['title']} {doc['body']}" for doc in entity["docs"].values()]
    return [text for text in texts if text and text.strip()]


def write(texts: list[str], file: Path) -> Path:
    """JSON lines with ``id`` (the row) and ``text``."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8") as out:
        for row, text in enumerate(texts):
            out.write(json.dumps({"id": row, "text": text}, ensure_ascii=False) + "\n")
    return file
