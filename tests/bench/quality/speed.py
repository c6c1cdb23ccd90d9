"""Examples a second of ``score_pairs`` in one process, with the corpus learned first; and whether it is linear."""

from __future__ import annotations

import time

import pyarrow as pa

from smelt.quality.corpus.fit import fit_corpus
from smelt.quality.score import score_pairs
from tests.bench.quality.sources import SOURCES, good_pairs

SIZES = (2_000, 8_000, 32_000)


def main() -> None:
    """Print the table in Markdown."""
    pairs = [pair for source in SOURCES for pair in good_pairs(source)]
    pairs = sorted(pairs, key=lambda pair: hash_free_order(pair[0]))
    print("| pairs | characters a pair | learning the corpus, s | scoring, s | pairs/s of one process |")
    print("| --- | --- | --- | --- | --- |")
    for size in SIZES:
        chosen = (pairs * (size // len(pairs) + 1))[:size]
        table = pa.table({"question": [q for q, _ in chosen], "answer": [a for _, a in chosen]})
        length = sum(len(q) + len(a) for q, a in chosen) / size
        begun = time.perf_counter()
        corpus = fit_corpus(table)
        learned = time.perf_counter()
        score_pairs(table, corpus=corpus)
        done = time.perf_counter()
        rate = size / (done - learned)
        print(
            f"| {size:,} | {length:.0f} | {learned - begun:.2f} | {done - learned:.2f} | {rate:,.0f} |",
            flush=True,
        )


def hash_free_order(text: str) -> int:
    """A fixed mixture of the sources: order by CRC-32."""
    import zlib

    return zlib.crc32(text.encode())


if __name__ == "__main__":
    main()
