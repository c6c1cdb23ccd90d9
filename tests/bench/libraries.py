"""What libraries do that smelt does by hand: CPU time and results of both, side by side.

    python -m tests.bench.libraries

Prints a line a comparison: CPU seconds of ours and of the library's, their ratio, and whether all results are equal.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd
import stdnum.iban
import stdnum.luhn
import stdnum.us.rtn
from rapidfuzz import process
from rapidfuzz.distance import OSA
from scipy import stats
from sklearn.feature_extraction.text import TfidfVectorizer
from stdnum.iso7064 import mod_97_10
from symspellpy import SymSpell, Verbosity

from smelt.dataset_quality import compare, intervals
from smelt.pii.cache import Cache
from smelt.pii.keys import ScrubKey
from smelt.quality.english.dictionary import dictionary
from smelt.quality.measures import slips
from smelt.quality.tokens import stem
from tests.bench import replaced

RANDOM = random.Random(7)


def seconds(work: Callable[[], object]) -> float:
    """The least CPU time of three."""
    work()
    found = []
    for _ in range(3):
        began = time.process_time()
        work()
        found.append(time.process_time() - began)
    return min(found)


def compared(name: str, ours: Callable[[], Iterable], library: Callable[[], Iterable]) -> None:
    """Time both and count equal results."""
    left, right = list(ours()), list(library())
    same = sum(one == other for one, other in zip(left, right, strict=True))
    one, other = seconds(lambda: list(ours())), seconds(lambda: list(library()))
    print(
        f"{name:<44} ours {one:8.4f} s  library {other:8.4f} s  ratio {other / one:7.2f}  equal {same:,}/{len(left):,}"
    )


def lookup() -> None:
    """The bigrams of English, asked for 200,000 pairs of words, one in ten of which is there."""
    held = dictionary().bigrams
    keys, values = held._index.to_numpy(), held._values
    table = replaced.Lookup(keys, values)
    wanted = np.random.default_rng(1).integers(0, keys.max(), 200_000)
    wanted[::10] = keys[: len(wanted[::10])]
    index, shaped = pd.Index(keys), np.append(values, -10.0)
    compared(
        "quality.lookup: pandas get_indexer",
        lambda: table.get(wanted, -10.0),
        lambda: shaped[index.get_indexer(wanted)],
    )
    compared(
        "  building the table",
        lambda: [bool(replaced.Lookup(keys, values))],
        lambda: [bool(len(pd.Index(keys).get_indexer(keys[:1])))],
    )


def near() -> None:
    """Words one edit away from a common word: 1,000 misspelt or unknown words of support texts' length."""
    common = dictionary().words[: slips.COMMON].to_list()
    words = [_misspelt(RANDOM.choice(common)) for _ in range(500)]
    words += [word for word in dictionary().words[40_000:].to_list() if len(word) >= 6][:500]
    words = [word for word in words if len(word) >= 6]
    known = set(common)
    checker = SymSpell(max_dictionary_edit_distance=1, prefix_length=7)
    for word in common:
        checker.create_dictionary_entry(word, 1)

    def ours() -> list[bool]:
        return [bool(replaced.near(word) & known) for word in words]

    compared(
        "slips._near: rapidfuzz",
        ours,
        lambda: [
            process.extractOne(word, common, scorer=OSA.distance, score_cutoff=1) is not None
            for word in words
        ],
    )
    compared(
        "slips._near: symspellpy",
        ours,
        lambda: [bool(checker.lookup(word, Verbosity.TOP, max_edit_distance=1)) for word in words],
    )


def _misspelt(word: str) -> str:
    place = RANDOM.randrange(len(word))
    return RANDOM.choice(
        (word[:place] + word[place + 1 :], word[:place] + RANDOM.choice("aeiourst") + word[place:])
    )


