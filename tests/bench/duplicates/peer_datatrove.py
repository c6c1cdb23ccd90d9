"""datatrove's MinHash deduplication: FILE FOLDER, run by the interpreter of its own environment."""

from __future__ import annotations

import json
import os
import resource
import sys
from pathlib import Path


def main(file: Path, folder: Path) -> None:
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.dedup import MinhashDedupSignature
    from datatrove.pipeline.dedup.minhash import (
        MinhashConfig,
        MinhashDedupBuckets,
        MinhashDedupCluster,
        MinhashDedupFilter,
    )
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.pipeline.writers import JsonlWriter
    from datatrove.utils.hashing import HashConfig
    from datatrove.utils.word_tokenizers import load_word_tokenizer

    config = MinhashConfig(
        n_grams=5, num_buckets=14, hashes_per_bucket=8, hash_config=HashConfig(precision=64)
    )
    seconds: dict[str, float] = {}

    def run(stage: str, tasks: int, *steps: object) -> None:
        before = cpu()
        LocalPipelineExecutor(
            pipeline=list(steps),
            tasks=tasks,
            workers=2,
            logging_dir=f"{folder}/logs/{stage}",
            start_method="fork",  # children of a fork server would not be counted
        ).run()
        seconds[stage] = cpu() - before

    def reader() -> object:
        return JsonlReader(str(file.parent), glob_pattern=file.name, text_key="text", id_key="id")

    before = cpu()
    tokenizer = load_word_tokenizer("eng")
    for line in file.open(encoding="utf-8"):
        tokenizer.word_tokenize(json.loads(line)["text"])
    seconds["tokenizer alone"] = cpu() - before
    run("signatures", 2, reader(), MinhashDedupSignature(output_folder=f"{folder}/signatures", config=config))
    run("buckets", 14, MinhashDedupBuckets(f"{folder}/signatures", f"{folder}/buckets", config=config))
    run("clusters", 1, MinhashDedupCluster(f"{folder}/buckets", f"{folder}/remove", config=config))
    removed = JsonlWriter(f"{folder}/removed", compression=None)
    run("filter", 2, reader(), MinhashDedupFilter(f"{folder}/remove", exclusion_writer=removed))
    print(json.dumps(seconds))


def cpu() -> float:
    """CPU seconds of this process and of those it waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


if __name__ == "__main__":
    os.environ["LOGURU_LEVEL"] = "ERROR"
    main(Path(sys.argv[1]), Path(sys.argv[2]))
