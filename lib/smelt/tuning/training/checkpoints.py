"""Checkpoints with the run that they belong to, and a seal that they are complete."""

from __future__ import annotations

import errno
import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from smelt.tuning.errors import CheckpointMismatch, TuningError

SEAL = "smelt.json"
"""File written last: a checkpoint without it, or with files of other sizes, is incomplete (kill or full disk)."""

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_SAYS_FULL = re.compile(
    r"os error (?:28|122|27)\b|No space left|Disk quota|File too large|unexpected pos|failed writing|write failed"
)
"""Messages for a full disk of torch (C++), safetensors (Rust) and Arrow, whose errors have no errno."""


@contextmanager
def on_disk(what: str) -> Iterator[None]:
    """Raise TuningError if the disk becomes full while ``what`` is written, whatever the library raises."""
    try:
        yield
    except TuningError:
        raise
    except Exception as error:  # torch raises RuntimeError, safetensors its own exception
        if getattr(error, "errno", None) not in _FULL and not _SAYS_FULL.search(str(error)):
            raise
        raise TuningError(
            f"{what} cannot be written ({type(error).__name__}: disk full?); make room and run the same command:"
            " it goes on from the last whole checkpoint"
        ) from None


@dataclass(frozen=True)
class Binding:
    """The inputs of a run; checkpoints can be used only with the same ones."""

    release: str
    fingerprint: str
    base: str
    template: str
    configuration: str

    def differences(self, other: Binding) -> list[str]:
        """The differing fields in words."""
        words = {
            "fingerprint": "another release",
            "base": "another base model",
            "template": "another template",
            "configuration": "other settings",
        }
        return [text for name, text in words.items() if getattr(self, name) != getattr(other, name)]


def write_binding(folder: Path, binding: Binding) -> None:
    """Write the binding of the run in ``folder``; raises CheckpointMismatch if it has another one."""
    file = folder / "binding.json"
    if file.is_file():
        differences = binding.differences(Binding(**json.loads(file.read_text("utf-8"))))
        if differences:
            raise CheckpointMismatch(
                f"{folder} holds a run that cannot be resumed with this", [*differences, "name another --run"]
            )
        return
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(".part")
    unfinished.write_text(json.dumps(asdict(binding), indent=1), "utf-8")
    unfinished.replace(file)


def seal(folder: Path, binding: Binding) -> None:
    """Mark the checkpoint in ``folder`` as complete."""
    sizes = {str(file.relative_to(folder)): file.stat().st_size for file in _files(folder)}
    unfinished = folder / f"{SEAL}.part"
    unfinished.write_text(json.dumps({"binding": asdict(binding), "files": sizes}), "utf-8")
    unfinished.replace(folder / SEAL)


def last_whole(folder: Path, binding: Binding) -> Path | None:
    """The newest complete checkpoint below ``folder``; incomplete ones are removed.

    Raises CheckpointMismatch for a checkpoint with another binding.
    """
    found = sorted(
        folder.glob("checkpoint-*"), key=lambda each: int(each.name.rpartition("-")[2]), reverse=True
    )
    for each in found:
        if not _is_whole(each):
            shutil.rmtree(each)
            continue
        bound = Binding(**json.loads((each / SEAL).read_text("utf-8"))["binding"])
        differences = binding.differences(bound)
        if differences:
            raise CheckpointMismatch(f"{each} cannot be resumed", differences)
        return each
    return None


def _is_whole(folder: Path) -> bool:
    try:
        sizes = json.loads((folder / SEAL).read_text("utf-8"))["files"]
    except (OSError, ValueError, KeyError):
        return False
    return all(
        (folder / name).is_file() and (folder / name).stat().st_size == size for name, size in sizes.items()
    )


def _files(folder: Path) -> list[Path]:
    return [file for file in sorted(folder.rglob("*")) if file.is_file() and not file.name.startswith(SEAL)]
