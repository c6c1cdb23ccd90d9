"""Sentence embeddings by a sentence-transformers model in a folder of this machine."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from smelt.errors import ConfigError, MissingExtra

F32 = npt.NDArray[np.float32]


def embed(texts: list[str], folder: str) -> F32:
    """Unit vectors of ``texts`` by the sentence-transformers model in ``folder``, on one thread, on the CPU."""
    vectors = load_model(folder).encode(
        texts, batch_size=64, normalize_embeddings=True, show_progress_bar=False
    )
    return np.asarray(vectors, dtype=np.float32)


@cache
def load_model(folder: str) -> Any:
    """The model, once a process; raises MissingExtra without the extra, ConfigError without the folder."""
    if not Path(folder).is_dir():
        raise ConfigError("a sentence encoder is needed", [f"{folder} is no folder"])
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError:
        raise MissingExtra("sentence-transformers", "semantic") from None
    return SentenceTransformer(folder, device="cpu", local_files_only=True)


@cache
def model_digest(folder: str) -> str:
    """16 hex digits over the names and contents of the model's files."""
    if not Path(folder).is_dir():
        raise ConfigError("a sentence encoder is needed", [f"{folder} is no folder"])
    digest = hashlib.sha256()
    for file in sorted(path for path in Path(folder).rglob("*") if path.is_file()):
        digest.update(f"{file.relative_to(folder).as_posix()}\x1f".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]
