"""``python -m tests.bench.killed [--records 600]``: kill -9 during each stage, then the same release as without.

One warehouse is filled by an undisturbed run, which also tells how long each stage takes. A second one is filled
by runs of which the first dies within the first stage, the next within the second, and so on, JVM and Python
workers included, half-way through the time that the stage took. The last run is left alone. Fingerprint, counts and
the sum of the ledger of both are compared.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from smelt.generate.config import GenerateConfig
from smelt.generate.generator import generate
from smelt.generate.project import write_project
from smelt.pipeline.run import BACKGROUND
from smelt.tables.ledger import STAGES

KILLED = tuple(stage for stage in (*STAGES, "releases") if stage != "records")


def command(conf: Path, root: Path, *arguments: str) -> list[str]:
    """The command line of smelt on one warehouse."""
    name, *rest = arguments
    smelt = str(Path(sys.executable).with_name("smelt"))
    return [smelt, name, "--conf", str(conf), "--set", f"warehouse.root={root}", *rest]


def whole_run(conf: Path, root: Path) -> dict[str, float]:
    """Seconds of each stage of a run that nobody disturbs."""
    done = subprocess.run(command(conf, root, "run", "--json"), stdout=subprocess.PIPE, text=True, check=True)
    return {entry["stage"]: entry["seconds"] for entry in map(json.loads, done.stdout.splitlines())}


def killed_run(conf: Path, root: Path, stage: str, usual: dict[str, float]) -> float:
    """Start a run and kill it half-way through ``stage``; returns after how many seconds in it."""
    order = [*STAGES, "releases"]
    earlier = [name for name in order[: order.index(stage)] if name not in BACKGROUND]
    with subprocess.Popen(
        command(conf, root, "run", "--json"), stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as run:
        assert run.stdout is not None
        if not earlier:
            while run.poll() is None and not (root / "bronze").exists():
                time.sleep(0.2)
        elif not any(json.loads(line)["stage"] == earlier[-1] for line in run.stdout):
            sys.exit(f"the run ended before {stage}")
        if run.poll() is not None:
            sys.exit(f"the run ended with {run.returncode} before {stage}")
        wait = max(0.3, usual[stage] / 2)
        time.sleep(wait)
        os.killpg(run.pid, signal.SIGKILL)
    return wait


def release(conf: Path, root: Path) -> dict[str, object]:
    """The manifest's counts and fingerprint, and the number of rows in each table."""
    query = (
        "SELECT r.fingerprint, r.rows, (SELECT count(*) FROM silver.conversations) AS conversations, "
        "(SELECT count(*) FROM silver.pii_findings) AS findings, (SELECT count(*) FROM silver.examples) AS examples, "
        "(SELECT count(*) FROM silver.duplicates) AS duplicates, "
        "(SELECT count(*) FROM bronze.quarantine) AS quarantined, "
        "(SELECT count(*) FROM gold.curated_examples) AS curated, "
        "(SELECT count(*) FROM gold.training_splits) AS released FROM gold.releases r"
    )
    done = subprocess.run(
        command(conf, root, "sql", "--json", "-e", query), capture_output=True, text=True, check=True
    )
    (row,) = map(json.loads, done.stdout.splitlines())
    return dict(row)


def main() -> None:
    """Print one line a kill, then both releases, and fail where they differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=600)
    records = parser.parse_args().records
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        config = GenerateConfig(records=records, seed=29)
        generate(folder / "landing", config, lambda step: None)
        conf = write_project(folder / "landing", config.kinds)
        usual = whole_run(conf, folder / "undisturbed")
        for stage in KILLED:
            waited = killed_run(conf, folder / "killed", stage, usual)
            print(f"killed within {stage}, {waited:.1f} s after it began", flush=True)
        whole_run(conf, folder / "killed")
        wanted, found = (release(conf, folder / name) for name in ("undisturbed", "killed"))
        print(f"undisturbed {wanted}\nkilled      {found}")
        if wanted != found:
            sys.exit("the releases differ")
        print(f"the same after {len(KILLED)} kills")


if __name__ == "__main__":
    main()
