#!/usr/bin/env bash
# Runs a smelt command on a Spark cluster:  deploy/spark_submit.sh run --conf my.yaml
#
#   MASTER        where to run (local[*], spark://host:7077, yarn, k8s://...); local[*] by default
#   SMELT_ZIP     the wheel under the name .zip, as `make wheel` leaves it in dist/ (executors cannot import a .whl)
#   SPARK_SUBMIT  spark-submit to use; the one of the active environment or on the PATH by default
#   ARCHIVE       packed environment with smelt's dependencies (conda-pack, venv-pack), where the cluster's
#                 Python has none; it is unpacked as ./environment on every executor
#   DELTA_JARS    Delta's jars, with commas, for machines without network; otherwise resolved from Maven
#   SUBMIT_ARGS   more arguments for spark-submit (--executor-memory 8g --queue night)
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
SMELT_ZIP=${SMELT_ZIP:-$(ls -t "$here"/../dist/smelt-*.zip 2>/dev/null | head -n 1 || true)}
if [ -z "$SMELT_ZIP" ]; then
  echo "no dist/smelt-*.zip: run 'make wheel' or set SMELT_ZIP" >&2
  exit 2
fi
SPARK_SUBMIT=${SPARK_SUBMIT:-$(command -v spark-submit || true)}
if [ -z "$SPARK_SUBMIT" ]; then
  echo "spark-submit is not on the PATH; set SPARK_SUBMIT" >&2
  exit 2
fi

case $("$SPARK_SUBMIT" --version 2>&1 | grep -oE 'version [0-9]+\.[0-9]+' | head -n 1) in
  "version 3.5") package=io.delta:delta-spark_2.12:3.3.3 ;;
  "version 4.1") package=io.delta:delta-spark_4.1_2.13:4.4.0 ;;
  *) echo "smelt was tried with Spark 3.5 and 4.1; this is another" >&2; exit 2 ;;
esac

arguments=(
  --master "${MASTER:-local[*]}"
  --name smelt
  --py-files "$SMELT_ZIP"
  --conf spark.sql.extensions=io.delta.sql.DeltaSparkSessionExtension
  --conf spark.sql.catalog.spark_catalog=org.apache.spark.sql.delta.catalog.DeltaCatalog
  --conf spark.sql.session.timeZone=UTC
  --conf spark.sql.execution.arrow.pyspark.enabled=true
  --conf spark.sql.execution.pythonUDF.arrow.enabled=true
  --conf spark.sql.execution.arrow.maxRecordsPerBatch=2000
  --conf spark.databricks.delta.snapshotPartitions=4
  --conf spark.log.level=ERROR
)
if [ -n "${DELTA_JARS:-}" ]; then arguments+=(--jars "$DELTA_JARS"); else arguments+=(--packages "$package"); fi
if [ -n "${ARCHIVE:-}" ]; then
  arguments+=(--archives "$ARCHIVE#environment" --conf spark.pyspark.python=./environment/bin/python)
fi

# shellcheck disable=SC2086  # SUBMIT_ARGS is meant to be split
exec "$SPARK_SUBMIT" "${arguments[@]}" ${SUBMIT_ARGS:-} "$here/main.py" "$@"
