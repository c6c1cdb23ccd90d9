#!/usr/bin/env bash
# nervaluate: a predicted span that starts where the true one ends counts as a partial match.
#
# Ends are taken as inclusive, so the half-open spans of Python, spaCy and Label Studio touch at one offset that neither
# holds. A detector that finds the word beside the entity (no character in common) gets half a point of "partial" and a
# whole one of "ent_type". Subtract one from `end` first. Labels outside of `tags` are dropped from the predictions as
# well: a false entity of another label costs no precision.
#
# Seen on 2026-11-28 with Python 3.11.7:
#   nervaluate 1.2.1
#   true span: 'Anne' predicted: 'Meyer'
#   half-open ends: {'strict': 0.0, 'partial': 0.5, 'ent_type': 1.0}
#   inclusive ends: {'strict': 0.0, 'partial': 0.0, 'ent_type': 0.0}
#   with a false entity of a label that is not in tags: {'strict': 1.0, 'partial': 1.0, 'ent_type': 1.0}
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check nervaluate==1.2.1
cd "$work"
venv/bin/python - <<'PY'
from importlib.metadata import version

from nervaluate import Evaluator

print("nervaluate", version("nervaluate"))
text = "AnneMeyer"
truth, beside = {"label": "PERSON", "start": 0, "end": 4}, {"label": "PERSON", "start": 4, "end": 9}
print("true span:", repr(text[0:4]), "predicted:", repr(text[4:9]))


def precision(truths: list, predictions: list) -> dict[str, float]:
    overall = Evaluator([truths], [predictions], tags=["PERSON"]).evaluate()["overall"]
    return {name: overall[name].precision for name in ("strict", "partial", "ent_type")}


touching = precision([truth], [beside])
apart = precision([{**truth, "end": 3}], [{**beside, "end": 8}])
other = precision([truth], [truth, {"label": "PLACE", "start": 4, "end": 9}])
print("half-open ends:", touching)
print("inclusive ends:", apart)
print("with a false entity of a label that is not in tags:", other)
assert touching == {"strict": 0, "partial": 0.5, "ent_type": 1.0} and set(apart.values()) == {0} and set(other.values()) == {1.0}
PY
