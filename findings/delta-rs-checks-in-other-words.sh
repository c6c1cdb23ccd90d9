#!/usr/bin/env bash
# deltalake (delta-rs): a CHECK that Spark wrote into a table is evaluated by other rules, without a word.
#
# CHECK constraints are stored as text, and each writer reads the text by its own SQL. `xs[0]` is the first element in Spark
# and the one before the first in delta-rs, where `xs[0] IS NOT NULL` refuses every row and `xs[1] IS NOT NULL` takes the
# rows that Spark refuses. `concat_ws('', xs) <> ''` is true for an empty array.
# `cardinality(xs) > 0` means the same to both. Try each constraint with a row that breaks it, by every
# writer that the table will have.
#
# Seen on 2026-11-28 with Python 3.11.7:
#   deltalake 1.6.6
#   xs[0] IS NOT NULL        ['a'] refused   [] refused
#   xs[1] IS NOT NULL        ['a'] taken     [] refused
#   concat_ws('', xs) <> ''  ['a'] taken     [] taken
#   cardinality(xs) > 0      ['a'] taken     [] refused
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check deltalake==1.6.6 pyarrow==26.0.1
cd "$work"
venv/bin/python - <<'PY'
from importlib.metadata import version
from pathlib import Path

import pyarrow as pa
from deltalake import DeltaTable, write_deltalake

print("deltalake", version("deltalake"))
schema = pa.schema([("xs", pa.list_(pa.string()))])
seen = {}
for number, check in enumerate(
    ("xs[0] IS NOT NULL", "xs[1] IS NOT NULL", "concat_ws('', xs) <> ''", "cardinality(xs) > 0")
):
    place = (Path.cwd() / f"t{number}").as_uri()
    # As Spark's CREATE TABLE ... TBLPROPERTIES leaves it in the log.
    settings = {"delta.constraints.c": check, "delta.minReaderVersion": "1", "delta.minWriterVersion": "3"}
    DeltaTable.create(place, schema, configuration=settings, raise_if_key_not_exists=False)
    for row in (["a"], []):
        try:
            write_deltalake(place, pa.table({"xs": [row]}, schema=schema), mode="append")
            seen[check, len(row)] = "taken"
        except Exception:
            seen[check, len(row)] = "refused"
    print(f"{check:24} ['a'] {seen[check, 1]:9} [] {seen[check, 0]}")
assert seen["xs[0] IS NOT NULL", 1] == "refused"
assert seen["xs[1] IS NOT NULL", 1] == "taken"
assert seen["concat_ws('', xs) <> ''", 0] == "taken"
assert (seen["cardinality(xs) > 0", 1], seen["cardinality(xs) > 0", 0]) == ("taken", "refused")
PY
