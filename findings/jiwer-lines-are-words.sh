#!/usr/bin/env bash
# jiwer: a line break or a tab between two words does not part them, and an empty reference gives a count instead of a
# rate.
#
# By default only blanks part words, so "turn it<newline>off" against "turn it off" is a word error rate of 1.0:
# transcripts whose cues were joined by newlines look entirely wrong. A reference without words is no error: wer("", "um
# hello there") is 3, the number of inserted words, which a mean over calls takes in as 300 %. Split on white space
# yourself, and average over words, not over calls.
#
# Seen on 2026-11-28 with Python 3.11.7:
#   jiwer 4.0.0
#   WER with a blank, a newline, a tab: [0.0, 0.67, 0.67]
#   WER of three words against silence: 3
#   the same call beside a right one: 1.0
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check jiwer==4.0.0
cd "$work"
venv/bin/python - <<'PY'
from importlib.metadata import version

import jiwer

print("jiwer", version("jiwer"))
rates = [jiwer.wer("turn it off", hypothesis) for hypothesis in ("turn it off", "turn it\noff", "turn it\toff")]
print("WER with a blank, a newline, a tab:", [round(rate, 2) for rate in rates])
silent = jiwer.wer("", "um hello there")
print("WER of three words against silence:", silent)
print("the same call beside a right one:", jiwer.wer(["", "turn it off"], ["um hello there", "turn it off"]))
assert rates[0] == 0 and rates[1] > 0.6 and rates[2] > 0.6 and silent == 3
PY
