#!/usr/bin/env bash
# Runs a command beside a Spark standalone cluster on this machine, a master and two workers on loopback, and stops
# them by their process ids afterwards:  deploy/local_cluster.sh deploy/spark_submit.sh run --conf my.yaml
#
#   FOLDER          where the workers' folders and the logs are; a temporary folder by default
#   WORKER_MEMORY   1g by default           WORKER_CORES  1 by default
#   SPARK_CLASS     spark-class to use; the one of the active environment or on the PATH by default
#
# tests/cluster runs the whole of smelt through it: pip's pyspark has all that it needs.
set -euo pipefail

SPARK_CLASS=${SPARK_CLASS:-$(command -v spark-class || true)}
if [ -z "$SPARK_CLASS" ]; then
  echo "spark-class is not on the PATH; set SPARK_CLASS" >&2
  exit 2
fi
folder=${FOLDER:-$(mktemp -d)}
mkdir -p "$folder"
export SPARK_DAEMON_MEMORY=${SPARK_DAEMON_MEMORY:-256m} SPARK_LOCAL_IP=127.0.0.1
pids=()

stop() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
}
trap stop EXIT
trap 'exit 130' INT TERM

wait_for() { # wait_for PATTERN TIMES: until the master's log has so many lines with it
  for _ in $(seq 600); do
    if [ "$(grep -cE "$1" "$folder/master.log" || true)" -ge "$2" ]; then return; fi
    if ! kill -0 "${pids[0]}" 2>/dev/null; then break; fi
    sleep 0.2
  done
  echo "the cluster did not start: see $folder" >&2
  exit 1
}

"$SPARK_CLASS" org.apache.spark.deploy.master.Master --host 127.0.0.1 --port 0 --webui-port 0 \
  >"$folder/master.log" 2>&1 &
pids+=($!)
wait_for 'Starting Spark master at' 1
MASTER=$(grep -oE 'spark://127\.0\.0\.1:[0-9]+' "$folder/master.log" | head -n 1)
for worker in 1 2; do
  "$SPARK_CLASS" org.apache.spark.deploy.worker.Worker --host 127.0.0.1 --webui-port 0 \
    --cores "${WORKER_CORES:-1}" --memory "${WORKER_MEMORY:-1g}" --work-dir "$folder/worker$worker" "$MASTER" \
    >"$folder/worker$worker.log" 2>&1 &
  pids+=($!)
done
wait_for 'Registering worker' 2

export MASTER
export SUBMIT_ARGS="--conf spark.driver.host=127.0.0.1 --conf spark.driver.bindAddress=127.0.0.1 ${SUBMIT_ARGS:-}"
"$@"
