"""``python -m tests.bench.augment train.csv``: what rule augmentation does on public queries (text, category).

Prints how many questions have children and what the gates reject; with ``--read N`` children to read by eye; then the
accuracy of an intent classifier from 10 examples an intent, without and with their children, on held-out queries.
"""

from __future__ import annotations

import argparse
import csv
import random
import statistics
from collections import Counter
from pathlib import Path

from smelt.augment.acceptance import rejections_of
from smelt.augment.arrow import rules_of
from smelt.augment.categories import learn
from smelt.augment.children import Child, children_of
from smelt.augment.config import AugmentConfig

EXAMPLES = 10
SEEDS = 10
ANSWER = "An answer that is long enough, so that the question alone decides."


def accepted(question: str, config: AugmentConfig, reasons: Counter[str]) -> list[Child]:
    """Children of a question that pass the gates of their text; counts what was made and why some were rejected."""
    kept: list[Child] = []
    found = children_of(
        question, rules_of(config), many=config.per_parent, most_rules=config.rules_a_child, seed=config.seed
    )
    for child in found:
        problems = rejections_of(child.question, ANSWER, question, [each.question for each in kept], config)
        reasons[problems[0] if problems else "accepted"] += 1
        if not problems:
            kept.append(child)
    return kept


def accuracies(queries: list[tuple[str, str]], config: AugmentConfig, seed: int) -> tuple[float, float]:
    """Accuracy on held-out queries without and with children, of one draw of training examples."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    chance = random.Random(seed)
    by: dict[str, list[str]] = {}
    for text, category in queries:
        by.setdefault(category, []).append(text)
    train, held = [], []
    for category, texts in sorted(by.items()):
        drawn = chance.sample(texts, len(texts))
        train += [(text, category) for text in drawn[:EXAMPLES]]
        held += [(text, category) for text in drawn[EXAMPLES : EXAMPLES + 30]]
    more = train + [
        (child.question, category) for text, category in train for child in accepted(text, config, Counter())
    ]
    found = []
    for rows in (train, more):
        model = make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), LogisticRegression(C=20, max_iter=200))
        model.fit([text for text, _ in rows], [category for _, category in rows])
        found.append(float(model.score([text for text, _ in held], [category for _, category in held])))
    return found[0], found[1]


def main(file: Path, read: int) -> None:
    """Print it all."""
    config = AugmentConfig()
    with file.open(encoding="utf-8", newline="") as rows:
        queries = [(row["text"].strip(), row["category"]) for row in csv.DictReader(rows)]
    reasons: Counter[str] = Counter()
    children = [(text, child) for text, _ in queries for child in accepted(text, config, reasons)]
    parents = len({text for text, _ in children})
    made_in_all = sum(reasons.values())
    print(f"{len(queries):,} queries, {parents:,} with children, {made_in_all:,} children made")
    for reason, count in reasons.most_common():
        print(f"  {reason}: {count:,} ({count / sum(reasons.values()):.1%})")
    for text, child in random.Random(5).sample(children, min(read, len(children))):
        print(f"{text}\n    {child.question}   ({'+'.join(child.rules)})")
    known = learn([text for text, _ in queries], [category for _, category in queries], seed=config.seed)
    category_of = dict(queries)
    if known is not None:
        asked = [(text, child.question) for text, child in children]
        before, after = known.of([one for one, _ in asked]), known.of([other for _, other in asked])
        changed = [
            (text, question, name)
            for (text, question), old, name in zip(asked, before, after, strict=True)
            if old == category_of[text] and name != old
        ]
        print(
            f"categories: right about {known.accuracy:.1%} of {known.held:,} held-out queries; finds another in"
            f" {len(changed):,} of {len(children):,} children ({len(changed) / len(children):.2%})"
        )
        for text, question, name in changed[: min(read, 20)]:
            print(f"{category_of[text]}: {text}\n    {question}   {name}")
    pairs = [accuracies(queries, config, seed) for seed in range(SEEDS)]
    gains = [made - plain for plain, made in pairs]
    half = 2.262 * statistics.stdev(gains) / SEEDS**0.5  # Student's t, 9 degrees of freedom
    plain, made = (statistics.mean(each) for each in zip(*pairs, strict=True))
    print(f"accuracy from {EXAMPLES} an intent: {plain:.3f} without, {made:.3f} with children;"
          f" gain {statistics.mean(gains):+.4f}, 95 % interval {statistics.mean(gains) - half:+.4f} to"
          f" {statistics.mean(gains) + half:+.4f} over {SEEDS} draws")  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--read", type=int, default=0)
    given = parser.parse_args()
    main(given.file, given.read)
