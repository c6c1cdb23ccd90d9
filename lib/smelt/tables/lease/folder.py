"""Claims as files of a folder, on this machine's disk or on a shared one.

A claim is written to a temporary file and then hard-linked to its name, which fails where the name is taken: link(2) is
atomic, on NFS too, and nobody reads half a file. File systems without hard links use O_EXCL instead.
"""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path

from smelt.tables.lease.claims import Claim

KEPT = 30
"""How many older claims are kept: a process with an outdated listing then finds the number that it tries taken."""

_TRIES = 20


class FolderClaims:
    """The claims in one folder, which is created with the first claim."""

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder)

    def newest(self) -> Claim | None:
        """The file with the highest number."""
        numbers: list[int] = []
        for _ in range(_TRIES):
            numbers = self._numbers()
            if not numbers:
                return None
            try:
                return Claim.from_json(self._file(max(numbers)).read_text("utf-8"))
            except (
                FileNotFoundError,
                ValueError,
            ):  # removed after newer ones came, or just created by O_EXCL and not yet written
                time.sleep(0.05)
        return Claim.unreadable(max(numbers))

    def put(self, claim: Claim) -> bool:
        """Write the file of the claim's number unless it is there. Raises OSError where nothing can be written."""
        self._folder.mkdir(parents=True, exist_ok=True)
        if not self._create(claim):
            return False
        numbers = self._numbers()
        if (
            max(numbers) != claim.number
        ):  # the listing was outdated: newer claims exist, and this number had been tidied away
            self._file(claim.number).unlink(missing_ok=True)
            return False
        self._tidy(numbers, claim)
        return True

    def _create(self, claim: Claim) -> bool:
        target, text = self._file(claim.number), claim.to_json().encode()
        temporary = self._folder / f".{claim.token}"
        try:
            for _ in range(_TRIES):
                temporary.write_bytes(text)
                try:
                    os.link(temporary, target)
                    return True
                except FileExistsError:
                    return False
                except FileNotFoundError:  # another owner has just tidied up
                    continue
                except OSError:  # this file system has no hard links
                    return _create_exclusively(target, text)
            return False
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)

    def _tidy(self, numbers: list[int], claim: Claim) -> None:
        """Remove old claims and temporary files of killed processes; others may remove them at the same time."""
        with contextlib.suppress(OSError):
            for number in numbers:
                if number <= claim.number - KEPT:
                    self._file(number).unlink(missing_ok=True)
            for name in os.listdir(self._folder):
                if name.startswith(".") and name != f".{claim.token}":
                    (self._folder / name).unlink(missing_ok=True)

    def _numbers(self) -> list[int]:
        try:
            names = os.listdir(self._folder)
        except FileNotFoundError:
            return []
        return [int(name[:-5]) for name in names if name.endswith(".json") and name[:-5].isdigit()]

    def _file(self, number: int) -> Path:
        return self._folder / f"{number:020}.json"


def _create_exclusively(target: Path, text: bytes) -> bool:
    try:
        descriptor = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666)
    except FileExistsError:
        return False
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(text)
    except OSError:
        target.unlink(missing_ok=True)
        raise
    return True
