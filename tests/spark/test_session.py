"""What a session's JVM prints."""

from __future__ import annotations

import subprocess
import sys

PRINTS = """
from smelt.spark.config import SparkConfig
from smelt.spark.session import get_session

session = get_session(SparkConfig(master="local[1]", driver_memory="1g"))
session.sql("CREATE TABLE delta.`{table}` (x int) USING delta")
session.sql("VACUUM delta.`{table}`").collect()
print('{{"vacuumed": true}}')
session.stop()
"""


def test_standard_output_is_the_commands_own(tmp_path):
    script = PRINTS.format(table=tmp_path / "table")
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == '{"vacuumed": true}\n'
    assert "Deleted 0 files" in done.stderr
