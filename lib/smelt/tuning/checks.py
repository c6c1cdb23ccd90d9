"""Checks before the first training step: that the encoded rows train the answers and nothing else."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from smelt.tuning.base.libraries import library
from smelt.tuning.base.load import load_base, matches, skeleton, trained_parameters, uses_bfloat16
from smelt.tuning.base.memory import MemoryEstimate, estimate
from smelt.tuning.base.model_folder import Base
from smelt.tuning.config import TuningConfig
from smelt.tuning.encoding.chat import Chat
from smelt.tuning.encoding.dataset import TRAINED, EncodedSplit, encode_split, open_encoded
from smelt.tuning.encoding.instructions import instruction_pair
from smelt.tuning.encoding.rows import FAULTS, LENGTH_FAULTS, Pair, pair_of
from smelt.tuning.errors import ChecksFailed
from smelt.tuning.source.release import Release

ENCODED = ("train", "validation", "test")


@dataclass
class CheckReport:
    """Result of the checks; ``problems`` stop a run, ``notes`` do not."""

    release: str
    template_hash: str
    splits: dict[str, EncodedSplit] = field(default_factory=dict)
    memory: MemoryEstimate | None = None
    parameters: int = 0
    trained_parameters: int = 0
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def raise_for_problems(self) -> None:
        """Raise ChecksFailed with all problems, if there are any."""
        if self.problems:
            raise ChecksFailed(f"release {self.release} would not be learnt as it is", self.problems)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "release": self.release,
            "template_hash": self.template_hash,
            "splits": {
                name: {
                    "rows": split.rows, "kept": split.kept, "left_out": split.left_out, "tokens": split.tokens,
                    "trained_tokens": split.trained_tokens, "longest": split.longest, "faults": dict(split.faults),
                    "named": split.named,
                }
                for name, split in self.splits.items()
            },
            "memory": self.memory.as_dict() if self.memory else None,
            "parameters": self.parameters,
            "trained_parameters": self.trained_parameters,
            "problems": self.problems,
            "notes": self.notes,
            "seconds": round(self.seconds, 2),
        }  # fmt: skip


def chat_of(base: Base, release: Release, config: TuningConfig) -> Chat:
    """The template and tokenizer of ``base``, with the release's date instead of today's."""
    date = config.data.date or f"{release.manifest.created_at:%d %b %Y}"
    return Chat(
        base.tokenizer, date=date, stop_ids=base.stop_ids, sanitize=config.data.sanitize_control_tokens
    )


def pairs_of(release: Release, split: str, config: TuningConfig) -> Iterator[Pair]:
    """The pairs of ``split`` in the wording of the configured approach."""
    if config.approach == "instruction":
        is_known = split == "train"
        for batch in release.batches(split, ("example_id", "instruction", "input", "output")):
            yield from (instruction_pair(row, is_known=is_known) for row in batch)
    else:
        for batch in release.batches(split, ("example_id", "prompt", "completion")):
            yield from (pair_of(row) for row in batch)


def encoded_file(folder: Path, split: str) -> Path:
    """Path of the encoded rows of ``split``."""
    return folder / f"{split}.arrow"


def check(
    release: Release,
    base: Base,
    chat: Chat,
    config: TuningConfig,
    *,
    folder: Path | None = None,
    extra: Iterable[Pair] = (),
) -> CheckReport:
    """Run all checks; with ``folder`` the encoded rows are stored there. ``extra`` pairs are added to train.

    Problems are returned, not raised: see :meth:`CheckReport.raise_for_problems`.
    """
    begun = time.monotonic()
    report = CheckReport(release.name, chat.template_hash)
    if chat.prints_today:
        report.problems.append(
            "the template prints today's date, so that the same release gives other tokens tomorrow; set"
            " tuning.chat_template to a copy with a fixed date"
        )
    _model(report, base, config)
    texts = _Texts()
    for split in ENCODED:
        if not release.manifest.counts.get(split):
            report.notes.append(f"{split} has no rows")
            continue
        pairs = texts.seen(split, pairs_of(release, split, config))
        if split == "train":
            pairs = _both(pairs, extra)
        file = encoded_file(folder, split) if folder else None
        report.splits[split] = encode_split(split, pairs, chat, config.data, file)
        _faults(report, report.splits[split], config)
        if file is not None and report.splits[split].kept:
            columns = tuple(open_encoded(file).column_names)
            if columns != TRAINED:
                report.problems.append(f"{split}: columns {columns} would reach the trainer, not {TRAINED}")
    report.problems += texts.overlaps()
    _padding(report, base)
    _places(report, base)
    _memory(report, base, config)
    report.seconds = time.monotonic() - begun
    return report


def _both(first: Iterable[Pair], second: Iterable[Pair]) -> Iterator[Pair]:
    yield from first
    yield from second


def _faults(report: CheckReport, split: EncodedSplit, config: TuningConfig) -> None:
    for fault, count in sorted(split.faults.items()):
        some = ", ".join(split.named[fault])
        line = f"{split.split}: {count:,} of {split.rows:,} rows: {FAULTS[fault]}; some: {some}"
        if fault not in LENGTH_FAULTS:
            report.problems.append(line)
            continue
        report.notes.append(line)
    lost = split.left_out / split.rows if split.rows else 0.0
    if lost > config.data.max_left_out and any(split.faults[fault] for fault in LENGTH_FAULTS):
        report.problems.append(
            f"{split.split}: {split.left_out:,} of {split.rows:,} rows would be left out; tuning.data.max_left_out is"
            f" {config.data.max_left_out:g} (raise tuning.data.max_length, {config.data.max_length};"
            f" the longest row has {split.longest:,} tokens)"
        )
    if split.rows and not split.kept:
        report.problems.append(f"{split.split}: no row is left")


def _model(report: CheckReport, base: Base, config: TuningConfig) -> None:
    """Check for configured module names without a match, and for tied weights."""
    model = skeleton(base)
    report.parameters = sum(parameter.numel() for parameter in model.parameters())
    report.trained_parameters = trained_parameters(model, config)
    if config.weights == "full":
        return
    if config.lora.four_bit and not library("torch").cuda.is_available():
        report.problems.append("tuning.lora.four_bit: 4-bit weights need a GPU; this machine has none")
    names = [name for name, _ in model.named_modules()]
    targets = () if isinstance(config.lora.target_modules, str) else config.lora.target_modules
    for key, wanted in (("target_modules", targets), ("modules_to_save", config.lora.modules_to_save)):
        report.problems += [
            f"tuning.lora.{key}: the model has no module {target}"
            for target in wanted
            if not any(matches(name, [target]) for name in names)
        ]
    if getattr(base.config.get_text_config(), "tie_word_embeddings", False):
        ends = (model.get_input_embeddings(), model.get_output_embeddings())
        tied = [name for name, module in model.named_modules() if any(module is end for end in ends)]
        report.problems += [
            f"tuning.lora: {name} is tied to another layer; an adapter on it would be lost when merged"
            for name in tied
            if matches(name, [*targets, *config.lora.modules_to_save])
        ]
    output = model.get_output_embeddings()
    report.problems += [
        f"tuning.lora.target_modules: {name} is the output layer, whose adapter TRL would not train"
        for name, module in model.named_modules()
        if module is output and matches(name, targets)
    ]


def _padding(report: CheckReport, base: Base) -> None:
    tokenizer = base.tokenizer
    if tokenizer.pad_token_id is None or tokenizer.pad_token_id == tokenizer.eos_token_id:
        report.notes.append(
            "the pad token is the end token: labels are set by position, so the end is learnt all the same"
        )


def _places(report: CheckReport, base: Base) -> None:
    """Refuse rows longer than the model's positions, which most models accept without an error but answer badly."""
    places = getattr(base.config.get_text_config(), "max_position_embeddings", None)
    longest = max((max(split.lengths, default=0) for split in report.splits.values()), default=0)
    if places and longest > places:
        report.problems.append(
            f"the longest row has {longest:,} tokens, the model {places:,} places: lower tuning.data.max_length"
        )


