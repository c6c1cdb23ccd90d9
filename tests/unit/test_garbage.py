from __future__ import annotations

import subprocess
import sys

from smelt.garbage import MIDDLE, OLD, YOUNG

SHOWS_THRESHOLDS = "import gc, {module}; print(*gc.get_threshold())"


def thresholds(module):
    command = [sys.executable, "-c", SHOWS_THRESHOLDS.format(module=module)]
    return tuple(map(int, subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()))


def test_the_command_line_collects_rarely():
    assert thresholds("smelt.cli.app") == (YOUNG, MIDDLE, OLD)


def test_a_library_leaves_its_users_collector_as_it_is():
    assert thresholds("smelt.pii.scrubber") == thresholds("gc")
