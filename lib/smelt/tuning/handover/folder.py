"""Writes the folder to hand over: weights, tokenizer, template, stop tokens and provenance."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

from smelt.tuning.base.libraries import library
from smelt.tuning.base.load import load_trained
from smelt.tuning.base.model_folder import sha256_of
from smelt.tuning.checks import pairs_of
from smelt.tuning.errors import TuningError
from smelt.tuning.handover.card import model_card
from smelt.tuning.prepare import Prepared
from smelt.tuning.training.record import RECORD, read_json, write_json
from smelt.tuning.training.run import TrainedRun

ABOUT = "smelt.json"
MANIFEST = "manifest.json"
_TAKEN = ("adapter_config.json", "config.json", "*.safetensors", "*.safetensors.index.json")
PROBES = 8
"""Number of train prompts for the verification."""


def hand_over(ready: Prepared, run: TrainedRun, evaluation: dict[str, Any] | None, out: Path) -> Path:
    """Copy the run's model to ``out``, after it was verified in a new process.

    The verification (:mod:`smelt.tuning.handover.verify`) checks that the logits are the same, also merged in float32,
    and that the folder's own settings end an answer at the stop token of training. An existing folder is kept if its
    digest is that of this run. Raises TuningError if the verification fails; ``out`` does not exist then.
    """
    if (out / ABOUT).is_file():
        check_digest(out)
        if read_json(out / ABOUT)["run"] == run.record["run"]:
            return out
        raise TuningError(f"{out} holds the model of another run; remove it or name another folder")
    part = out.parent / f".{out.name}.part"
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    try:
        _write(ready, run, evaluation, part)
        proof = _prove(ready, run, part)
        about = {
            "run": run.record["run"],
            "approach": run.record["approach"],
            "base": {"name": ready.base.name, "digest": ready.base.digest},
            "template_hash": ready.chat.template_hash,
            "stop_ids": sorted(ready.chat.stop_ids),
            "date": ready.chat.date,
            "release": ready.release.about(),
            "proof": proof,
        }
        (part / "README.md").write_text(model_card(about, run.record, evaluation), "utf-8")
        about["files"] = file_digests(part)
        about["digest"] = whole_digest(about["files"])
        write_json(part / ABOUT, about)
        part.rename(out)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return out


def _write(ready: Prepared, run: TrainedRun, evaluation: dict[str, Any] | None, part: Path) -> None:
    for pattern in _TAKEN:
        for file in run.weights.glob(pattern):
            shutil.copy2(file, part / file.name)
    adapter = part / "adapter_config.json"
    if adapter.is_file():  # the name of the base, as an absolute path would be valid on this machine only
        values = json.loads(adapter.read_text("utf-8"))
        adapter.write_text(
            json.dumps(values | {"base_model_name_or_path": ready.base.name}, indent=1), "utf-8"
        )
    ready.base.tokenizer.save_pretrained(part)
    pad = ready.base.tokenizer.pad_token_id
    library("transformers").GenerationConfig(
        eos_token_id=sorted(ready.chat.stop_ids),
        pad_token_id=pad if pad is not None else ready.base.tokenizer.eos_token_id,
        bos_token_id=ready.base.tokenizer.bos_token_id,
        max_new_tokens=ready.config.generation.max_new_tokens,
        do_sample=False,
    ).save_pretrained(part)
    write_json(part / MANIFEST, ready.release.manifest.as_dict())
    write_json(part / RECORD, run.record)
    if evaluation is not None:
        write_json(part / "evaluation.json", evaluation)


def _prove(ready: Prepared, run: TrainedRun, part: Path) -> dict[str, Any]:
    """Verify ``part`` in a new process against the model in the memory of this one."""
    torch = library("torch")
    pairs = [
        pair for pair, _ in zip(pairs_of(ready.release, "train", ready.config), range(PROBES), strict=False)
    ]
    ids = ready.chat.encode([pair.prompt for pair in pairs], prompt=True)
    model = load_trained(ready.base, run.weights, ready.config)
    device = next(model.parameters()).device
    with torch.no_grad():
        logits = [
            model(input_ids=torch.tensor([one], device=device), use_cache=False)
            .logits[0, -1]
            .float()
            .cpu()
            .numpy()
            for one in ids
        ]
    del model
    expected = part.parent / f"{part.name}.expected.npz"
    lengths = np.asarray([len(one) for one in ids])
    np.savez(
        expected,
        ids=np.concatenate([np.asarray(one) for one in ids]),
        lengths=lengths,
        logits=np.stack(logits),
    )
    command = [
        *(sys.executable, "-m", "smelt.tuning.handover.verify", str(part), "--base", str(ready.base.folder)),
        *("--expected", str(expected)),
    ]  # fmt: skip
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    finally:
        expected.unlink(missing_ok=True)
    if done.returncode != 0:
        last = done.stderr.strip().splitlines()[-1:] or ["it said nothing"]
        raise TuningError(f"the model does not survive being loaded by another process: {last[0]}")
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    if found["problems"]:
        raise TuningError("the model is another one when it is loaded again: " + "; ".join(found["problems"]))
    return found


def file_digests(folder: Path) -> dict[str, str]:
    """Relative path -> SHA-256 of every file but ABOUT."""
    found = {}
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.name != ABOUT:
            found[str(file.relative_to(folder))] = sha256_of(file)
    return found


def whole_digest(files: dict[str, str]) -> str:
    """32 hex digits over file names and digests."""
    lines = "".join(f"{name}:{digest}\n" for name, digest in sorted(files.items()))
    return hashlib.sha256(lines.encode()).hexdigest()[:32]


def check_digest(folder: Path) -> dict[str, Any]:
    """The content of ABOUT; raises TuningError if files are missing, changed or additional."""
    file = folder / ABOUT
    if not file.is_file():
        raise TuningError(f"{folder} is no handed-over model: it has no {ABOUT} (smelt finetune makes one)")
    about = read_json(file)
    if whole_digest(file_digests(folder)) != about["digest"]:
        raise TuningError(f"the files in {folder} are not those that were handed over: their digest differs")
    return about