def _memory(report: CheckReport, base: Base, config: TuningConfig) -> None:
    longest = max((max(split.lengths, default=0) for split in report.splits.values()), default=0)
    report.memory = estimate(
        base.config,
        report.parameters,
        report.trained_parameters,
        config,
        longest=longest,
        bfloat16=uses_bfloat16(config),
    )
    if not report.memory.fits:
        need, has = report.memory.total / 2**30, report.memory.available / 2**30
        report.problems.append(
            f"the run would take about {need:.1f} GiB, {report.memory.device} has {has:.1f}: lower"
            " tuning.train.batch_size (and raise accumulate), or set tuning.train.gradient_checkpointing"
        )


class _Texts:
    """Hashes of ids and normalised texts by split, 16 bytes each, for finding overlaps of splits."""

    def __init__(self) -> None:
        self._ids: dict[str, set[bytes]] = {}
        self._texts: dict[str, set[bytes]] = {}

    def seen(self, split: str, pairs: Iterable[Pair]) -> Iterator[Pair]:
        """Yield ``pairs`` and record their hashes."""
        ids, texts = self._ids.setdefault(split, set()), self._texts.setdefault(split, set())
        for pair in pairs:
            ids.add(_digest(pair.example_id))
            texts.add(_digest(_normal(" ".join(turn["content"] for turn in pair.whole))))
            yield pair

    def overlaps(self) -> list[str]:
        """One message per two splits that share ids or texts."""
        problems = []
        for one, other in (("train", "validation"), ("train", "test"), ("validation", "test")):
            for what, held in (("example_id", self._ids), ("text", self._texts)):
                shared = len(held.get(one, set()) & held.get(other, set()))
                if shared:
                    problems.append(
                        f"{one} and {other} share {shared:,} rows by {what}: the scores would be worth nothing"
                    )
        return problems


def _normal(text: str) -> str:
    return re.sub(r"\W+", " ", text.casefold()).strip()


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def packing_keeps_apart(model: Any, sequences: list[list[int]]) -> bool:
    """Whether the model's logits of packed sequences equal those of each alone, called as trainers call it."""
    torch = library("torch")
    device = next(model.parameters()).device
    ids = torch.tensor([[number for one in sequences for number in one]], device=device)
    places = torch.tensor([[at for one in sequences for at in range(len(one))]], device=device)
    was_training = model.training
    model.eval()
    with torch.no_grad():
        packed = model(input_ids=ids, position_ids=places, use_cache=False).logits[0].float()
        alone = [
            model(input_ids=torch.tensor([one], device=device), use_cache=False).logits[0].float()
            for one in sequences
        ]
    model.train(was_training)
    return bool(
        torch.allclose(
            packed, torch.cat(alone), atol=1e-3 if packed.dtype == torch.float32 else 5e-2, rtol=1e-2
        )
    )


__all__ = ["CheckReport", "chat_of", "check", "encoded_file", "load_base", "packing_keeps_apart", "pairs_of"]
