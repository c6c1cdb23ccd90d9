"""Writes the raw data and its ground truth, one record at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from smelt.generate.config import GenerateConfig, stream_counts
from smelt.generate.grammar import load_grammar
from smelt.generate.people import People
from smelt.generate.plan import plan
from smelt.generate.records import World, open_case
from smelt.generate.sinks import json_line
from smelt.generate.streams import STREAMS, open_updates
from smelt.generate.truth import Truth
from smelt.generate.updates import UPDATES, updated

STEP = 500
"""Records between two calls of the progress callback."""


@dataclass
class Generated:
    """Numbers of records, planted copies, damaged records and updates, by stream."""

    records: Counter[str] = field(default_factory=Counter)
    copies: Counter[str] = field(default_factory=Counter)
    damaged: Counter[str] = field(default_factory=Counter)
    updates: Counter[str] = field(default_factory=Counter)
    """Second arrivals of records; not included in ``records``."""

    @property
    def total(self) -> int:
        """Records of all streams, without updates."""
        return self.records.total()


def generate(
    out: Path, config: GenerateConfig, on_progress: Callable[[int], None] | None = None
) -> Generated:
    """Write raw data below ``out``, in constant memory.

    Records ``config.start`` to ``config.start + config.records`` of the seed's sequence are written, to files named by
    their first record, so consecutive runs write the same as a single one.
    """
    world = World(config.seed, load_grammar(), People(config.seed))
    until = stream_counts(config.start + config.records, config.kinds)
    since = stream_counts(config.start, config.kinds) if config.start else dict.fromkeys(until, 0)
    done = Generated()
    for name, stop in until.items():
        _write_stream(out, name, range(since[name], stop), config, world, done, on_progress)
    folder = out / "truth"
    folder.mkdir(parents=True, exist_ok=True)
    summary = {
        "records": done.records,
        "copies": done.copies,
        "damaged": done.damaged,
        "updates": done.updates,
        "config": config.model_dump(),
    }
    (folder / f"summary-{config.start:09d}.json").write_bytes(json_line(summary))
    return done


def _write_stream(
    out: Path,
    name: str,
    numbers: range,
    config: GenerateConfig,
    world: World,
    done: Generated,
    on_progress: Callable[[int], None] | None,
) -> None:
    stream = STREAMS[name]
    with ExitStack() as stack:
        write = stream.open(out, config.shard, stack)
        write_update = open_updates(name, out, config.shard, stack) if name in UPDATES else None
        truth = stack.enter_context(Truth(out, name, config.shard))
        for number in numbers:
            planned = plan(config.seed, name, number, duplicates=config.duplicates, messy=config.messy)
            late = updated(config.seed, name, number, duplicates=config.duplicates, messy=config.messy)
            made = stream.make(world, open_case(world, name, planned))
            truth.note(planned, made, write(planned, made), stream.key(planned.origin))
            if planned.copy:
                done.copies[planned.copy] += 1
            if planned.damage:
                done.damaged[planned.damage] += 1
            if late is not None and write_update is not None:
                again = UPDATES[name](stream.make(world, open_case(world, name, late)))
                place = write_update(planned._replace(damage=""), again)
                truth.note_update(number, again.key, place)
                done.updates[name] += 1
            if on_progress is not None and number % STEP == STEP - 1:
                on_progress(STEP)
    done.records[name] += len(numbers)
