"""Writes conf/lexicons/people/LANGUAGE.txt, the ordinary words of a language. Run by hand, seldom.

    pip install wordfreq==3.1.1 && python tools/frequent_words.py --out conf/lexicons/people [LANGUAGE ...]

Source: the word frequencies of wordfreq 3.1.1 (Robyn Speer), whose data are CC BY-SA 4.0; so are the files written.
One word a line, the most frequent first, folded to lower case without accents.

A word that is also a name of the lexicon is ordinary where the language uses it far more often than others do: names
are about as frequent in one language as in the next. Names of the language's own locales in Faker have to be far
more frequent still (``luz``), names of another language's clearly more frequent than there.
"""

from __future__ import annotations

import argparse
import math
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from smelt.pii.detect.names.lexicon import FAMILY, GIVEN, WORD, fold, load
from tools.names_lexicon import faker_names

WORDS = 8000
LANGUAGES = ["de", "fr", "es", "it", "pt", "nl", "pl", "cs", "sk", "hu", "fi", "sv", "da", "nb", "ro", "tr"]
BASE = ["en", "de", "fr", "es", "it", "nl", "pl", "sv", "fi", "cs", "hu", "pt"]
SHARED = 4.3
"""Zipf value from which a word that English has, too, is ordinary."""
FLOOR = 2.5
"""Zipf value of a word that a list does not have: three in a billion."""
RELATED = (
    frozenset(["es", "pt", "it", "ca", "ro"]),
    frozenset(["pl", "cs", "sk", "hr", "sl", "uk", "ru", "bg"]),
    frozenset(["de", "nl"]),
    frozenset(["sv", "da", "nb", "no"]),
)
"""Languages that share names with their neighbours."""
_LISTS = {"hr": "sh"}
_LOCALES = {"nb": "no"}


@cache
def zipf(language: str) -> Mapping[str, float]:
    """Frequency by folded word, as the logarithm of its uses in a billion words."""
    import wordfreq  # type: ignore[import-not-found]  # only for this

    found: dict[str, float] = {}
    for word, share in wordfreq.get_frequency_dict(_LISTS.get(language, language), "best").items():
        if word.isalpha():
            folded = fold(word)
            found[folded] = max(found.get(folded, 0.0), math.log10(share) + 9)
    return found


@cache
def owners() -> Mapping[str, frozenset[str]]:
    """The languages in whose locales a folded given name stands."""
    return _owners("g")


@cache
def _owners(kinds: str) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for locale, kind, name in faker_names():
        if kind in kinds:
            for part in fold(name).split():
                found[part].add(locale.partition("_")[0])
    return {name: frozenset(languages) for name, languages in found.items()}


def is_ordinary(word: str, language: str) -> bool:
    """Whether a word of a language's list is one, and no name."""
    flags = load().names.get(word, 0)
    if not flags & (GIVEN | FAMILY):
        return True
    own = zipf(language)[word]
    others = [zipf(other).get(word, FLOOR) for other in BASE if other != language]
    ahead = own - sum(others) / len(others)
    if not flags & GIVEN:
        return own >= 3.5 and ahead >= 1.5
    mine = owners().get(word, frozenset())
    if _LOCALES.get(language, language) in mine:
        return own >= 4.9 and ahead >= 1.8
    if any(language in group and group & mine for group in RELATED):
        return own >= 4.6 and ahead >= 1.7
    elsewhere = max((zipf(other).get(word, FLOOR) for other in mine & set(BASE)), default=FLOOR)
    return own >= 3.3 and ahead >= 1.0 and own - elsewhere >= 0.7


def is_shared(word: str, language: str) -> bool:
    """Whether it is a frequent word of both English and the language, and no name in the language's own locales, nor a
    given name in English ones."""
    lexicon = load()
    return (
        zipf(language)[word] >= SHARED
        and len(word) > 2
        and word not in lexicon.frequent
        and bool(lexicon.names.get(word, 0) & WORD)
        and _LOCALES.get(language, language) not in _owners("fg").get(word, ())
        and "en" not in owners().get(word, ())
    )


def main() -> None:
    """Writes a file a language."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("languages", nargs="*", default=LANGUAGES)
    given = parser.parse_args()
    for language in given.languages:
        ranked = sorted(zipf(language).items(), key=lambda pair: (-pair[1], pair[0]))
        words = [word for word, _ in ranked if word.isalpha() and is_ordinary(word, language)][:WORDS]
        words += sorted({word for word, _ in ranked if is_shared(word, language)} - set(words))
        head = f"# Frequent words of {language} that are no names: wordfreq 3.1.1 (CC BY-SA 4.0)\n"
        (given.out / f"{language}.txt").write_text(head + "\n".join(words) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