def interval() -> None:
    """Shares and a statistic of 200 values."""
    pairs = [(hits, total) for total in (1, 7, 50, 3_000) for hits in {0, 1, total // 2, total}]

    def scipys() -> list[tuple[float, float]]:
        found = [stats.binomtest(hits, total).proportion_ci(method="wilson") for hits, total in pairs]
        return [(round(float(each.low), 9), round(float(each.high), 9)) for each in found]

    def mine() -> list[tuple[float, float]]:
        return [tuple(round(bound, 9) for bound in intervals.wilson(hits, total)) for hits, total in pairs]

    compared("intervals.wilson: binomtest", mine, scipys)
    values = np.random.default_rng(3).normal(size=200)
    compared(
        "intervals.bootstrap: scipy bootstrap",
        lambda: [tuple(replaced.bootstrap(values, np.median))],
        lambda: [
            tuple(
                stats.bootstrap(
                    (values,),
                    np.median,
                    n_resamples=1_000,
                    method="percentile",
                    vectorized=False,
                    rng=np.random.default_rng(20_251_101),
                ).confidence_interval
            )
        ],
    )


def check_digits() -> None:
    """10,000 numbers each; what stood in smelt before, written out here where it was replaced."""
    cards = ["".join(RANDOM.choices("0123456789", k=16)) for _ in range(10_000)]
    compared(
        "luhn, whether it holds",
        lambda: [_luhn(card) for card in cards],
        lambda: [stdnum.luhn.is_valid(card) for card in cards],
    )
    compared(
        "luhn, the check digit",
        lambda: [_luhn_digit(card) for card in cards],
        lambda: [stdnum.luhn.calc_check_digit(card) for card in cards],
    )
    routing = [card[:8] for card in cards]
    compared(
        "US_ABA, the check digit",
        lambda: [_aba(body) for body in routing],
        lambda: [stdnum.us.rtn.calc_check_digit(body) for body in routing],
    )
    ibans = ["GB" + "00" + "WEST" + card[:14] for card in cards]
    compared(
        "IBAN, the check digits",
        lambda: [_iban(number) for number in ibans],
        lambda: [stdnum.iban.calc_check_digits(number) for number in ibans],
    )
    compared(
        "mod 97, whether it holds",
        lambda: [_mod97(number) for number in ibans],
        lambda: [mod_97_10.is_valid(number) for number in ibans],
    )


def _luhn(digits: str) -> bool:
    values = [int(d) for d in reversed(digits)]
    return sum(v if i % 2 == 0 else sum(divmod(2 * v, 10)) for i, v in enumerate(values)) % 10 == 0


def _luhn_digit(digits: str) -> str:
    total = sum(int(digit) for digit in digits[-2::-2])
    total += sum(sum(divmod(2 * int(digit), 10)) for digit in digits[-1::-2])
    return str(-total % 10)


def _aba(body: str) -> str:
    return str(-sum(int(digit) * weight for digit, weight in zip(body, (3, 7, 1) * 3, strict=False)) % 10)


def _iban(number: str) -> str:
    text = f"{number[4:]}{number[:2]}00"
    return f"{98 - int(''.join(str(int(character, 36)) for character in text)) % 97:02d}"


def _mod97(number: str) -> bool:
    return int("".join(str(int(character, 36)) for character in number)) % 97 == 1


def keys() -> None:
    """Derived keys, 2,000 of them."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

    key = ScrubKey("1", b"k" * 32)
    names = [f"purpose {number}" for number in range(2_000)]
    compared(
        "ScrubKey.derive: HKDFExpand",
        lambda: [key.derive(name) for name in names],
        lambda: [HKDFExpand(SHA256(), 32, b"smelt/" + name.encode()).derive(key.secret) for name in names],
    )


def cache() -> None:
    """100,000 texts in batches of 100, half of them seen before, through each kind of cache."""
    from cachetools import LRUCache

    texts = [(f"text number {int(RANDOM.paretovariate(0.6)) % 50_000}",) for _ in range(100_000)]
    batches = [texts[start : start + 100] for start in range(0, len(texts), 100)]

    def mine() -> list[int]:
        kept: Cache = Cache(10_000)
        return [
            found
            for batch in batches
            for found in kept.results(batch, lambda some: [len(key[0]) for key in some])
        ]

    def theirs() -> list[int]:
        kept: LRUCache = LRUCache(10_000)
        out = []
        for batch in batches:
            missing = [key for key in dict.fromkeys(batch) if key not in kept]
            known = {key: kept[key] for key in dict.fromkeys(batch) if key in kept}
            known |= {key: len(key[0]) for key in missing}
            for key in missing:
                kept[key] = known[key]
            out += [known[key] for key in batch]
        return out

    compared("pii.cache: cachetools.LRUCache", mine, theirs)


def texts() -> None:
    """TF-IDF of 3,000 texts of 30 words, and stems of the dictionary."""
    words = dictionary().words[:8_000].to_list()
    many = [
        [RANDOM.choice(words[: RANDOM.choice((50, 500, 8_000))]) for _ in range(30)] for _ in range(3_000)
    ]
    vectors = TfidfVectorizer(analyzer=lambda text: text, sublinear_tf=True, smooth_idf=False)

    def rows(matrix: object) -> list[tuple]:
        return [tuple(sorted(np.round(matrix[row].data, 9))) for row in range(0, 3_000, 30)]

    compared(
        "compare.tf_idf: TfidfVectorizer",
        lambda: rows(compare.tf_idf(many)),
        lambda: rows(vectors.fit_transform(many)),
    )
    try:
        import snowballstemmer
    except ImportError:
        print("tokens.stem: snowballstemmer is not installed")
        return
    stemmer = snowballstemmer.stemmer("english")
    compared(
        "tokens.stem: snowballstemmer",
        lambda: stem(dictionary().words),
        lambda: stemmer.stemWords(dictionary().words.to_list()),
    )
    print(
        "  commonest difference:",
        Counter(
            (a, b)
            for a, b in zip(
                stem(dictionary().words[:500]),
                stemmer.stemWords(dictionary().words[:500].to_list()),
                strict=True,
            )
            if a != b
        ).most_common(3),
    )


if __name__ == "__main__":
    for each in (lookup, near, interval, check_digits, keys, cache, texts):
        each()
