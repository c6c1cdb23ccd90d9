#!/usr/bin/env bash
# DuckDB: where a JSON field is a number in some records and a text in others, the texts come back inside quotation
# marks.
#
# The column gets the type JSON, whose text form is JSON source: 17 stays 17, but "A-3" becomes "A-3" with both quotes
# as part of the value. So `WHERE id = 'A-3'`, joins and exports to CSV miss just the textual ids (ticket numbers of two
# systems are such a column), while the numbers match. `columns = {id: 'VARCHAR'}` in read_json gives the bare text; so
# does `id ->> '$'`.
#
# Seen on 2026-11-28 with Python 3.11.7:
#   duckdb 2.0.1
#   read_json: [('17', 'JSON'), ('"A-3"', 'JSON')]
#   rows found for 17 and for A-3: [1, 0]
#   with columns = {id: 'VARCHAR'}: [('17',), ('A-3',)]
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check duckdb==2.0.1
cd "$work"
venv/bin/python - <<'PY'
from pathlib import Path

import duckdb

print("duckdb", duckdb.__version__)
Path("tickets.jsonl").write_text('{"id": 17}\n{"id": "A-3"}\n')
rows = duckdb.sql("SELECT id::VARCHAR, typeof(id) FROM read_json('tickets.jsonl')").fetchall()
print("read_json:", rows)
found = [
    duckdb.sql(f"SELECT count(*) FROM read_json('tickets.jsonl') WHERE id::VARCHAR = '{key}'").fetchall()[0][0] for key in ("17", "A-3")
]
print("rows found for 17 and for A-3:", found)
typed = duckdb.sql("SELECT id FROM read_json('tickets.jsonl', columns = {id: 'VARCHAR'})").fetchall()
print("with columns = {id: 'VARCHAR'}:", typed)
assert rows == [("17", "JSON"), ('"A-3"', "JSON")] and found == [1, 0]
assert typed == [("17",), ("A-3",)]
PY
