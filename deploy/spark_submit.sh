#!/usr/bin/env bash
# Runs a smelt command on a Spark cluster:  deploy/spark_submit.sh run --conf my.yaml
#
#   MASTER        where to run (local[*], spark://host:7077, yarn, k8s://...); local[*] by default
#   SMELT_ZIP     the wheel under the name .zip, as `make wheel` leaves it in dist/ (executors cannot import a .whl)
#   SPARK_SUBMIT  spark-submit to use; the one of the active environment or on the PATH by default
#   PYTHON        Python of the driver, with smelt's dependencies; python3 by default
#   ARCHIVE       packed environment with smelt's dependencies (conda-pack, venv-pack), where the executors'
#                 Python has none; it is unpacked as ./environment on every executor
#   DELTA_JARS    Delta's jars, with commas, for machines without network; otherwise resolved from Maven
#   SUBMIT_ARGS   more arguments for spark-submit (--executor-memory 8g --queue night)
#
# tests/cluster runs it on a standalone cluster, with a packed environment, and holds the release against local mode's;
# on YARN and Kubernetes it has not been tried.
# The configuration is read by the driver and travels with the tasks, reader plugins included. Settings and versions
# stand in lib/smelt/spark/cluster.py.
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
PYTHON=$(command -v "${PYTHON:-python3}")

line=$("$SPARK_SUBMIT" --version 2>&1 | grep -oE 'version [0-9]+\.[0-9]+' | head -n 1 || true)
driver=$PYTHON
case " ${SUBMIT_ARGS:-} " in  # there the driver runs on a machine of the cluster, beside the unpacked environment
  *"deploy-mode cluster"* | *"deploy-mode=cluster"*) driver= ;;
  *) export PYSPARK_DRIVER_PYTHON=${PYSPARK_DRIVER_PYTHON:-$PYTHON} ;;
esac
settings=$(ARCHIVE=${ARCHIVE:-} DELTA_JARS=${DELTA_JARS:-} DRIVER_PYTHON=$driver PYTHONPATH=$SMELT_ZIP \
  "$PYTHON" -m smelt.spark.cluster "${line#version }")
mapfile -t arguments <<<"$settings"

# shellcheck disable=SC2086  # SUBMIT_ARGS is meant to be split
exec "$SPARK_SUBMIT" --master "${MASTER:-local[*]}" --name smelt --py-files "$SMELT_ZIP" "${arguments[@]}" \
  ${SUBMIT_ARGS:-} "$here/main.py" "$@"
