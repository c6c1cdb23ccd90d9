"""The whole way from raw JSON lines to scrubbed, filtered, deduplicated output, beside two peers on the same tickets.

    SMELT_DATATROVE_PYTHON=... SMELT_DATA_JUICER_PYTHON=... python -m tests.bench.peers --records 20000

Each peer is a Python with that package: datatrove[io,processing]==0.10.1 and spacy; py-data-juicer==1.6.1 and aiohttp.
The vendor's nested comments, which they cannot read, are made flat for them before the clock starts. CPU seconds are
those of the process and all it starts, so that they hold on a busy machine. A planted value is left when it stands as a
whole anywhere in the output.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from tests.bench.flow.memory import Sampler

HERE = Path(__file__).parent
PROCESSES = 2
WATCHED = ("EMAIL", "PHONE", "CREDIT_CARD", "PERSON")


class Figures(NamedTuple):
    """One way: documents that came out, seconds on the clock, CPU seconds, peak in megabytes, the output's text."""

    out: int
    seconds: float
    cpu: float
    peak: float
    text: str


def timed(
    command: list[str], folder: Path, environment: Mapping[str, str] = {}
) -> tuple[float, float, float]:
    """Seconds, CPU seconds and peak megabytes of a command that must succeed."""
    began = time.monotonic()
    with open(folder / "said.log", "wb") as said:
        process = subprocess.Popen(
            command, stdout=said, stderr=said, cwd=folder, env={**os.environ, **environment}
        )
        sampler = Sampler(process.pid)
        sampler.start()
        code = process.wait()
    seconds = time.monotonic() - began
    peak = sampler.stop()
    if code:
        end = (folder / "said.log").read_text("utf-8", "replace")[-2000:]
        raise SystemExit(f"{' '.join(command)} ended with {code}\n{end}")
    return seconds, peak.cpu, peak.total


def flat(landing: Path, to: Path) -> int:
    """The tickets as one text a line, which the peers read; how many there are."""
    to.mkdir()
    count = 0
    files = [(to / f"part-{number}.jsonl").open("w", encoding="utf-8") for number in range(PROCESSES)]
    for file in sorted((landing / "tickets").glob("*.jsonl")):
        for line in file.read_text("utf-8", "replace").splitlines():
            try:
                ticket = json.loads(line)
            except ValueError:
                continue
            if not isinstance(ticket, dict):
                continue
            comments = [
                each.get("body") or "" for each in ticket.get("comments") or [] if isinstance(each, dict)
            ]
            parts = map(str, [ticket.get("subject") or "", ticket.get("description") or "", *comments])
            text = "\n\n".join(
                dict.fromkeys(filter(None, parts))
            )  # the first comment is the description once more
            row = {"id": str(ticket.get("id", count)), "text": text}
            files[count % PROCESSES].write(json.dumps(row) + "\n")
            count += 1
    for file in files:
        file.close()
    return count


def lines_of(files: Iterator[Path]) -> tuple[int, str]:
    rows = [line for file in files for line in file.read_text("utf-8").splitlines()]
    return len(rows), "\n".join(json.dumps(json.loads(row), ensure_ascii=False) for row in rows)


def by_datatrove(python: str, texts: Path, folder: Path) -> Figures:
    command = [python, str(HERE / "datatrove_way.py"), str(texts), str(folder), str(PROCESSES)]
    figures = timed(command, folder)
    count, text = lines_of((folder / "out").glob("*.jsonl"))
    return Figures(count, *figures, text)


def by_data_juicer(python: str, texts: Path, folder: Path) -> Figures:
    command = [
        str(Path(python).with_name("dj-process")), "--config", str(HERE / "data_juicer.yaml"),
        "--dataset_path", str(texts),
        "--export_path", str(folder / "out.jsonl"), "--np", str(PROCESSES), "--work_dir", str(folder / "work"),
    ]  # fmt: skip
    figures = timed(command, folder, {"DATA_JUICER_CACHE_HOME": str(folder / "cache")})
    count, text = lines_of(iter([folder / "out.jsonl"]))
    return Figures(count, *figures, text)


def by_smelt(landing: Path, folder: Path, engine: str) -> Figures:
    smelt = [sys.executable, "-m", "smelt.cli.app"]
    given = ["--conf", str(landing / "smelt.yaml"), "--set", f"warehouse.root={folder / 'warehouse'}"]
    figures = timed([*smelt, "run", *given, "--set", f"spark.engine={engine}"], folder)
    subprocess.run([*smelt, "export", "latest", str(folder / "out"), *given], check=True, capture_output=True)
    count, text = lines_of((folder / "out").rglob("*.jsonl"))
    return Figures(count, *figures, text)


def planted(landing: Path) -> dict[str, set[str]]:
    """Values that the generator put into tickets, by entity; of names those with two words."""
    values: dict[str, set[str]] = defaultdict(set)
    for file in (landing / "truth" / "pii").glob("tickets*.jsonl"):
        for line in file.read_text("utf-8").splitlines():
            for span in json.loads(line)["spans"]:
                if span["entity"] != "PERSON" or " " in span["value"]:
                    values[span["entity"]].add(span["value"])
    return values


def table(found: dict[str, Figures], records: int, values: dict[str, set[str]]) -> str:
    """Markdown: a row a way, and what of the planted values is left in what it gave."""
    title = [
        "way",
        "out",
        "seconds",
        "CPU s",
        "records a CPU s",
        "peak MB",
        *(f"{each} left" for each in WATCHED),
    ]
    lines = [f"| {' | '.join(title)} |", "| --- " * len(title) + "|"]
    for name, each in found.items():
        left = [
            f"{sum(value in each.text for value in values[entity]):,} of {len(values[entity]):,}"
            for entity in WATCHED
        ]
        cells = [
            name, f"{each.out:,}", f"{each.seconds:,.1f}", f"{each.cpu:,.1f}", f"{records / each.cpu:,.0f}",
            f"{each.peak:,.0f}", *left,
        ]  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--engine", default="auto", help="of smelt: auto, sail or spark")
    given = parser.parse_args()
    peers = {name: os.environ.get(name) for name in ("SMELT_DATATROVE_PYTHON", "SMELT_DATA_JUICER_PYTHON")}
    missing = [name for name, python in peers.items() if not python or not shutil.which(python)]
    if missing:
        raise SystemExit(f"each of {', '.join(missing)} must name a Python with that package")
    with tempfile.TemporaryDirectory(prefix="smelt-peers-") as name:
        folder = Path(name)
        landing = folder / "landing"
        generate = [sys.executable, "-m", "smelt.cli.app", "generate", str(landing), "-n", str(given.records)]
        subprocess.run([*generate, "--kinds", "tickets"], check=True, capture_output=True)
        records = flat(landing, folder / "texts")
        places = {way: folder / way for way in ("datatrove", "data-juicer", "smelt")}
        for place in places.values():
            place.mkdir()
        found = {
            "datatrove": by_datatrove(
                str(peers["SMELT_DATATROVE_PYTHON"]), folder / "texts", places["datatrove"]
            ),
            "data-juicer": by_data_juicer(
                str(peers["SMELT_DATA_JUICER_PYTHON"]), folder / "texts", places["data-juicer"]
            ),
            "smelt": by_smelt(landing, places["smelt"], given.engine),
        }
        print(f"{records:,} tickets, {PROCESSES} processes\n")
        print(table(found, records, planted(landing)))


if __name__ == "__main__":
    main()
