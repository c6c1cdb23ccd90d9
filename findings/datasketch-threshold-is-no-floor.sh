#!/usr/bin/env bash
# datasketch: MinHashLSH(threshold=0.9) finds a third of the pairs whose similarity is 0.9.
#
# The threshold chooses bands by the least sum of both kinds of errors, not so that pairs at or above it are found: 128
# permutations give 5 bands of 25 rows (3 of the permutations idle), and 1 - (1 - s^25)^5 at s = .9 is .31, at .8 with
# threshold .8 it is .40. Who de-duplicates "at 0.9" keeps most of the pairs at 0.9. Set a lower threshold and verify
# candidates by their estimated or exact similarity, or give weights=(0.1, 0.9) or params=(bands, rows).
#
# Seen on 2026-11-28 with Python 3.11.7:
#   datasketch 2.0.0
#   bands and rows at 0.9: 5 25
#   threshold 0.9, pairs of 0.9: 31% found
#   threshold 0.8, pairs of 0.8: 39% found
#   threshold 0.9, pairs of 0.95: 80% found
#   threshold 0.9 with weights (0.1, 0.9), pairs of 0.9: 82% found
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check datasketch==2.0.0
cd "$work"
venv/bin/python - <<'PY'
from importlib.metadata import version

from datasketch import MinHash, MinHashLSH

print("datasketch", version("datasketch"))


def minhash(words: list[str]) -> MinHash:
    made = MinHash(num_perm=128)
    made.update_batch([word.encode() for word in words])
    return made


def found(threshold: float, similarity: float, pairs: int = 300, **options: object) -> float:
    """Share of pairs of that exact Jaccard similarity which the index returns."""
    index, queries = MinHashLSH(threshold=threshold, num_perm=128, **options), []
    common = round(2 * 190 * similarity / (1 + similarity))
    for number in range(pairs):
        words = [f"{number} {word}" for word in range(2 * 190 - common)]
        index.insert(number, minhash(words[:190]))
        queries.append(minhash(words[190 - common :]))
    return sum(number in index.query(query) for number, query in enumerate(queries)) / pairs


bands = MinHashLSH(threshold=0.9, num_perm=128)
print("bands and rows at 0.9:", bands.b, bands.r)
shares = {(threshold, similarity): found(threshold, similarity) for threshold, similarity in ((0.9, 0.9), (0.8, 0.8), (0.9, 0.95))}
for (threshold, similarity), share in shares.items():
    print(f"threshold {threshold}, pairs of {similarity}: {share:.0%} found")
careful = found(0.9, 0.9, weights=(0.1, 0.9))
print(f"threshold 0.9 with weights (0.1, 0.9), pairs of 0.9: {careful:.0%} found")
assert (bands.b, bands.r) == (5, 25) and shares[0.9, 0.9] < 0.4 and shares[0.8, 0.8] < 0.5 and careful > 0.75
PY
