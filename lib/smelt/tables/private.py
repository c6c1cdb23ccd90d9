"""Nobody else's eyes: files for this account alone, and a folder of its own for what is spilled and handed over.

Shuffles, broadcasts and checkpoints hold the texts of records before and after scrubbing. Spark puts them below the
machine's folder for temporary files, where a process that is killed leaves them. So stay functions that are handed to
other processes (:mod:`smelt.tables.workers`), which know the key.
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
"""Environment variable: permissions that new files lack, in octal digits; 027 lets the account's group read them."""
_OWN = re.compile(r"(\d+)-(\d+)-([0-9a-f]+)")


def keep_private() -> None:
    """Take from what this process writes, and what it starts, the permissions of others; for command lines."""
    wanted = os.environ.get(UMASK, "")
    os.umask(int(wanted, 8) if re.fullmatch(r"[0-7]{1,4}", wanted) else 0o077)


def local_folder() -> str:
    """A folder that only this account can enter, for this process alone; it goes when the process ends.

    Folders of processes of this machine that are gone are removed first.
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
    return Path(tempfile.mkdtemp(prefix="smelt-"))  # somebody else has the name


def _sweep(base: Path) -> None:
    for folder in base.iterdir():
        name = _OWN.fullmatch(folder.name)
        if name and name[3] == machine()[:12] and is_gone(Pid(int(name[1]), int(name[2]))):
            shutil.rmtree(folder, ignore_errors=True)
