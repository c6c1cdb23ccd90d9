"""The tools that are measured: each a subprocess over the same file, with what it removed and what it cost."""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent
PEERS = {
    "text-dedup": os.environ.get("SMELT_BENCH_TEXT_DEDUP", ""),
    "datatrove": os.environ.get("SMELT_BENCH_DATATROVE", ""),
}
"""Interpreters of environments with text-dedup 0.4.0, and datatrove[io,processing] 0.10.1 and spacy."""


NO_BOILERPLATE = "duplicates.boilerplate.enabled=false"
"""No other tool sets recurring lines aside, so that the texts compared are the same."""


class Outcome(NamedTuple):
    """``clusters`` is None for tools that only say what they remove; ``stages`` are CPU seconds."""

    removed: list[int]
    clusters: dict[int, str] | None
    cpu: float
    wall: float
    stages: dict[str, float]


class FailedError(Exception):
    """Raised when a tool did not finish; the end of what it said."""


def smelt(file: Path, folder: Path, *settings: str) -> Outcome:
    """``smelt dedup``: one process."""
    out = folder / "smelt.jsonl"
    options = [part for setting in (NO_BOILERPLATE, *settings) for part in ("--set", setting)]
    cpu, wall, _ = timed(
        [str(Path(sys.executable).parent / "smelt"), "dedup", str(file), "--out", str(out), *options]
    )
    rows = [json.loads(line) for line in out.open(encoding="utf-8")]
    removed = [int(row["id"]) for row in rows if row["id"] != row["kept_id"]]
    return Outcome(removed, {int(row["id"]): row["cluster_id"] for row in rows}, cpu, wall, {})


def spark(files: list[Path], folder: Path, *settings: str) -> Outcome:
    """The duplicates stage over Delta tables, one run a file; ``cpu`` and ``wall`` are those of all stages."""
    _, _, said = timed(
        [sys.executable, str(HERE / "spark_stage.py"), str(folder), *map(str, files), *settings]
    )
    report: dict[str, dict[str, float]] = json.loads(said.splitlines()[-1])
    stages = {name: used["cpu"] for name, used in report.items()}
    stages |= {f"{name} wall": used["wall"] for name, used in report.items()}
    rows = [json.loads(line) for line in (folder / "found.jsonl").open(encoding="utf-8") if line.strip()]
    removed = [int(row["example_id"]) for row in rows if not row["is_kept"]]
    clusters = {int(row["example_id"]): row["cluster_id"] for row in rows}
    total = sum(report[file.name]["cpu"] for file in files)
    return Outcome(removed, clusters, total, sum(report[file.name]["wall"] for file in files), stages)


def text_dedup(file: Path, folder: Path) -> Outcome:
    """text_dedup.minhash, with the settings of datatrove: 14 bands of 8 rows, word 5-grams, two processes."""
    out = folder / "text-dedup"
    cpu, wall, said = timed(
        [PEERS["text-dedup"], "-m", "text_dedup.minhash", "--path", "json", "--data_files", str(file),
         "--split", "train", "--column", "text", "--ngram", "5", "--min_length", "5", "--num_perm", "112",
         "--b", "14", "--r", "8", "--hash_func", "xxh3", "--hash_bits", "64", "--num_proc", "2",
         "--cache_dir", str(folder / "cache"), "--output", str(out)],
        cwd=folder,
    )  # fmt: skip
    read = "import datasets, sys; print(*datasets.load_from_disk(sys.argv[1])['id'])"
    kept = subprocess.run(
        [PEERS["text-dedup"], "-c", read, str(out)], capture_output=True, text=True, check=True
    )
    named = re.findall(r"(\w+)\s*: ([0-9.]+)s\b", said)  # "MinHashing    : 13.70s" in its log, wall seconds
    stages = {f"{name} wall": float(seconds) for name, seconds in named}
    return Outcome(sorted(ids(file) - {int(key) for key in kept.stdout.split()}), None, cpu, wall, stages)


def datatrove(file: Path, folder: Path) -> Outcome:
    """datatrove's four stages; the time of its tokenizer alone is measured beside and not counted."""
    cpu, wall, said = timed(
        [PEERS["datatrove"], str(HERE / "peer_datatrove.py"), str(file), str(folder / "datatrove")]
    )
    stages: dict[str, float] = json.loads(said.splitlines()[-1])
    removed = [
        int(json.loads(line)["id"])
        for part in (folder / "datatrove" / "removed").rglob("*.jsonl")
        for line in part.open(encoding="utf-8")
    ]
    alone = stages["tokenizer alone"]
    return Outcome(removed, None, cpu - alone, wall - alone, stages)


def ids(file: Path) -> set[int]:
    """All ids of a corpus."""
    return {int(json.loads(line)["id"]) for line in file.open(encoding="utf-8")}


def timed(command: list[str], **options: Any) -> tuple[float, float, str]:
    """CPU seconds of the process and those it waited for, wall seconds, and what it said."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, **options)
    wall, after = time.monotonic() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise FailedError(
            f"{command[0]} exited with {done.returncode}: {(done.stderr or done.stdout)[-600:]}"
        )
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, wall, f"{done.stderr}\n{done.stdout}" if "text_dedup" in " ".join(command) else done.stdout
