#!/usr/bin/env bash
# Sail (pysail): Delta's idempotent writes are accepted and ignored, so that a retry appends everything again.
#
# With Spark, an append with the options txnAppId and txnVersion is done once: a second one of the same version is passed
# over. Sail takes the same options for the same Delta table, says nothing, appends again, and leaves no transaction in the log. Check
# `DeltaTable.transaction_version` before a retry, or write by an engine that keeps it (delta-rs: CommitProperties).
#
# Seen on 2026-11-28 with Python 3.11.7 (pyspark-client 4.1.2):
#   pysail 0.7.2, deltalake 1.6.6
#   rows after the same transaction twice: 10
#   transaction in the log: None
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check pysail==0.7.2 pyspark-client==4.1.2 deltalake==1.6.6 "pandas<3" \
  pyarrow==26.0.1
cd "$work"
RUST_LOG=off venv/bin/python - <<'PY'
from importlib.metadata import version
from pathlib import Path

from deltalake import DeltaTable
from pysail.spark import SparkConnectServer

print(f"pysail {version('pysail')}, deltalake {version('deltalake')}")
server = SparkConnectServer()
server.start(background=True)
from pyspark.sql import SparkSession

spark = SparkSession.builder.remote(f"sc://127.0.0.1:{server.listening_address[1]}").getOrCreate()
place = str(Path.cwd() / "t")
for _ in range(2):
    writer = spark.range(5).write.format("delta").mode("append")
    writer.option("txnAppId", "nightly").option("txnVersion", "1").save(place)
rows = spark.read.format("delta").load(place).count()
print("rows after the same transaction twice:", rows)
last = DeltaTable(Path(place).as_uri()).transaction_version("nightly")
print("transaction in the log:", last)
assert rows == 10 and last is None
PY
