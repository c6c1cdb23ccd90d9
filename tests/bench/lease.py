"""``python -m tests.bench.lease [--records 200] [--engine spark]``: what lease and checks cost a run with nothing new.

On a disk, by the embedded engine unless Spark is asked for.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from smelt.config import load_config
from smelt.generate.config import GenerateConfig
from smelt.generate.generator import generate
from smelt.generate.project import write_project
from smelt.jobs import load_stage
from smelt.pii.keys import load_keys
from smelt.pipeline.job import open_job
from smelt.pipeline.run import run_stages
from smelt.privacy.erasure import sweep
from smelt.privacy.erasure.request import forget_customers
from smelt.privacy.key_checks import check_keys, note_keys
from smelt.tables.ledger import STAGES

TIMES = 10


def milliseconds(work: Callable[[], object]) -> float:
    """The median of TIMES."""
    took = []
    for _ in range(TIMES):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return sorted(took)[TIMES // 2] * 1000


def main() -> None:
    """Print a line a piece, and the whole run that they are part of."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=200)
    parser.add_argument("--engine", choices=("sail", "spark"), default="sail")
    given = parser.parse_args()
    os.environ["SMELT_PII_KEY"] = "c0ffee" * 8
    with tempfile.TemporaryDirectory() as temporary:
        config = GenerateConfig(records=given.records, seed=29)
        generate(Path(temporary), config, lambda step: None)
        conf = write_project(Path(temporary), config.kinds)
        loaded = load_config([conf], settings=["pii.key.demo=false", f"spark.engine={given.engine}"])
        stages = [load_stage(stage) for stage in (*STAGES, "releases")]
        for _ in run_stages(open_job(loaded), stages):
            pass
        job = open_job(loaded)
        warehouse, ring = job.warehouse, load_keys(loaded.pii.key)
        forget_customers(warehouse, loaded.pii, ["nobody-at-all"], run_id=job.run_id)

        def lease() -> None:
            with warehouse.writing("bench"):
                pass

        def keys() -> None:
            check_keys(warehouse, ring)
            note_keys(warehouse, ring, job.run_id)

        with warehouse.writing("bench"):
            look = milliseconds(warehouse._turns.check)
        pieces = {
            "lease taken and given back": milliseconds(lease),
            "a look before a commit": look,
            "keys compared": milliseconds(keys),
            "erasures: whether anything changed": milliseconds(lambda: sweep.fingerprint(warehouse)),
            "temporary tables looked for": milliseconds(warehouse.sweep_scratch),
        }
        for name, each in pieces.items():
            print(f"{name:<40} {each:8.1f} ms")
        for _ in range(2):
            began = time.perf_counter()
            for _ in run_stages(open_job(loaded), stages):
                pass
            print(
                f"{'a run with nothing new, engine started':<40} {(time.perf_counter() - began) * 1000:8.1f} ms"
            )


if __name__ == "__main__":
    main()
