"""Options of the JVM of a local session that use, or write, the archive of its classes."""

from __future__ import annotations

import os
import sys
from pathlib import Path

NAME = "smelt-classes.jsa"
DUMPED = "SMELT_DUMP_CLASSES"
"""Environment variable of the session that writes the archive: the file to write."""


def archive_options() -> tuple[str, ...]:
    """Options for the JVM of a local session: to use the archive of this environment, if there is one."""
    dumped = os.environ.get(DUMPED)
    if dumped:
        return (f"-XX:ArchiveClassesAtExit={dumped}", "-Xlog:disable")
    archive = Path(sys.prefix) / NAME
    return (f"-XX:SharedArchiveFile={archive}", "-Xlog:disable") if archive.is_file() else ()
