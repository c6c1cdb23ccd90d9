"""Keeps files private to this account: permissions, and a folder for what engines spill to disk.

Shuffles, broadcasts and checkpoints hold the texts of records before and after scrubbing. Spark writes them below the
machine's temporary folder, where a killed process leaves them behind. The same goes for pickled functions that are
passed to worker processes (:mod:`smelt.tables.workers`), which hold the pseudonymisation key.
"""

from __future__ import annotations

import atexit
import os
import re
import shutil
import stat
import tempfile
from pathlib import Path

from smelt.tables.lease.process import Pid, is_gone, machine, pid

UMASK = "SMELT_UMASK"
"""Environment variable: the umask, in octal digits; 027 lets the account's group read new files. Default: 077."""
_OWN = re.compile(r"(\d+)-(\d+)-([0-9a-f]+)")


def keep_private() -> None:
    """Set this process's umask so that other accounts cannot read what it or its children write; for command lines."""
    wanted = os.environ.get(UMASK, "")
    os.umask(int(wanted, 8) if re.fullmatch(r"[0-7]{1,4}", wanted) else 0o077)


def local_folder() -> str:
    """A temporary folder of this process that only this account can enter; removed when the process ends.

    Folders left by processes of this machine that are gone are removed first.
    """
    base = _base()
    _sweep(base)
    this = pid(os.getpid())
    folder = base / f"{this.number}-{this.started}-{machine()[:12]}"
    folder.mkdir(mode=0o700, exist_ok=True)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return str(folder)


def _base() -> Path:
    base = Path(tempfile.gettempdir()) / f"smelt-{os.getuid() if hasattr(os, 'getuid') else 'local'}"
    try:
        base.mkdir(mode=0o700, exist_ok=True)
        found = base.lstat()
        is_own = not hasattr(os, "getuid") or found.st_uid == os.getuid()
        if stat.S_ISDIR(found.st_mode) and is_own:
            base.chmod(0o700)
            return base
    except OSError:
        pass
    return Path(tempfile.mkdtemp(prefix="smelt-"))  # another account owns the usual name


def _sweep(base: Path) -> None:
    for folder in base.iterdir():
        name = _OWN.fullmatch(folder.name)
        if name and name[3] == machine()[:12] and is_gone(Pid(int(name[1]), int(name[2]))):
            shutil.rmtree(folder, ignore_errors=True)
