"""``python -m tests.bench.review``: coverage of intervals, a simulated crowd, and 100,000 tasks there and back.

Prints a table each. The last part starts Spark; ``--tasks 0`` leaves it out.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
import time
from collections import Counter, defaultdict
from fractions import Fraction
from itertools import permutations
from pathlib import Path

from smelt.review.agreement import Rating, alpha
from smelt.review.consensus import consensus
from smelt.review.estimates import Observation, weighted_rate

SEEDS = 500
LABELS = ("a", "b", "c", "d", "e")
ABILITIES = (0.55, 0.65, 0.75, 0.85, 0.95)


def coverage() -> None:
    """How often the weighted 95 % interval holds the true share, for three populations and two rates."""
    print("| true share | rate | strata | intervals that hold it, of 500 | mean width |")
    print("| --- | --- | --- | --- | --- |")
    for share in (0.5, 0.8, 0.95):
        for rate in (0.05, 0.1):
            held, width = 0, 0.0
            chance = random.Random(f"{share} {rate}")
            population = [
                [
                    chance.random() < min(0.995, share + 0.15 * (n % 5 - 2) * (1 - share))
                    for _ in range(40 + 25 * n)
                ]
                for n in range(30)
            ]
            truth = sum(map(sum, population)) / sum(map(len, population))
            for seed in range(SEEDS):
                draw = random.Random(seed)
                observations: list[Observation] = []
                hits: list[bool] = []
                for n, rows in enumerate(population):
                    drawn = draw.sample(rows, max(2, -(-len(rows) * rate // 1).__int__()))
                    observations += [Observation(str(n), len(rows))] * len(drawn)
                    hits += drawn
                found = weighted_rate(observations, hits)
                held += found.low <= truth <= found.high  # type: ignore[operator]
                width += found.high - found.low  # type: ignore[operator]
            print(
                f"| {truth:.3f} | {rate:.0%} | {len(population)} | {held / SEEDS:.1%} | {width / SEEDS:.3f} |"
            )


def crowd() -> None:
    """Five people of abilities .55 to .95, five labels, 15 % of answers missing: who is right how often."""
    print("| seed | consensus right | majority right | alpha | exact alpha |")
    print("| --- | --- | --- | --- | --- |")
    for seed in range(5):
        chance = random.Random(seed)
        truth = {str(task): chance.choice(LABELS) for task in range(1000)}
        ratings = [
            Rating(task, f"p{number}", said(chance, right, able))
            for task, right in truth.items()
            for number, able in enumerate(ABILITIES)
            if chance.random() >= 0.15
        ]
        found = consensus(ratings, LABELS)
        by: dict[str, list[str]] = defaultdict(list)
        for rating in ratings:
            by[rating.task].append(str(rating.label))
        votes = {
            task: min(Counter(given).items(), key=lambda item: (-item[1], item[0]))[0]
            for task, given in by.items()
        }
        right = sum(found[task].label == truth[task] for task in by) / len(by)
        majority = sum(votes[task] == truth[task] for task in by) / len(by)
        value = alpha(ratings, LABELS, resamples=100).value
        print(f"| {seed} | {right:.3f} | {majority:.3f} | {value:.4f} | {float(exact(by)):.4f} |")


def said(chance: random.Random, right: str, ability: float) -> str:
    """What somebody of this ability says: the right label, or any other."""
    return (
        right if chance.random() < ability else chance.choice([label for label in LABELS if label != right])
    )


def exact(by: dict[str, list[str]]) -> Fraction:
    """Alpha as it is defined, pair by pair, in fractions."""
    units = [given for given in by.values() if len(given) > 1]
    counts = Counter(label for given in units for label in given)
    total = sum(counts.values())
    observed = sum(
        (Fraction(sum(a != b for a, b in permutations(given, 2)), len(given) - 1) for given in units),
        Fraction(),
    )
    expected = sum(counts[a] * counts[b] for a, b in permutations(counts, 2))
    return 1 - observed * (total - 1) / expected


def processor_seconds() -> float:
    """Of this process and all that it started: Spark's JVM and its Python workers. Linux only."""
    ticks = os.sysconf("SC_CLK_TCK")
    found: dict[int, tuple[int, float]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:  # it ended meanwhile
            continue
        found[int(stat.parent.name)] = (int(fields[1]), sum(map(int, fields[11:15])) / ticks)
    own = {os.getpid()}
    while more := {pid for pid, (parent, _) in found.items() if parent in own} - own:
        own |= more
    return sum(found[pid][1] for pid in own if pid in found)


def there_and_back(tasks: int) -> None:
    """Sample ``tasks`` of ten times as many pairs, answer them, take the answers in; seconds after Spark's start."""
    from pyspark.sql import functions as F

    from smelt.config import load_config
    from smelt.pipeline.job import open_job
    from smelt.review.draw_sample import draw_sample, keep
    from smelt.review.formats import label_studio
    from smelt.review.formats.read import read_answers
    from smelt.review.simulate import simulate
    from smelt.review.take_in import import_answers
    from smelt.tables.contract import contract

    with tempfile.TemporaryDirectory() as folder:
        settings = [
            f"warehouse.root={folder}/w",
            "pii.key.demo=true",
            "review.uncertain_share=0",
            "review.overlap=1",
        ]
        job = open_job(load_config(settings=[*settings, "spark.driver_memory=3g"]), run_id="bench")
        number = F.col("id")
        made = {
            "example_id": F.md5(number.cast("string")), "record_id": F.md5(number.cast("string")),
            "conversation_id": F.md5(number.cast("string")), "source": F.concat(F.lit("desk"), number % 3),
            "kind": F.lit("tickets"), "position": F.lit(0), "category": F.concat(F.lit("category "), number % 20),
            "question": F.format_string("How do I change the address of order %d, please?", number),
            "answer": F.repeat(F.format_string("Open order %d and choose change. ", number), 4),
            "context": F.array().cast("array<struct<role:string,text:string>>"), "language": F.lit("en"),
            "text_hash": F.md5(number.cast("string")), "rejections": F.array().cast("array<string>"),
            "content_hash": F.md5(number.cast("string")), "ingested_at": F.current_timestamp(),
            "run_id": F.lit("bench"), "composite": (number % 97) / 97,
        }  # fmt: skip
        rows = job.spark.range(tasks * 10)
        for table in ("silver.examples", "gold.curated_examples"):
            columns = [
                made.get(column.name, F.lit(None)).cast(column.type).alias(column.name)
                for column in contract(table).columns
            ]
            job.warehouse.append(table, rows.select(*columns).repartition(4), run_id="bench")
        print(f"tables are made; load {os.getloadavg()[0]:.1f}", flush=True)
        clock, used = time.monotonic(), processor_seconds()
        drawn = draw_sample(
            job.warehouse, "curated", "bench", job.config.review, job.config.quality, run_id="b", count=tasks
        )
        label_studio.write(drawn.tasks, Path(folder) / "tasks", job.config.review)
        keep(job.warehouse, drawn.tasks, run_id="b")
        sampled = time.monotonic() - clock
        of_sampling = processor_seconds() - used
        print(f"{len(drawn.tasks):,} tasks drawn and written in {sampled:.1f} s", flush=True)
        export = Path(folder) / "export.json"
        simulate(drawn.tasks, export, job.config.review, people=1)
        clock, used = time.monotonic(), processor_seconds()
        answers = read_answers([export])
        done = import_answers(job.warehouse, answers, job.config.review, job.config.pii, run_id="i")
        taken = time.monotonic() - clock
        of_import = processor_seconds() - used
        print(
            f"processor seconds: {of_sampling:.1f} for the sample, {of_import:.1f} for the import; load"
            f" {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
        )
        print(
            f"{len(drawn.tasks):,} tasks of {tasks * 10:,} pairs drawn and written in {sampled:.1f} s,"
            f" {done.written:,} answers taken in, {done.verdicts:,} verdicts made in {taken:.1f} s"
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=100_000)
    parser.add_argument("--tasks-alone", action="store_true", help="leave the first two parts out")
    given = parser.parse_args()
    if not given.tasks_alone:
        coverage()
        crowd()
    if given.tasks:
        there_and_back(given.tasks)
