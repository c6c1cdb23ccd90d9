#!/usr/bin/env bash
# deltalake (delta-rs): after a MERGE some files of a table have other Arrow types than the rest.
#
# An append writes texts as `string`; a MERGE writes the files that it touches with `string_view` in the Arrow schema that
# Parquet files carry. Readers that go by the log cast and notice nothing. Those that read the files themselves (pyarrow,
# an engine that is given a list of files) meet two schemas for one table: tables of both do not concatenate, and a
# schema taken from one file does not fit the other. Cast after reading, file by file.
#
# Seen on 2026-11-28 with Python 3.11.7:
#   deltalake 1.6.6, pyarrow 26.0.1
#   types of the column by file: ['string', 'string_view']
#   concat_tables: ArrowInvalid
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
import pyarrow.parquet as pq
from deltalake import DeltaTable, write_deltalake

print(f"deltalake {version('deltalake')}, pyarrow {pa.__version__}")
place = (Path.cwd() / "t").as_uri()
write_deltalake(place, pa.table({"id": ["a", "b"], "n": [1, 2]}))
write_deltalake(place, pa.table({"id": ["c"], "n": [3]}), mode="append")
merge = DeltaTable(place).merge(
    pa.table({"id": ["a", "d"], "n": [10, 4]}), predicate="t.id = s.id", source_alias="s", target_alias="t"
)
merge.when_matched_update_all().when_not_matched_insert_all().execute()
tables = [pq.read_table(Path(uri.removeprefix("file://"))) for uri in DeltaTable(place).file_uris()]
types = sorted({str(table.schema.field("id").type) for table in tables})
print("types of the column by file:", types)
assert types == ["string", "string_view"]
try:
    pa.concat_tables(tables)
except pa.ArrowInvalid as error:
    print("concat_tables:", type(error).__name__)
else:
    raise AssertionError("they concatenate now")
PY
