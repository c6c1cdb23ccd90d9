"""``python -m tests.bench.fuzz [--runs 100000] [--seed 1]``: bytes that find new ways through the readers, by atheris.

atheris (https://github.com/google/atheris, Apache-2.0) changes inputs towards code that was not reached yet. It is no
part of the environments: ``pip install atheris``. Each input is a file of one of a dozen sources. It must be read to
its end within seconds, and every entry be a row or a quarantined one that their columns take; what is not so is an
error, and its bytes are kept in a file that atheris names. Says at the end how many entries there were, and which
readers gave up on the rest of a file.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["smelt.intake", "smelt.json_lines"]):
    from tests.malformed import rows, tickets
    from tests.unit.test_any_record import BEGINNINGS, FILE, LIMITS, SOURCES, Parser, written

NAMES = sorted(SOURCES)
SECONDS = 10
"""For one input of at most LONGEST bytes, on a busy machine."""
LONGEST = 2_000


def corpus(folder: Path, seed: int) -> None:
    """Inputs to begin with: each beginning for each source, and malformed records."""
    lines = b"\n".join([*tickets(5, seed), *rows(5, seed)])[: LONGEST - 2]
    for number, _ in enumerate(NAMES):
        for start, _ in enumerate(BEGINNINGS):
            (folder / f"{number}-{start}").write_bytes(bytes([number, start]) + b"1,a\n<p>b</p>\n")
        (folder / f"{number}-lines").write_bytes(bytes([number, 0]) + lines)


def main() -> None:
    """Run, and print what the entries became."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    found: Counter[str] = Counter()
    tried = 0

    def one(data: bytes) -> None:
        nonlocal tried
        if len(data) < 2:
            return
        source = SOURCES[NAMES[data[0] % len(NAMES)]]
        beginning = BEGINNINGS[data[1] % len(BEGINNINGS)]
        tried += 1
        for entry in written(list(Parser(source, LIMITS).file(beginning + data[2:], FILE))):
            found.update(["row"] if not entry["reasons"] else [])
            found.update("quarantined" for _ in entry["reasons"][:1])
            found.update(reason for reason in entry["reasons"] if ":" in reason)
        if tried % 5_000 == 0:
            told = ", ".join(f"{count:,} {what}" for what, count in found.most_common())
            print(f"{tried:,} files: {told}", flush=True)

    with tempfile.TemporaryDirectory() as folder:
        corpus(Path(folder), given.seed)
        options = [
            f"-runs={given.runs}",
            f"-seed={given.seed}",
            f"-max_len={LONGEST}",
            f"-timeout={SECONDS}",
            "-verbosity=0",
        ]
        atheris.Setup([sys.argv[0], *options, folder], one)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
