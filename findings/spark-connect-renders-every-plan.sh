#!/usr/bin/env bash
# pyspark 3.5's Spark Connect client: every request first renders its whole plan as text, for a log that is off.
#
# `collect`, `toPandas`, `schema`, and with it `df.columns`, call the protobuf text formatter on the plan before they send it,
# whether or not anything is logged. A plan holds what it was made of: rows of a local frame and the pickled closure of a
# function, whose bytes are escaped one by one in Python. With a function that holds 4 MB, `df.columns` takes seconds,
# each time; a loop over names that asks `if name in df.columns` asks each time. Keep `df.columns` in a variable, and large things out of
# closures. The client of pyspark 4 does not do it.
#
# Seen on 2026-11-28 with Python 3.11.7 (the engine behind Spark Connect is Sail; the client is Spark's own):
#   pyspark 3.5.9, pysail 0.7.2
#   logging of the client is on: False
#   df.columns rendered 8 MB of text or more: True
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check pyspark==3.5.9 pysail==0.7.2 "pandas<3" pyarrow==26.0.1 \
  "numpy<2.3" grpcio==1.85.3 grpcio-status==1.85.3 googleapis-common-protos==1.76.0 setuptools==80.9.0
cd "$work"
RUST_LOG=off venv/bin/python - <<'PY'
import logging
import os
from importlib.metadata import version

from google.protobuf import text_format
from pysail.spark import SparkConnectServer

print(f"pyspark {version('pyspark')}, pysail {version('pysail')}")
rendered = []
whole = text_format.MessageToString


def counting(message, *arguments, **named):
    text = whole(message, *arguments, **named)
    rendered.append(len(text))
    return text


text_format.MessageToString = counting
server = SparkConnectServer()
server.start(background=True)
from pyspark.sql import SparkSession

spark = SparkSession.builder.remote(f"sc://127.0.0.1:{server.listening_address[1]}").getOrCreate()
import pyspark.sql.connect.client.core as core

core.text_format.MessageToString = counting
held = os.urandom(4_000_000)


def function(batches):
    assert held
    yield from batches


print("logging of the client is on:", logging.getLogger("pyspark.sql.connect.client.core").isEnabledFor(logging.INFO))
frame = spark.range(3).mapInArrow(function, "id bigint")
rendered.clear()
assert frame.columns == ["id"]
print("df.columns rendered 8 MB of text or more:", sum(rendered) >= 8_000_000)
assert sum(rendered) >= 8_000_000, rendered
PY
