"""The record of a run: one JSON file that says what was trained on what, where, how fast, and what came out."""

from __future__ import annotations

import json
import math
import os
import platform
from importlib import metadata
from pathlib import Path
from typing import Any

from smelt import __version__

LIBRARIES = (
    "torch",
    "transformers",
    "trl",
    "peft",
    "accelerate",
    "datasets",
    "tokenizers",
    "deltalake",
    "sacrebleu",
)
RECORD = "run.json"


def versions() -> dict[str, str]:
    """Versions of everything that decides on a result."""
    found = {"python": platform.python_version(), "smelt": __version__}
    for name in LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def write_json(file: Path, values: dict[str, Any]) -> None:
    """Write ``values`` to ``file`` at once; numbers that JSON has no word for become null."""
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(f".{file.name}.{os.getpid()}.part")
    unfinished.write_text(json.dumps(_plain(values), indent=1, ensure_ascii=False, allow_nan=False), "utf-8")
    unfinished.replace(file)


def read_json(file: Path) -> dict[str, Any]:
    """The values in ``file``."""
    found: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value
