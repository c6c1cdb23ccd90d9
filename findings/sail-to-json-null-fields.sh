#!/usr/bin/env bash
# Sail (pysail): to_json leaves null fields out even with ignoreNullFields=false.
#
# Spark's to_json drops null fields of a struct unless the option ignoreNullFields is false; then every field is there, so that a
# reader may ask for it by name. Sail takes the option, says nothing, and drops them all the same: rows differ in their keys. Fill what is
# missing when you read the lines, or wrap each column in coalesce.
#
# Seen on 2026-11-29 with Python 3.11.7 (pyspark-client 4.1.2):
#   pysail 0.7.2
#   {"a":1}
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check pysail==0.7.2 pyspark-client==4.1.2 "pandas<3" pyarrow==26.0.1
cd "$work"
RUST_LOG=off venv/bin/python - <<'PY'
from importlib.metadata import version

from pysail.spark import SparkConnectServer

print(f"pysail {version('pysail')}")
server = SparkConnectServer()
server.start(background=True)
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

spark = SparkSession.builder.remote(f"sc://127.0.0.1:{server.listening_address[1]}").getOrCreate()
rows = spark.sql("SELECT 1 AS a, CAST(NULL AS STRING) AS b")
line = rows.select(F.to_json(F.struct("a", "b"), {"ignoreNullFields": "false"}).alias("line")).first()["line"]
print(line)
assert line == '{"a":1}'  # Spark: {"a":1,"b":null}
PY
