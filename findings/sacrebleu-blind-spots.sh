#!/usr/bin/env bash
# sacrebleu: three usual scores are each perfect for an answer that a reader would call broken.
#
# BLEU's default tokenizer (13a) turns HTML entities into characters first: `&lt;Enter&gt;` against `<Enter>` is 100, so
# it cannot see whether markup was cleaned. chrF drops all white space: YAML or Python whose lines and indentation are
# gone is 100. TER ignores case, while BLEU and chrF do not. Beside them stand an exact match, chrF with
# `whitespace=True`, BLEU with `tokenize="intl"`.
#
# Seen on 2026-11-28 with Python 3.11.7:
#   sacrebleu 2.6.0
#   BLEU with entities left in: 100.0 (13a), 37.5 (intl)
#   chrF of YAML without its lines: 100.0, with whitespace=True 38.5
#   capitals only: TER 0.0 errors, BLEU 0.0
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check sacrebleu==2.6.0
cd "$work"
venv/bin/python - <<'PY'
import sacrebleu

print("sacrebleu", sacrebleu.__version__)
good, entities = "Press <Enter>, then wait for R&D to answer.", "Press &lt;Enter&gt;, then wait for R&amp;D to answer."
bleu = sacrebleu.corpus_bleu([entities], [[good]]).score
intl = sacrebleu.corpus_bleu([entities], [[good]], tokenize="intl").score
print(f"BLEU with entities left in: {bleu:.1f} (13a), {intl:.1f} (intl)")
code, flat = "lamp:\n  level: 20\n  mode: dim", "lamp:level:20mode:dim"
chrf = sacrebleu.corpus_chrf([flat], [[code]]).score
kept = sacrebleu.CHRF(whitespace=True).corpus_score([flat], [[code]]).score
print(f"chrF of YAML without its lines: {chrf:.1f}, with whitespace=True {kept:.1f}")
shout = ["POLISH THE LAMP WITH CARE", "polish the lamp with care"]
ter = sacrebleu.corpus_ter(shout[:1], [shout[1:]]).score
upper = sacrebleu.corpus_bleu(shout[:1], [shout[1:]]).score
print(f"capitals only: TER {ter:.1f} errors, BLEU {upper:.1f}")
assert bleu > 99.9 and intl < 60 and chrf > 99.9 and kept < 90 and ter == 0 and upper == 0
PY
