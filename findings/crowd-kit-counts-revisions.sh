#!/usr/bin/env bash
# crowd-kit: a label that one worker saved three times is three votes, against two colleagues who disagree.
#
# Annotation tools export every revision or re-submission of a task. MajorityVote and Dawid-Skene take each row as a
# vote and say nothing of the same worker and task twice, so who saves most decides. Keep the newest row of a worker and
# task before you aggregate.
#
# Seen on 2026-11-28 with Python 3.11.7:
#   crowd-kit 1.4.2
#   MajorityVote: bad by all rows, good by one row a worker
#   DawidSkene: bad by all rows, good by one row a worker
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check crowd-kit==1.4.2
cd "$work"
venv/bin/python - <<'PY'
from importlib.metadata import version

import pandas as pd
from crowdkit.aggregation import DawidSkene, MajorityVote

print("crowd-kit", version("crowd-kit"))
rows = [("t1", "ann", "bad")] * 3 + [("t1", "bob", "good"), ("t1", "eve", "good")]
votes = pd.DataFrame(rows, columns=["task", "worker", "label"])
once = votes.drop_duplicates(["task", "worker"], keep="last")
verdicts = {
    name: [made().fit_predict(frame)["t1"] for frame in (votes, once)]
    for name, made in {"MajorityVote": MajorityVote, "DawidSkene": DawidSkene}.items()
}
for name, (all_rows, one_each) in verdicts.items():
    print(f"{name}: {all_rows} by all rows, {one_each} by one row a worker")
assert all(verdict == ["bad", "good"] for verdict in verdicts.values())
PY
