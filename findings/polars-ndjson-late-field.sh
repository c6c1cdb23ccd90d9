#!/usr/bin/env bash
# Polars: a field of JSON lines that appears first after the 100th record is left out, without an error or a warning.
#
# The schema is inferred from the first 100 lines; a later value of another type is an error, but a later field just
# goes. Ratings, reopen reasons or spam flags, which few records carry, vanish this way: by luck of the order. pyarrow
# keeps such a field, DuckDB (which looks at 20,480 records) stops with an error. `infer_schema_length=None` reads all
# lines first, as does a `schema`.
#
# Seen on 2026-11-28 with Python 3.11.7:
#   polars 2.1.0 pyarrow 26.0.1 duckdb 2.0.1
#   polars read_ndjson, scan_ndjson: ['id'] ['id']
#   polars, infer_schema_length=None: ['id', 'rating']
#   pyarrow: ['id', 'rating']
#   duckdb: InvalidInputException
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check polars==2.1.0 pyarrow==26.0.1 duckdb==2.0.1
cd "$work"
venv/bin/python - <<'PY'
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.json as pj

print("polars", pl.__version__, "pyarrow", pa.__version__, "duckdb", duckdb.__version__)
Path("late.jsonl").write_text("".join(f'{{"id": {n}}}\n' for n in range(30_000)) + '{"id": 30000, "rating": "bad"}\n')
eager = pl.read_ndjson("late.jsonl").columns
lazy = pl.scan_ndjson("late.jsonl").collect().columns
whole = pl.read_ndjson("late.jsonl", infer_schema_length=None).columns
print("polars read_ndjson, scan_ndjson:", eager, lazy)
print("polars, infer_schema_length=None:", whole)
print("pyarrow:", pj.read_json("late.jsonl").column_names)
try:
    duckdb.sql("SELECT * FROM read_json('late.jsonl')").fetchall()
    said = "no error"
except duckdb.Error as error:
    said = type(error).__name__
print("duckdb:", said)
assert eager == lazy == ["id"] and whole == ["id", "rating"]
assert pj.read_json("late.jsonl").column_names == ["id", "rating"] and said != "no error"
PY
