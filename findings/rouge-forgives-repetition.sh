#!/usr/bin/env bash
# rouge 1.0.1: an answer that repeats itself without end scores as well as the reference.
#
# The package `rouge` counts sets of words, not how often each stands there (`exclusive` is on by default), also in
# ROUGE-L: "turn it off" four times against "turn it off" once is precision 1.0, where rouge-score (the port of the
# original) gives .25. Degeneration into loops, a usual failure of a fine-tuned model, is what it cannot see. Sentence
# order is free in its ROUGE-L too. Use rouge-score, or Rouge(exclusive=False).
#
# Seen on 2026-11-28 with Python 3.11.7:
#   rouge 1.0.1 rouge-score 0.1.2
#   rouge:       rouge-1 precision 1.0  rouge-l precision 1.0
#   rouge-score: rouge-1 precision 0.25  rouge-l precision 0.25
#   steps in reverse order, rouge-l: rouge 1.00, rouge-score 0.33
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check rouge==1.0.1 rouge-score==0.1.2
cd "$work"
venv/bin/python - <<'PY'
from importlib.metadata import version

from rouge import Rouge
from rouge_score.rouge_scorer import RougeScorer

print("rouge", version("rouge"), "rouge-score", version("rouge-score"))
reference, looping = "turn it off", "turn it off turn it off turn it off turn it off"
lax = Rouge().get_scores(looping, reference)[0]
strict = RougeScorer(["rouge1", "rougeL"]).score(reference, looping)
print("rouge:       rouge-1 precision", lax["rouge-1"]["p"], " rouge-l precision", lax["rouge-l"]["p"])
print("rouge-score: rouge-1 precision", strict["rouge1"].precision, " rouge-l precision", strict["rougeL"].precision)
one = "hold the ring. let it go. it is dim."
other = "it is dim. let it go. hold the ring."
order = Rouge().get_scores(other, one)[0]["rouge-l"]["f"]
strict_order = RougeScorer(["rougeL"]).score(one, other)["rougeL"].fmeasure
print(f"steps in reverse order, rouge-l: rouge {order:.2f}, rouge-score {strict_order:.2f}")
assert lax["rouge-1"]["p"] == lax["rouge-l"]["p"] == 1.0 and strict["rouge1"].precision == 0.25
assert order > 0.99 > 0.6 > strict_order
PY
