"""Processor time of the normaliser and of the cleaner alone, in seconds a million characters of public texts.

    python -m tests.bench.cleaning [--tries 3]

``SMELT_DATA`` is the place of the data, as for tests.bench.quality. The least of several tries is shown; texts are
taken by 1,000.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from collections.abc import Callable, Sequence

from smelt.conversations.plain_text import to_plain_text
from smelt.examples.cleaning import Cleaner
from smelt.examples.config import CleaningConfig
from tests.bench.quality.sources import DATA, SOURCES

BATCH = 1_000
Texts = Sequence[str | None]


def mails() -> list[str]:
    """Real mails to public lists, with quotes and signatures."""
    with gzip.open(DATA / "mail_discussion" / "mails.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line)["text"] for line in lines]


def articles() -> list[str]:
    """Articles in Markdown as they are in their files."""
    return [
        path.read_text("utf-8-sig", errors="replace")
        for path in sorted((DATA / "kb_microsoft_support").rglob("*.md"))
    ]


def said(source: str) -> list[str]:
    """Both sides of a source's pairs."""
    return [text for pair in SOURCES[source]() for text in pair]


def seconds(work: Callable[[Texts], Texts], texts: Texts, tries: int) -> tuple[float, list[str | None]]:
    """Least processor time of ``work`` on all texts, and what it gave."""
    least, made = float("inf"), []
    for _ in range(tries):
        begun = time.process_time()
        made = [text for start in range(0, len(texts), BATCH) for text in work(texts[start : start + BATCH])]
        least = min(least, time.process_time() - begun)
    return least, made


def main() -> None:
    """Print the table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tries", type=int, default=3)
    tries = parser.parse_args().tries
    cleaner = Cleaner(CleaningConfig())
    kinds = {"mails": mails(), "articles": articles()} | {
        name: said(name) for name in ("chat_star", "tabular_cfpb_complaints", "generated")
    }
    print("| texts | number | million characters | normaliser | cleaner |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for name, texts in kinds.items():
        millions = sum(map(len, texts)) / 1e6
        normalised, plain = seconds(to_plain_text, texts, tries)
        cleaned, _ = seconds(cleaner.clean, plain, tries)
        print(
            f"| {name} | {len(texts):,} | {millions:.1f} | {normalised / millions:.3f} | {cleaned / millions:.3f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
