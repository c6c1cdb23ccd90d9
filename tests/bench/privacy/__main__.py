"""Everything that is measured of the privacy stage, as Markdown: ``python -m tests.bench.privacy [--without-spark]``.

``SMELT_PRESIDIO_PYTHON`` names an interpreter with presidio-analyzer 2.2 to measure beside it, ``SMELT_DATA``
the labelled sets, and ``SMELT_SPACY_MODELS`` spaCy pipelines or their folders, separated by colons; what is absent is
skipped with its reason.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PARTS = ("patterns.py", "names.py", "multidogo.py", "evi.py", "wild.py", "models.py", "speed.py")


def main() -> int:
    """Runs the parts one after the other; the exit status is that of the first that failed."""
    here = Path(__file__).parent
    status = 0
    for part in PARTS:
        options = ["--spark"] if part == "speed.py" and "--without-spark" not in sys.argv else []
        print(f"## {part.removesuffix('.py')}\n", flush=True)
        run = subprocess.run([sys.executable, str(here / part), *options], check=False)
        status = status or run.returncode
        print(flush=True)
    return status


if __name__ == "__main__":
    raise SystemExit(main())
