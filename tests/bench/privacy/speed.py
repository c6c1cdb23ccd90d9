"""Speed of the pattern stage: MB/s in one process beside Presidio, and against an identity Arrow pass in Spark.

    SMELT_PRESIDIO_PYTHON=.../bin/python python tests/bench/privacy/speed.py [--spark] [--texts 200000]

First the whole scrubber on generated conversations (:mod:`generated`), which needs no data.

The texts are public support texts under ``SMELT_DATA``, cut to about 630 characters, repeated
until there are enough. Presidio gets a sample; its own clock counts.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import os
import statistics
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import contenders
import generated
from scoring import data_root

if TYPE_CHECKING:
    import pyarrow as pa

    from smelt.pii.types import Detector

CHARS = 630
PRESIDIO_SAMPLE = 150
PASSES = 3


def corpus(root: Path, texts: int) -> list[str]:
    """``texts`` support texts of about ``CHARS`` characters: complaints, chats, queries; one in ten full of PII.

    A text that comes again has line ends behind it, as a detector remembers what it has seen.
    """
    plain = [_cut(_complaints(root)), _cut(_chats(root)), _cut(_queries(root))]
    dense = _cut(_labelled(root))
    pool = [text for group in zip(*plain, strict=False) for text in group]
    for number, text in enumerate(dense[: len(pool) // 10]):
        pool.insert(number * 10, text)
    return [pool[number % len(pool)] + "\n" * (number // len(pool)) for number in range(texts)]


def _cut(lines: Iterator[str]) -> list[str]:
    """Joins short texts and cuts long ones into texts of about the wanted length."""
    made, buffer = [], ""
    for line in lines:
        buffer = f"{buffer}\n{line}" if buffer else line
        while len(buffer) >= CHARS:
            edge = buffer.rfind(" ", 0, CHARS) + 1 or CHARS
            made.append(buffer[:edge])
            buffer = buffer[edge:]
    return made


def _complaints(root: Path) -> Iterator[str]:
    for path in sorted((root / "tabular_cfpb_complaints").glob("**/*.csv")):
        with path.open(encoding="utf-8", errors="replace", newline="") as lines:
            yield from (cell for row in csv.reader(lines) for cell in row if len(cell) > 200)


def _chats(root: Path) -> Iterator[str]:
    for path in sorted((root / "chat_star").glob("**/*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                yield from (
                    event["Text"] for event in json.loads(line).get("Events", []) if event.get("Text")
                )


def _queries(root: Path) -> Iterator[str]:
    with (root / "queries_banking77" / "train.csv").open(encoding="utf-8", newline="") as lines:
        yield from (row["text"] for row in csv.DictReader(lines))


def _labelled(root: Path) -> Iterator[str]:
    with (root / "pii" / "presidio_research_generated_large.jsonl").open(encoding="utf-8") as lines:
        yield from (json.loads(line)["text"] for line in lines)


def one_process(texts: list[str]) -> None:
    """MB/s of each contender on the same texts, median of passes."""
    rates = {"smelt": _rate(contenders.smelt, texts), "naive regexes": _rate(contenders.naive, texts[:4000])}
    reason = contenders.why_no_presidio()
    if reason:
        print(f"Presidio is skipped: {reason}.\n")
    else:
        sample = texts[:PRESIDIO_SAMPLE]
        rates["Presidio 2.2"] = _megabytes(sample) / contenders.presidio(sample, [""] * len(sample)).seconds
    print("| one process | MB/s | times Presidio |\n| --- | --- | --- |")
    for name, rate in rates.items():
        share = f"{rate / rates['Presidio 2.2']:.0f}" if "Presidio 2.2" in rates else "-"
        print(f"| {name} | {rate:.2f} | {share} |")
    print()


def _rate(contender: contenders.Contender, texts: list[str]) -> float:
    asked = [""] * len(texts)
    contender(texts[:100], asked[:100])
    return _megabytes(texts) / statistics.median(contender(texts, asked).seconds for _ in range(PASSES))


def _megabytes(texts: list[str]) -> float:
    return sum(len(text.encode()) for text in texts) / 1e6


def in_spark(texts: list[str]) -> None:
    """Seconds of an identity mapInArrow and of the same with detectors, local[2]."""
    import polars as pl
    from pyspark.sql import DataFrame

    from smelt.spark.config import SparkConfig
    from smelt.spark.session import get_session

    spark = get_session(
        SparkConfig(master="local[2]", settings={"spark.ui.enabled": "false"}), "privacy-speed"
    )
    path = (
        Path(spark.conf.get("spark.sql.warehouse.dir", "/tmp").removeprefix("file:"))
        / "privacy-speed.parquet"
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    pl.DataFrame({"text": texts}).write_parquet(path, row_group_size=25_000)
    try:
        frame = spark.read.parquet(str(path)).repartition(8).localCheckpoint()
        stages: dict[str, DataFrame] = {
            "identity": frame.mapInArrow(_identity, "text string"),
            "patterns": frame.mapInArrow(_patterns, "text string, findings int"),
            "patterns, names and context": frame.mapInArrow(_everything, "text string, findings int"),
        }
        seconds: dict[str, list[float]] = {name: [] for name in stages}
        cpu: dict[str, list[float]] = {name: [] for name in stages}
        for _ in range(PASSES + 1):
            for name, stage in stages.items():
                started, cpu_before = time.perf_counter(), _cpu_seconds()
                stage.write.format("noop").mode("overwrite").save()
                seconds[name].append(time.perf_counter() - started)
                cpu[name].append(_cpu_seconds() - cpu_before)
        wall = {name: statistics.median(times[1:]) for name, times in seconds.items()}
        busy = {name: statistics.median(times[1:]) for name, times in cpu.items()}
        size = f"{len(texts):,} texts, {_megabytes(texts):.0f} MB"
        print(f"| Spark local[2], {size} | seconds | times identity | CPU seconds | times identity |")
        print("| --- | --- | --- | --- | --- |")
        for name in stages:
            cells = (wall[name], wall[name] / wall["identity"], busy[name], busy[name] / busy["identity"])
            print(f"| {name} | " + " | ".join(f"{cell:.2f}" for cell in cells) + " |")
    finally:
        path.unlink(missing_ok=True)
        spark.stop()


def _cpu_seconds() -> float:
    """CPU time of this process and all below it (JVM, Python workers): a busy machine does not stretch it."""
    ticks = os.sysconf("SC_CLK_TCK")
    stats = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        stats[int(path.parent.name)] = (int(fields[1]), sum(map(int, fields[11:15])) / ticks)
    family = {os.getpid()}
    while True:
        grown = family | {pid for pid, (parent, _) in stats.items() if parent in family}
        if grown == family:
            return sum(stats[pid][1] for pid in family if pid in stats)
        family = grown


def _identity(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    yield from batches


def _patterns(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    from smelt.pii.config import PiiConfig
    from smelt.pii.detect.patterns import PatternDetector

    return _counted(batches, [PatternDetector(PiiConfig())])


def _everything(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    from smelt.pii.config import PiiConfig
    from smelt.pii.detect.configured import configured_detectors

    return _counted(batches, configured_detectors(PiiConfig()))


def _counted(batches: Iterator[pa.RecordBatch], detectors: Sequence[Detector]) -> Iterator[pa.RecordBatch]:
    """The text, and how many findings it has after claims: what the scrubbing stage starts from."""
    import numpy as np
    import pyarrow as pa

    from smelt.pii.spans import claim
    from smelt.pii.types import TextBatch

    for batch in batches:
        texts = batch.column(0).to_pylist()
        given = TextBatch.of(texts)
        findings = claim(finding for detector in detectors for finding in detector.detect(given))
        counts = (
            np.bincount([finding.text for finding in findings], minlength=len(texts))
            if findings
            else np.zeros(len(texts))
        )
        yield pa.RecordBatch.from_arrays(
            [batch.column(0), pa.array(counts.astype("int32"))], ["text", "findings"]
        )


def main() -> int:
    """Prints the tables; Spark's only with ``--spark``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--spark", action="store_true")
    parser.add_argument("--texts", type=int, default=200_000)
    parser.add_argument("--records", type=int, default=10_000, help="generated records")
    options = parser.parse_args()
    generated.measure(options.records)
    root = data_root()
    if not root.is_dir():
        print(f"skipped: no data at {root}")
        return 0
    one_process(corpus(root, 10_000))
    if options.spark:
        in_spark(corpus(root, options.texts))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
