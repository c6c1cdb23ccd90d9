"""JVM options by which a local session uses, or writes, the class archive."""

from __future__ import annotations

import os
import sys
from pathlib import Path

NAME = "smelt-classes.jsa"
DUMPED = "SMELT_DUMP_CLASSES"
"""Environment variable: path of the archive that the session is to write."""


def archive_options() -> tuple[str, ...]:
    """Options to write the archive named by DUMPED, else to use this environment's archive if it exists, else none."""
    dumped = os.environ.get(DUMPED)
    if dumped:
        return (f"-XX:ArchiveClassesAtExit={dumped}", "-Xlog:disable")
    archive = Path(sys.prefix) / NAME
    return (f"-XX:SharedArchiveFile={archive}", "-Xlog:disable") if archive.is_file() else ()
