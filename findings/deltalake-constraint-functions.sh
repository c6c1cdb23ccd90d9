#!/usr/bin/env bash
# deltalake: CHECK constraints that Spark writes with usual functions cannot be added by delta-rs, and stop its appends.
#
# `alter.add_constraint` refuses `size(a) > 0` (an unknown function to DataFusion) and `length(b) > 0` (an expression that
# it evaluates and cannot write back as text). Given as the table property `delta.constraints.NAME` both are taken at
# creation without a look, and a table with the first can then not be appended to at all. Comparisons, IN, IS NULL and
# arithmetic work. Keep checks of tables that both engines write to those.
#
# Seen on 2026-11-28 with Python 3.11.7:
#   deltalake 1.6.6
#   add size(a) > 0: DeltaError
#   add length(b) > 0: DeltaError
#   add c >= 0: added
#   append to a table with size(a) > 0 as a property: DeltaError
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check deltalake==1.6.6 pyarrow==26.0.1
cd "$work"
venv/bin/python - <<'PY'
from importlib.metadata import version

import pyarrow as pa
from deltalake import DeltaTable, write_deltalake

print("deltalake", version("deltalake"))
schema = pa.schema([("a", pa.list_(pa.string())), ("b", pa.string()), ("c", pa.int64())])
rows = pa.table({"a": [["x"]], "b": ["y"], "c": [1]}, schema=schema)


def outcome(call):
    try:
        call()
        return "added"
    except Exception as error:
        return type(error).__name__


told = {}
for number, check in enumerate(("size(a) > 0", "length(b) > 0", "c >= 0")):
    table = DeltaTable.create(f"t{number}", schema)
    told[check] = outcome(lambda table=table, check=check: table.alter.add_constraint({"valid": check}))
    print(f"add {check}: {told[check]}")
properties = {"delta.constraints.valid": "size(a) > 0", "delta.minWriterVersion": "3", "delta.minReaderVersion": "1"}
DeltaTable.create("p", schema, configuration=properties, raise_if_key_not_exists=False)
append = outcome(lambda: write_deltalake("p", rows, mode="append"))
print("append to a table with size(a) > 0 as a property:", append)
assert told["c >= 0"] == "added" and "added" not in (told["size(a) > 0"], told["length(b) > 0"], append)
PY
