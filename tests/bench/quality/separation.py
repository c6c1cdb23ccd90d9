"""How well the scores tell spoiled pairs from untouched ones, as areas under the ROC curve.

    python -m tests.bench.quality.separation [--half chosen|unseen] [--pairs 1000] [--start 0] [--source NAME ...]
    python -m tests.bench.quality.separation --pairs 20 --files 40        # means over small files

Half of the pairs of each source (by CRC-32 of the question) chose weights and thresholds; the
other half is what the printed table is made of. Half of a sample is spoiled, the rest left alone, and the mixture
is its own corpus, as it is for ``smelt score FILE``.
"""

from __future__ import annotations

import argparse
import random
import zlib

import numpy as np
import pyarrow as pa

from smelt.quality.corpus.fit import fit_few
from smelt.quality.score import score_pairs
from tests.bench.quality.sources import SOURCES, Pair, good_pairs
from tests.bench.quality.spoil import WAYS, Way


def area(good: np.ndarray, bad: np.ndarray) -> float:
    """Chance that a good pair scores above a bad one; ties count half (Mann-Whitney)."""
    values = np.concatenate([good, bad])
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    return float((ranks[: len(good)].sum() - len(good) * (len(good) + 1) / 2) / (len(good) * len(bad)))


def half_of(pairs: list[Pair], half: str) -> list[Pair]:
    """The pairs that chose thresholds, or those that did not."""
    wanted = {"chosen": 0, "unseen": 1}[half]
    return [pair for pair in pairs if zlib.crc32(pair[0].encode()) % 2 == wanted]


def scored(pairs: list[Pair]) -> dict[str, np.ndarray]:
    """Every score of ``pairs`` as their own corpus; ``rejected`` is 0 or 1."""
    table = pa.table({"question": [q for q, _ in pairs], "answer": [a for _, a in pairs]})
    scores = score_pairs(table, corpus=fit_few(table))
    out = {name: scores[name].to_numpy() for name in scores.column_names if name != "rejections"}
    return out | {"rejected": np.array([float(bool(names)) for names in scores["rejections"].to_pylist()])}


def measure(way: Way, pairs: list[Pair], seed: int) -> dict[str, float]:
    """Areas of the responsible measure, the composite, length and chance for one way."""
    chance = random.Random(f"{way.name} {seed}")
    middle = len(pairs) // 2
    mixed = pairs[:middle] + [way.spoil(pair, pairs, chance) for pair in pairs[middle:]]
    scores = scored(mixed)
    scores["responsible"] = np.min([scores[name] for name in way.measures], axis=0)
    scores["length"] = np.array([float(len(q) + len(a)) for q, a in mixed])
    scores["random"] = np.array([chance.random() for _ in mixed])
    shown = ("responsible", "composite", "length", "random")
    areas = {name: area(scores[name][:middle], scores[name][middle:]) for name in shown}
    return areas | {"caught": float(scores["rejected"][middle:].mean())}


def main(words: list[str] | None = None) -> None:
    """Print the table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=("chosen", "unseen"), default="unseen")
    parser.add_argument("--pairs", type=int, default=1000)
    parser.add_argument(
        "--start", type=int, default=0, help="pass over so many pairs of the half, where there are enough"
    )
    parser.add_argument(
        "--files", type=int, default=1, help="so many files of that size, their means are shown"
    )
    parser.add_argument("--source", action="append", choices=sorted(SOURCES))
    arguments = parser.parse_args(words)
    print("| source | spoiled by | measure | AUC | composite | length only | random | rejected |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for source in arguments.source or SOURCES:
        pairs = half_of(good_pairs(source), arguments.half)
        random.Random(source).shuffle(pairs)
        start = arguments.start if len(pairs) >= arguments.start + arguments.pairs else 0
        files = [
            pairs[first : first + arguments.pairs]
            for first in range(start, start + arguments.files * arguments.pairs, arguments.pairs)
        ]
        files = [file for number, file in enumerate(files) if number == 0 or len(file) == arguments.pairs]
        untouched = np.mean([scored(file)["rejected"].mean() for file in files])
        for way in WAYS:
            each = [measure(way, file, number) for number, file in enumerate(files, 1)]
            found = {name: np.mean([one[name] for one in each]) for name in each[0]}
            figures = " | ".join(
                f"{found[name]:.3f}" for name in ("responsible", "composite", "length", "random")
            )
            print(
                f"| {source} | {way.name} | {' '.join(way.measures)} | {figures} | {found['caught']:.2f} |",
                flush=True,
            )
        print(
            f"| {source} | untouched ({sum(map(len, files))} pairs) | | | | | | {untouched:.3f} |", flush=True
        )


if __name__ == "__main__":
    main()
