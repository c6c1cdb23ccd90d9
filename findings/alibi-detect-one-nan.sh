#!/usr/bin/env bash
# alibi-detect: one NaN among a thousand reference values switches a drift test off, for good and without a word.
#
# KSDrift and CVMDrift then return a p value of NaN and `is_drift` 0 for any data, also for a shift of three standard
# deviations; a NaN in the tested batch does the same for that batch. Missing lengths or scores are usual in production,
# and NaN < .05 is false. Drop NaN (and watch their share as a feature of its own), and treat a p value that is not a
# number as an alarm.
#
# Seen on 2026-11-28 with Python 3.11.7:
#   alibi-detect 0.13.0
#   KSDrift: is_drift 1 (p 0.000); one NaN in the reference: 0 [nan]
#   CVMDrift: is_drift 1 (p 0.000); one NaN in the reference: 0 [nan]
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check alibi-detect==0.13.0
cd "$work"
venv/bin/python - <<'PY'
import os
import warnings
from importlib.metadata import version

warnings.simplefilter("ignore")
os.environ["TRANSFORMERS_VERBOSITY"] = "error"
import numpy as np
from alibi_detect.cd import CVMDrift, KSDrift

print("alibi-detect", version("alibi-detect"))
values = np.random.default_rng(0).normal(size=(1000, 1))
holed = values.copy()
holed[0] = np.nan
shifted = values + 3
for test in (KSDrift, CVMDrift):
    clean = test(values, p_val=0.05).predict(shifted)["data"]
    blind = test(holed, p_val=0.05).predict(shifted)["data"]
    print(f"{test.__name__}: is_drift {clean['is_drift']} (p {clean['p_val'][0]:.3f}); one NaN in the reference:", blind["is_drift"], blind["p_val"])
    assert clean["is_drift"] == 1 and blind["is_drift"] == 0 and np.isnan(blind["p_val"][0])
PY
