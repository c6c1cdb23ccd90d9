"""JSON lines to scrubbed, filtered and deduplicated JSON lines by datatrove; runs in its own environment.

    python datatrove_way.py INPUT_FOLDER WORK_FOLDER PROCESSES

Its readers, Gopher filters, PII formatter and the four steps of MinHash; the result lies in WORK_FOLDER/out.
"""

from __future__ import annotations

import sys
from pathlib import Path

from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.dedup import MinhashDedupCluster, MinhashDedupFilter, MinhashDedupSignature
from datatrove.pipeline.dedup.minhash import MinhashConfig, MinhashDedupBuckets
from datatrove.pipeline.filters import GopherQualityFilter, GopherRepetitionFilter
from datatrove.pipeline.formatters import PIIFormatter
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers.jsonl import JsonlWriter

SHORTEST = 10
"""Words; the default of 50 is meant for pages of the web and would drop most tickets."""


def main(source: str, work: str, processes: int) -> None:
    """Run the steps one after the other."""
    config = MinhashConfig()

    def run(name: str, pipeline: list, tasks: int) -> None:
        LocalPipelineExecutor(
            pipeline=pipeline,
            tasks=tasks,
            workers=min(tasks, processes),
            logging_dir=f"{work}/logs/{name}",
            skip_completed=False,
        ).run()

    run(
        "filter",
        [
            JsonlReader(source),
            GopherRepetitionFilter(),
            GopherQualityFilter(min_doc_words=SHORTEST),
            PIIFormatter(),
            JsonlWriter(f"{work}/filtered", compression=None),
        ],
        processes,
    )
    run(
        "signatures",
        [
            JsonlReader(f"{work}/filtered"),
            MinhashDedupSignature(output_folder=f"{work}/signatures", config=config),
        ],
        processes,
    )
    run(
        "buckets",
        [MinhashDedupBuckets(f"{work}/signatures", output_folder=f"{work}/buckets", config=config)],
        config.num_buckets,
    )
    run(
        "clusters",
        [MinhashDedupCluster(f"{work}/buckets", output_folder=f"{work}/removed", config=config)],
        1,
    )
    run(
        "keep",
        [
            JsonlReader(f"{work}/filtered"),
            MinhashDedupFilter(f"{work}/removed"),
            JsonlWriter(f"{work}/out", compression=None),
        ],
        processes,
    )


if __name__ == "__main__":
    main(str(Path(sys.argv[1]).absolute()), sys.argv[2], int(sys.argv[3]))
