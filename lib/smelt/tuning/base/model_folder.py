"""Opens the folder of a base model, checks that it is complete and consistent, and computes its digest."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from smelt.tuning.base.libraries import library
from smelt.tuning.config import TuningConfig
from smelt.tuning.errors import BaseUnusable

WEIGHTS = ("*.safetensors", "pytorch_model*.bin")
DESCRIBING = ("*.json", "*.jinja", "*.model", "*.txt")
"""Files besides the weights that determine the model's output."""
_NOT_DESCRIBING = ("trainer_state.json", "README.md")


@dataclass(frozen=True)
class Base:
    """A base model on this machine; ``name`` is the configured folder or hub name."""

    name: str
    folder: Path
    config: Any
    tokenizer: Any

    @cached_property
    def digest(self) -> str:
        """32 hex digits over weights, configuration, tokenizer and template; takes minutes for very large models."""
        return digest_of(self.folder, (*WEIGHTS, *DESCRIBING))

    @property
    def stop_ids(self) -> tuple[int, ...]:
        """Ids of the tokens that end an answer, from the tokenizer and the generation configuration."""
        file = self.folder / "generation_config.json"
        named = json.loads(file.read_text("utf-8")).get("eos_token_id") if file.is_file() else None
        found = [self.tokenizer.eos_token_id, *(named if isinstance(named, list) else [named])]
        return tuple(sorted({int(each) for each in found if each is not None}))


def open_base(config: TuningConfig) -> Base:
    """Open the base ``tuning.base``: a folder, or a hub name, which is downloaded if necessary.

    Raises:
        BaseUnusable: it does not exist, lacks weights, configuration, tokenizer or template, or its tokenizer has more
            tokens than the model has embeddings.
    """
    if not config.base:
        raise BaseUnusable(
            "no base model is named", ["set tuning.base to a folder or a hub name (or --base)"]
        )
    folder = _folder_of(config.base, config.revision)
    transformers = library("transformers")
    problems = []
    if not (folder / "config.json").is_file():
        problems.append("config.json is missing")
    if not any(any(folder.glob(pattern)) for pattern in WEIGHTS):
        problems.append("weights are missing (*.safetensors)")
    if not any((folder / name).is_file() for name in ("tokenizer.json", "tokenizer.model", "vocab.json")):
        problems.append("a tokenizer is missing (tokenizer.json)")
    if problems:
        raise BaseUnusable(f"{config.base} is no complete model", problems)
    try:
        described = transformers.AutoConfig.from_pretrained(folder)
        tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    except Exception as error:  # the library may raise anything for broken files
        raise BaseUnusable(f"{config.base} cannot be read", [f"{type(error).__name__}"]) from None
    problems = _fit(config, folder, described, tokenizer)
    if problems:
        raise BaseUnusable(f"{config.base} cannot be trained as it is", problems)
    return Base(config.base, folder, described, tokenizer)


def _folder_of(name: str, revision: str | None) -> Path:
    if Path(name).is_dir():
        return Path(name).resolve()
    if Path(name).is_absolute() or name.startswith((".", "~")) or name.count("/") > 1:
        raise BaseUnusable(f"there is no folder {name}", ["set tuning.base to a folder or a hub name"])
    hub = library("huggingface_hub")
    try:
        return Path(hub.snapshot_download(name, revision=revision))
    except Exception as error:  # offline, unknown, gated, or unreachable
        raise BaseUnusable(
            f"{name} is neither a folder here nor to be had from the hub",
            [f"{type(error).__name__}: fetch it where there is a network, and set tuning.base to its folder"],
        ) from None


def _fit(config: TuningConfig, folder: Path, described: Any, tokenizer: Any) -> list[str]:
    problems = []
    if config.chat_template:
        file = Path(config.chat_template)
        if file.is_file():
            tokenizer.chat_template = file.read_text("utf-8")
        else:
            problems.append(f"tuning.chat_template: there is no file {config.chat_template}")
    if not tokenizer.chat_template:
        problems.append("it has no chat template: set tuning.chat_template to a file (Jinja)")
    elif not isinstance(tokenizer.chat_template, str):
        problems.append("it has several chat templates: set tuning.chat_template to a file with one of them")
    if tokenizer.eos_token_id is None:
        problems.append("its tokenizer has no end token (eos_token)")
    vocabulary = described.get_text_config().vocab_size
    if len(tokenizer) > vocabulary:
        problems.append(
            f"its tokenizer has {len(tokenizer):,} tokens, the model {vocabulary:,}: they do not belong together"
        )
    return problems


def digest_of(folder: Path, patterns: tuple[str, ...]) -> str:
    """32 hex digits over names and contents of the files in ``folder`` matching ``patterns``."""
    whole = hashlib.sha256()
    files = {file for pattern in patterns for file in folder.glob(pattern) if file.is_file()}
    for file in sorted(files, key=lambda file: file.name):
        if file.name in _NOT_DESCRIBING:
            continue
        whole.update(f"{file.name}:{sha256_of(file)}\n".encode())
    return whole.hexdigest()[:32]


def sha256_of(file: Path) -> str:
    """SHA-256 of the file's content (64 hex digits), read in chunks."""
    found = hashlib.sha256()
    with file.open("rb") as opened:
        while piece := opened.read(1 << 22):
            found.update(piece)
    return found.hexdigest()
