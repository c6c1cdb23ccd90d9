#!/usr/bin/env bash
# cuallee: the same check of the same rows passes on a Polars frame and fails on a pandas one, and other way round.
#
# `has_pattern` must match at the beginning on pandas (str.match) and anywhere on Polars. A NaN is missing on pandas and
# complete on Polars, where it is also greater than any number. `is_unique` of a, a, b counts one row too many on
# pandas, two on Polars. A gate that is moved from one to the other (or tested on pandas, run on Polars) keeps its name
# and changes its verdict. Anchor patterns with ^, and turn NaN into null.
#
# Seen on 2026-11-28 with Python 3.11.7:
#   cuallee 0.15.4 pandas 3.1.1 polars 2.1.0
#   violations, pandas: {'has_pattern': 3, 'is_greater_than': 1, 'is_complete': 1, 'is_unique': 1}
#   violations, Polars: {'has_pattern': 0, 'is_greater_than': 0, 'is_complete': 0, 'is_unique': 2}
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check cuallee==0.15.4 pandas==3.1.1 polars==2.1.0 pyarrow==26.0.1
cd "$work"
venv/bin/python - <<'PY'
from importlib.metadata import version

import pandas as pd
import polars as pl
from cuallee import Check, CheckLevel

print("cuallee", version("cuallee"), "pandas", pd.__version__, "polars", pl.__version__)
columns = {"text": ["see ticket 12", "see ticket 13", "see ticket 14"], "score": [0.5, 0.9, float("nan")], "key": ["a", "a", "b"]}


def violations(frame) -> dict[str, int]:
    check = Check(CheckLevel.WARNING, "gate")
    check.has_pattern("text", r"ticket \d+").is_greater_than("score", 0).is_complete("score").is_unique("key")
    result = check.validate(frame)
    result = result if isinstance(result, pd.DataFrame) else result.to_pandas()
    return {rule: int(count) for rule, count in zip(result["rule"], result["violations"])}


on_pandas, on_polars = violations(pd.DataFrame(columns)), violations(pl.DataFrame(columns))
print("violations, pandas:", on_pandas)
print("violations, Polars:", on_polars)
assert on_pandas == {"has_pattern": 3, "is_greater_than": 1, "is_complete": 1, "is_unique": 1}
assert on_polars == {"has_pattern": 0, "is_greater_than": 0, "is_complete": 0, "is_unique": 2}
PY
