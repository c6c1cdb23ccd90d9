#!/usr/bin/env bash
# orjson, pyarrow and DuckDB: a whole number of 20 digits in JSON becomes a float, and neighbouring numbers become
# equal.
#
# Beyond 64 bits orjson (which otherwise stands in for the json module), pyarrow.json and DuckDB's read_json turn to
# doubles without a word; the json module and Polars keep every digit. Parcel, card and order numbers that a vendor
# writes as JSON numbers then share a key, and "the newest record of a key" keeps one of many. Read such files with json
# or Polars, or name the type (DuckDB: columns = {id: 'VARCHAR'}); pyarrow refuses a number where its schema says
# string.
#
# Seen on 2026-11-28 with Python 3.11.7:
#   orjson 3.13.0 pyarrow 26.0.1 duckdb 2.0.1 polars 2.1.0
#   json     [34012345678901234567, 34012345678901234568] two keys
#   polars   [34012345678901234567, 34012345678901234568] two keys
#   orjson   [3.4012345678901236e+19, 3.4012345678901236e+19] ONE key
#   pyarrow  [3.4012345678901236e+19, 3.4012345678901236e+19] ONE key
#   duckdb   [3.4012345678901236e+19, 3.4012345678901236e+19] ONE key
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check orjson==3.13.0 polars==2.1.0 pyarrow==26.0.1 duckdb==2.0.1
cd "$work"
venv/bin/python - <<'PY'
import json
from pathlib import Path

import duckdb
import orjson
import polars as pl
import pyarrow as pa
import pyarrow.json as pj

print("orjson", orjson.__version__, "pyarrow", pa.__version__, "duckdb", duckdb.__version__, "polars", pl.__version__)
lines = ['{"id": 34012345678901234567}', '{"id": 34012345678901234568}']
Path("orders.jsonl").write_text("\n".join(lines) + "\n")
seen = {
    "json": [json.loads(line)["id"] for line in lines],
    "polars": pl.read_ndjson("orders.jsonl")["id"].to_list(),
    "orjson": [orjson.loads(line)["id"] for line in lines],
    "pyarrow": pj.read_json("orders.jsonl")["id"].to_pylist(),
    "duckdb": [row[0] for row in duckdb.sql("SELECT id FROM read_json('orders.jsonl')").fetchall()],
}
for name, values in seen.items():
    print(f"{name:8}", values, "two keys" if len(set(values)) == 2 else "ONE key")
assert all(len(set(seen[name])) == 2 for name in ("json", "polars"))
assert all(len(set(seen[name])) == 1 and isinstance(seen[name][0], float) for name in ("orjson", "pyarrow", "duckdb"))
PY
