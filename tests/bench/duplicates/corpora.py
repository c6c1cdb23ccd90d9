"""Texts with known duplicates, made from a seed: the same file for every tool."""

from __future__ import annotations

import csv
import json
import random
from itertools import accumulate
from pathlib import Path

CONSONANTS = "bcdfghlmnprstvz"
VOWELS = "aeiou"
ENDINGS = ("", "", "n", "r", "s", "t", "l", "nd", "st")


class Words:
    """A vocabulary with Zipf's frequencies, as in real text."""

    def __init__(self, draw: random.Random, size: int = 20_000) -> None:
        self.draw = draw
        made: dict[str, None] = {}
        while len(made) < size:
            syllables = (draw.choice(CONSONANTS) + draw.choice(VOWELS) for _ in range(draw.randint(1, 4)))
            made["".join(syllables) + draw.choice(ENDINGS)] = None
        self.words = list(made)
        self.weights = list(accumulate(1 / (rank + 10) for rank in range(size)))

    def text(self, low: int, high: int) -> list[str]:
        """So many words, drawn with their frequencies."""
        return self.draw.choices(self.words, cum_weights=self.weights, k=self.draw.randint(low, high))


def planted(count: int, seed: int = 1) -> dict[int, str]:
    """Support-like texts of about 700 characters: six in ten unique, the rest in clusters of two to six.

    Copies are exact, in other case and punctuation, or with one to five words replaced. One text in ten has
    fewer than five words; some of those are repeated. Members of a cluster have consecutive ids; the order
    of the rows is shuffled.
    """
    draw = random.Random(seed)
    words = Words(draw)
    texts: list[str] = []
    while len(texts) < count:
        if draw.random() < 0.15:
            short = " ".join(words.text(1, 4))
            texts += [short, f"{short.title()}!"] if draw.random() < 0.3 else [short]
            continue
        base = words.text(60, 150)
        texts.append(sentence(draw, base))
        if draw.random() < 0.22:
            texts += [a_copy(draw, words, base) for _ in range(draw.randint(1, 5))]
    return shuffled(texts[:count], draw)


def a_copy(draw: random.Random, words: Words, base: list[str]) -> str:
    """One copy of a text: exact, shouted, or edited."""
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
    """Words as one sentence."""
    text = " ".join(words)
    return text[:1].upper() + text[1:] + draw.choice(".!?")


def templated(count: int, seed: int = 1, paragraphs: int = 5_000) -> dict[int, str]:
    """Texts of two out of 5,000 paragraphs each: much in common, hardly any duplicate."""
    draw = random.Random(seed)
    words = Words(draw)
    pool = [sentence(draw, words.text(30, 70)) for _ in range(paragraphs)]
    return dict(enumerate(f"{draw.choice(pool)} {draw.choice(pool)}" for _ in range(count)))


def identical(count: int, copies: int, seed: int = 1) -> dict[int, str]:
    """``copies`` times one text among ``count - copies`` distinct ones."""
    draw = random.Random(seed)
    words = Words(draw)
    one = sentence(draw, words.text(90, 90))
    return shuffled(
        [one] * copies + [sentence(draw, words.text(60, 120)) for _ in range(count - copies)], draw
    )


def real(folder: Path) -> dict[int, str]:
    """Chats of chat_multidogo, each as one text, and the pairs of faq_dstc10_knowledge."""
    chats: dict[str, list[str]] = {}
    for file in sorted((folder / "chat_multidogo").rglob("*.tsv")):
        with file.open(encoding="utf-8") as lines:
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
                chats.setdefault(row["conversationId"], []).append(row["utterance"] or "")
    texts = ["\n".join(turns) for turns in chats.values()]
    knowledge = json.loads((folder / "faq_dstc10_knowledge" / "knowledge.json").read_text("utf-8"))
    for domain in knowledge.values():
        for entity in domain.values():
            texts += [f"{doc['title'] or ''} {doc['body'] or ''}" for doc in entity["docs"].values()]
    return dict(enumerate(text for text in texts if text.strip()))


def shuffled(texts: list[str], draw: random.Random) -> dict[int, str]:
    """Texts by id, which is their place before shuffling."""
    order = list(range(len(texts)))
    draw.shuffle(order)
    return {place: texts[place] for place in order}


def write(texts: dict[int, str], file: Path) -> Path:
    """JSON lines with ``id`` and ``text``."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8") as out:
        for key, text in texts.items():
            out.write(json.dumps({"id": str(key), "text": text}, ensure_ascii=False) + "\n")
    return file
