"""Tokens a second beside a bare TRL script on the same rows, and the time of every check on 100,000 rows.

``python -m tests.bench.training``: a tiny random model, so that it runs anywhere. Both sides train the same rows with
the same settings, in turn, several times; the ratio is the median of the pairs', so that other work on the machine
meets both sides alike. Beside time on the clock stands processor time, which other work changes little. What smelt does
before the first step is told apart.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from smelt.tables.config import WarehouseConfig
from smelt.tuning.base.libraries import library, quiet
from smelt.tuning.base.load import load_base, lora_config
from smelt.tuning.base.tiny import make_tiny_model
from smelt.tuning.checks import check, pairs_of
from smelt.tuning.config import TuningConfig
from smelt.tuning.prepare import prepare
from smelt.tuning.training.run import train
from tests.tuning.releases import TOPICS, a_row, write_release


class Taken(NamedTuple):
    """Seconds on the clock and of the processor."""

    clock: float
    processor: float


@contextmanager
def timed(into: list[Taken]) -> Iterator[None]:
    """Add what the block took to ``into``."""
    clock, processor = time.monotonic(), _processor()
    yield
    into.append(Taken(time.monotonic() - clock, _processor() - processor))


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def rows(count: int) -> list[dict[str, Any]]:
    """Train rows with a question of about 25 words and an answer of about 60, as the demo's release has; few others."""
    draw = np.random.default_rng(5)
    sentences = [text for pairs in TOPICS.values() for pair in pairs for text in pair]
    chosen = draw.integers(0, len(sentences), (count, 9))
    found = []
    for number in range(count):
        parts = [sentences[at] for at in chosen[number]]
        split = "train" if number % 50 else "validation" if number % 100 else "test"
        question = f"Case {number}: " + " and ".join(parts[:3]) + "?"
        found.append(a_row(number, split, question=question, answer=" ".join(parts[3:])))
    return found


def bare(base: Any, config: TuningConfig, pairs: list[Any], folder: Path, into: list[Taken]) -> None:
    """A plain script: TRL tokenises, TRL trains; the steps are timed."""
    datasets, trl, torch = library("datasets"), library("trl"), library("torch")
    data = datasets.Dataset.from_list(
        [
            {"prompt": list(p.prompt), "completion": [{"role": "assistant", "content": p.answer}]}
            for p in pairs
        ]
    )
    arguments = trl.SFTConfig(
        output_dir=str(folder), max_steps=config.train.max_steps, learning_rate=config.learning_rate,
        per_device_train_batch_size=config.train.batch_size, max_length=None, report_to="none", disable_tqdm=True,
        use_cpu=not torch.cuda.is_available(), bf16=False, save_steps=10**6, activation_checkpointing=False,
        logging_steps=config.train.log_every,
    )  # fmt: skip
    trainer = trl.SFTTrainer(
        load_base(base, config, for_training=True), arguments, train_dataset=data,
        processing_class=base.tokenizer, peft_config=lora_config(config),
    )  # fmt: skip
    trainer.remove_callback(library("transformers").PrinterCallback)
    with timed(into):
        trainer.train()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--train-rows", type=int, default=2_000)
    parser.add_argument("--steps", type=int, default=30)
    parser.add_argument("--times", type=int, default=9)
    parser.add_argument("--hidden", type=int, default=256)
    given = parser.parse_args()
    library("trl")
    quiet()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        few = rows(given.train_rows)
        texts = [turn["content"] for row in few for turn in row["messages"]]
        base = make_tiny_model(folder / "base", texts, vocabulary=4_000, hidden=given.hidden, layers=4)
        config = TuningConfig.model_validate(
            {"base": str(base), "out": str(folder / "out"), "train": {"max_steps": given.steps, "save_every": 10**6,
             "evaluate_every": 10**6}}
        )  # fmt: skip
        print(json.dumps(_checked(folder, config, given.rows)), flush=True)
        print(json.dumps(_trained(folder, config, few, given.times)), flush=True)


def _checked(folder: Path, config: TuningConfig, count: int) -> dict[str, Any]:
    where = write_release(folder / "many", rows(count))
    taken: list[Taken] = []
    with timed(taken):
        ready = prepare("r1", WarehouseConfig(root=str(where)), config)
    with timed(taken):
        report = check(ready.release, ready.base, ready.chat, config)
    opened, checked = taken
    return {
        "rows": count,
        "tokens": sum(split.tokens for split in report.splits.values()),
        "opened_and_proved_s": round(opened.clock, 1),
        "opened_and_proved_processor_s": round(opened.processor, 1),
        "checked_s": round(checked.clock, 1),
        "checked_processor_s": round(checked.processor, 1),
        "goal_s": 60,
        "problems": len(report.problems),
        "load": round(os.getloadavg()[0], 1),
    }


def _trained(folder: Path, config: TuningConfig, few: list[dict[str, Any]], times: int) -> dict[str, Any]:
    where = write_release(folder / "few", few)
    ready = prepare("r1", WarehouseConfig(root=str(where)), config)
    pairs = list(pairs_of(ready.release, "train", config))
    ours: list[Taken] = []
    theirs: list[Taken] = []
    whole: list[Taken] = []

    def mine(number: int) -> dict[str, Any]:
        with timed(whole):
            run = train(ready.release, ready.base, ready.chat, config, name=f"ours-{number}")
        ours.append(Taken(run.record["seconds"], run.record["processor_seconds"]))
        return run.record

    for number in range(times):
        if number % 2:  # who comes first changes, and so does what is warm
            record = mine(number)
        bare(ready.base, config, pairs, folder / f"bare-{number}", theirs)
        if not number % 2:
            record = mine(number)
    tokens = record["checks"]["splits"]["train"]["tokens"] * record["epochs"]
    before = [one.clock - own.clock for one, own in zip(whole, ours, strict=True)]
    ratios = [two.clock / one.clock for one, two in zip(ours, theirs, strict=True)]
    used = [two.processor / one.processor for one, two in zip(ours, theirs, strict=True)]
    return {
        "steps": record["steps"],
        "tokens": round(tokens),
        "smelt_tokens_per_s": round(tokens / statistics.median(one.clock for one in ours), 1),
        "bare_tokens_per_s": round(tokens / statistics.median(one.clock for one in theirs), 1),
        "ratio": round(statistics.median(ratios), 3),
        "ratios": [round(each, 3) for each in ratios],
        "ratio_by_processor_time": round(statistics.median(used), 3),
        "goal_ratio": 0.95,
        "smelt_s": [round(one.clock, 1) for one in ours],
        "bare_s": [round(one.clock, 1) for one in theirs],
        "smelt_processor_s": [round(one.processor, 1) for one in ours],
        "bare_processor_s": [round(one.processor, 1) for one in theirs],
        "smelt_checks_evaluations_and_saving_s": round(statistics.median(before), 1),
        "peak_mb": round(record["memory"]["measured_peak"] / 2**20),
        "estimated_mb": round(record["memory"]["estimated"] / 2**20),
        "load": round(os.getloadavg()[0], 1),
    }


if __name__ == "__main__":
    main()
