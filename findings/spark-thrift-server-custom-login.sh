#!/usr/bin/env bash
# Spark's Thrift Server reads the class that checks passwords from another place than the setting that asks for one.
#
# `hive.server2.authentication=CUSTOM` among Spark's settings (`spark.hadoop.hive.server2...`) is obeyed: nobody gets in without the
# class. The class itself, `hive.server2.custom.authentication.class` right beside it, is not seen: the server makes a Hive
# configuration of its own, which knows hive-site.xml and properties of Java alone, finds the default, an interface, and every log-in
# fails with "NoSuchMethodException: ...PasswdAuthenticationProvider.<init>()", whatever the class is. As a property of Java
# (`--driver-java-options -Dhive.server2.custom.authentication.class=...`) or in hive-site.xml it is looked for. The class of this
# script does not exist, so that nobody is let in either way; what counts is what the server looks for.
#
# Seen on 2026-11-29 with Python 3.11.7 and Java 17:
#   pyspark 3.5.9
#   class example.MyPasswords among Spark's settings: the server looks for PasswdAuthenticationProvider
#   class example.MyPasswords as a property of Java:  the server looks for MyPasswords
set -euo pipefail
work=$(mktemp -d)
server=
stop() {
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
    server=
  fi
}
trap 'stop; rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check pyspark==3.5.9
cd "$work"
spark=$(venv/bin/python -c 'import os, pyspark; print(os.path.dirname(pyspark.__file__))')
venv/bin/python -c 'import pyspark; print("pyspark", pyspark.__version__)'
export SPARK_LOCAL_IP=127.0.0.1
unset SPARK_HOME SPARK_CONF_DIR
port=$(venv/bin/python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')

start() { # start OPTIONS...: a server that asks for names and passwords, and leaves the question to the class
  rm -rf metastore_db
  "$spark/bin/spark-submit" --master 'local[1]' --driver-memory 700m --conf spark.ui.enabled=false \
    --conf spark.hadoop.hive.server2.thrift.bind.host=127.0.0.1 --conf "spark.hadoop.hive.server2.thrift.port=$port" \
    --conf spark.hadoop.hive.server2.authentication=CUSTOM "$@" \
    --class org.apache.spark.sql.hive.thriftserver.HiveThriftServer2 spark-internal >server.log 2>&1 &
  server=$!
  for _ in $(seq 600); do
    if grep -q 'ThriftBinaryCLIService on port' server.log; then return; fi
    kill -0 "$server" 2>/dev/null || break
    sleep 0.5
  done
  tail -n 20 server.log >&2
  exit 1
}
looked_for() { # prints which class the server asked Java for, when somebody logs in
  java -cp "$spark/jars/*" org.apache.hive.beeline.BeeLine -u "jdbc:hive2://127.0.0.1:$port" -n anna -p secret \
    -e "SELECT 1" >beeline.log 2>&1 || true
  sed -nE 's/.*Caused by: .*(NoSuchMethodException: |ClassNotFoundException: Class )([a-z]+\.)+([A-Za-z]+).*/\3/p' server.log |
    head -n 1
}
if ! command -v java >/dev/null; then PATH="${JAVA_HOME:?a Java 17}/bin:$PATH"; fi

start --conf spark.hadoop.hive.server2.custom.authentication.class=example.MyPasswords
among_settings=$(looked_for)
stop
start --driver-java-options -Dhive.server2.custom.authentication.class=example.MyPasswords
as_property=$(looked_for)
stop
echo "class example.MyPasswords among Spark's settings: the server looks for $among_settings"
echo "class example.MyPasswords as a property of Java:  the server looks for $as_property"
[ "$among_settings" = PasswdAuthenticationProvider ] && [ "$as_property" = MyPasswords ]
