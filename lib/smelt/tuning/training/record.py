"""The record of a run: a JSON file with its data, settings, machine, speed and results."""

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
    """Versions of smelt and of the libraries that affect results."""
    found = {"python": platform.python_version(), "smelt": __version__}
    for name in LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def write_json(file: Path, values: dict[str, Any]) -> None:
    """Write ``values`` to ``file`` atomically; NaN and infinite numbers become null."""
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(f".{file.name}.{os.getpid()}.part")
    unfinished.write_text(json.dumps(_plain(values), indent=1, ensure_ascii=False, allow_nan=False), "utf-8")
    unfinished.replace(file)


def read_json(file: Path) -> dict[str, Any]:
    """Read the JSON object in ``file``."""
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
