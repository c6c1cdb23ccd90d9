#!/usr/bin/env bash
# DuckDB: `USING SAMPLE 10 PERCENT` of a small table gives no row or all rows, not a tenth.
#
# A percentage samples whole blocks of up to 2,048 rows by default, so a table of 1,000 rows is kept or thrown away as
# one, and 20,000 rows come in lumps of 2,048. Who draws an evaluation set or a review sample this way gets nothing,
# with no error. What does what one expects: `USING SAMPLE 10 PERCENT (bernoulli)`, or a number of rows (`USING SAMPLE
# 100 ROWS`).
#
# Seen on 2026-11-28 with Python 3.11.7:
#   duckdb 2.0.1
#   10 PERCENT of 1,000 rows, 60 tries, sizes seen: [0, 1000]
#   10 PERCENT (bernoulli): between 50 and 150 rows each time: True
#   100 ROWS: [100]
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check duckdb==2.0.1
cd "$work"
venv/bin/python - <<'PY'
import duckdb

print("duckdb", duckdb.__version__)


def sizes(rows: int, how: str) -> list[int]:
    query = f"SELECT count(*) FROM (SELECT * FROM range({rows}) USING SAMPLE {how})"
    return [duckdb.sql(query).fetchall()[0][0] for _ in range(60)]


small = sizes(1000, "10 PERCENT")
print("10 PERCENT of 1,000 rows, 60 tries, sizes seen:", sorted(set(small)))
print("10 PERCENT (bernoulli): between 50 and 150 rows each time:", all(50 < n < 150 for n in sizes(1000, "10 PERCENT (bernoulli)")))
print("100 ROWS:", sorted(set(sizes(1000, "100 ROWS"))))
assert set(small) <= {0, 1000} and 0 in small
assert all(50 < n < 150 for n in sizes(1000, "10 PERCENT (bernoulli)"))
assert set(sizes(1000, "100 ROWS")) == {100}
PY
