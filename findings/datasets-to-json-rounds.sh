#!/usr/bin/env bash
# datasets: `to_json` cuts numbers after ten decimals and turns times into integers; `to_csv` of the same rows keeps
# both.
#
# Rows go through pandas' JSON writer with its defaults: a probability of 1e-12 becomes 0.0 (its logarithm minus
# infinity), a third loses digits, so embeddings and logprobs that were exported and loaded again are no longer equal,
# and a digest over rows changes. A timestamp becomes milliseconds since 1970: its microseconds are gone, and it loads
# as a plain integer. `to_json(..., double_precision=15, date_format="iso")` helps in part; Parquet is exact.
#
# Seen on 2026-11-28 with Python 3.11.7:
#   datasets 5.2.0
#   {"p":0.0,"at":1795860000123}
#   {"p":0.3333333333,"at":1795860000123}
#   p,at
#   1e-12,2026-11-28 10:00:00.123456
#   0.3333333333333333,2026-11-28 10:00:00.123456
#   JSON back: {'p': 0.0, 'at': 1795860000123} Value('int64')
#   Parquet back: {'p': 1e-12, 'at': datetime.datetime(2026, 11, 28, 10, 0, 0, 123456)}
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check datasets==5.2.0
cd "$work"
venv/bin/python - <<'PY'
import datetime
import os

os.environ["HF_HUB_OFFLINE"] = "1"
import datasets

datasets.disable_progress_bars()
print("datasets", datasets.__version__)
time = datetime.datetime(2026, 11, 28, 10, 0, 0, 123456)
rows = datasets.Dataset.from_dict({"p": [1e-12, 1 / 3], "at": [time, time]})
rows.to_json("rows.jsonl")
rows.to_csv("rows.csv")
rows.to_parquet("rows.parquet")
print(open("rows.jsonl").read().strip())
print(open("rows.csv").read().strip())
back = datasets.load_dataset("json", data_files="rows.jsonl", split="train", cache_dir="cache")
exact = datasets.load_dataset("parquet", data_files="rows.parquet", split="train", cache_dir="cache")
print("JSON back:", back[0], back.features["at"])
print("Parquet back:", exact[0])
assert back["p"][0] == 0.0 and back["p"][1] != 1 / 3 and back["at"][0] == 1795860000123
assert exact["p"][0] == 1e-12 and exact["at"][0] == time
PY
