"""Duplicates measured beside text-dedup and datatrove: ``python -m tests.bench.duplicates --sizes 10000 50000``.

Every tool reads the same file with word 5-grams. smelt derives its bands from the threshold; "14 x 8" is
smelt with the bands of the others. CPU seconds count every process of a tool.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.bench.duplicates import corpora, tools
from tests.bench.duplicates.truth import Quality, quality

DATA = Path(os.environ.get("SMELT_DATA", Path(__file__).resolve().parents[3].parent / "shared" / "data"))
PEER_BANDS = ("duplicates.near.bands=14", "duplicates.near.rows=8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=[10_000, 50_000, 200_000])
    parser.add_argument(
        "--cases", nargs="*", default=["planted", "templated", "real", "identical", "increment"]
    )
    parser.add_argument(
        "--tools", nargs="*", default=["smelt", "smelt 14 x 8", "spark", "text-dedup", "datatrove"]
    )
    parser.add_argument("--most", type=int, default=50_000, help="largest corpus for datatrove")
    given = parser.parse_args()
    for peer, interpreter in tools.PEERS.items():
        if peer in given.tools and not Path(interpreter).is_file():
            print(
                f"{peer}: skipped, SMELT_BENCH_{peer.upper().replace('-', '_')} names no interpreter",
                file=sys.stderr,
            )
            given.tools.remove(peer)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print("| corpus | tool | CPU s | wall s | removed | recall | precision | short found | short lost |")
        print("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
        costs: dict[str, list[tuple[int, float]]] = {}
        if "planted" in given.cases:
            for size in given.sizes:
                texts = corpora.planted(size)
                sample = range(size // 2, min(size, size // 2 + 5_000))
                for tool, cpu in compare(f"planted {size:,}", texts, sample, folder, given).items():
                    costs.setdefault(tool, []).append((size, cpu))
        if "templated" in given.cases:
            compare("templated 50,000", corpora.templated(50_000), range(5_000), folder, given)
        if "real" in given.cases and DATA.is_dir():
            texts = corpora.real(DATA)
            compare(f"real {len(texts):,}", texts, list(texts), folder, given)
        for tool, points in costs.items():
            if len(points) > 1:
                (small, first), (large, last) = points[0], points[-1]
                exponent = math.log(last / first) / math.log(large / small)
                print(f"\n{tool}: growth exponent of CPU from {small:,} to {large:,} texts {exponent:.2f}")
        if "identical" in given.cases:
            identical(folder)
        if "increment" in given.cases:
            increment(max(given.sizes), folder)


def compare(
    label: str, texts: dict[int, str], sample: object, folder: Path, given: argparse.Namespace
) -> dict[str, float]:
    """Run the tools over one corpus and print a row for each; CPU seconds by tool."""
    place = Path(tempfile.mkdtemp(dir=folder))
    file = corpora.write(texts, place / "corpus.jsonl")
    runs: dict[str, Callable[[], tools.Outcome]] = {
        "smelt": lambda: tools.smelt(file, place),
        "smelt 14 x 8": lambda: tools.smelt(file, place, *PEER_BANDS),
        "spark": lambda: tools.spark([file], place / "warehouse"),
        "text-dedup": lambda: tools.text_dedup(file, place),
        "datatrove": lambda: tools.datatrove(file, place),
    }
    costs = {}
    for tool in given.tools:
        if tool == "datatrove" and len(texts) > given.most:
            continue
        try:
            outcome = runs[tool]()
        except tools.FailedError as error:
            print(f"{label}, {tool}: {error}", file=sys.stderr)
            continue
        found = quality(texts, outcome.removed, outcome.clusters, list(sample))  # type: ignore[call-overload]
        print(row(label, tool, outcome, found), flush=True)
        print(json.dumps({"corpus": label, "tool": tool, "cpu": outcome.cpu, "stages": outcome.stages,
                          **found._asdict()}), file=sys.stderr)  # fmt: skip
        costs[tool] = outcome.cpu
    return costs


def row(label: str, tool: str, outcome: tools.Outcome, found: Quality) -> str:
    shares = [found.recall, found.precision, found.short_found]
    recall, precision, short = ("" if share is None else f"{share:.4f}" for share in shares)
    return (
        f"| {label} | {tool} | {outcome.cpu:.1f} | {outcome.wall:.1f} | {found.removed:,} | {recall} of"
        f" {found.pairs:,} | {precision} | {short} | {found.short_lost} |"
    )


def identical(folder: Path) -> None:
    """50,000 times one text against as many distinct ones."""
    print("\n| 50,000 texts | smelt CPU s | Spark stage CPU s |\n| --- | ---: | ---: |")
    for label, copies in (("distinct", 0), ("identical", 50_000)):
        place = Path(tempfile.mkdtemp(dir=folder))
        file = corpora.write(corpora.identical(50_000, copies), place / "corpus.jsonl")
        one, stage = tools.smelt(file, place), tools.spark([file], place / "warehouse")
        print(f"| {label} | {one.cpu:.1f} | {stage.cpu:.1f} |", flush=True)


def increment(size: int, folder: Path) -> None:
    """1 % more after a run over everything, in one session."""
    place = Path(tempfile.mkdtemp(dir=folder))
    texts = list(corpora.planted(size + size // 100).items())
    first = corpora.write(dict(texts[:size]), place / "everything")
    second = corpora.write(dict(texts[size:]), place / "one percent")
    stages = tools.spark([first, second], place / "warehouse").stages
    print(f"\n| {size:,} texts | CPU s | wall s |\n| --- | ---: | ---: |")
    for label in ("everything", "one percent"):
        print(f"| {label} | {stages[label]:.1f} | {stages[f'{label} wall']:.1f} |")
    print(f"\none percent more costs {stages['one percent'] / stages['everything']:.1%} of the whole in CPU")


if __name__ == "__main__":
    main()
