#!/usr/bin/env bash
# datatrove: to its MinHash deduplication all numbers are 0, so answers that differ in a price, a level or an error code
# are duplicates.
#
# The text is normalised first, and `norm_numbers` is on by default: "Set level 20" and "Set level 95" have the same
# signature, Jaccard 1. Fine for web pages; in support data the number is often the answer, and one of two contradicting
# ones goes. Pass MinhashConfig(norm_config=TextNormConfig(norm_numbers=False)) and compare what was removed
# by its numbers.
#
# Seen on 2026-11-28 with Python 3.11.7:
#   datatrove 0.10.1
#   default: the refund for error 0 takes 0 days and the fee is 0 eur in 0
#   norm_numbers=False: the refund for error 417 takes 14 days and the fee is 25 00 eur in 2026
#   two different answers are one text: default True  without False
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check datatrove==0.10.1 tokenizers==0.23.3 regex==2026.11.19 numpy==2.4.6 nltk==3.10.4 xxhash==4.1.0 tldextract==5.4.0
cd "$work"
venv/bin/python - <<'PY'
from importlib.metadata import version

from datatrove.pipeline.dedup.minhash import MinhashConfig
from datatrove.utils.text import TextNormConfig, simplify_text

print("datatrove", version("datatrove"))
one = "The refund for error 417 takes 14 days and the fee is 25.00 EUR in 2026"
other = "The refund for error 503 takes 90 days and the fee is 99.50 EUR in 2024"
default, kept = MinhashConfig().norm_config, TextNormConfig(norm_numbers=False)
print("default:", simplify_text(one, default))
print("norm_numbers=False:", simplify_text(one, kept))
same = simplify_text(one, default) == simplify_text(other, default)
print("two different answers are one text: default", same, " without", simplify_text(one, kept) == simplify_text(other, kept))
assert default.norm_numbers and same and simplify_text(one, kept) != simplify_text(other, kept)
PY
