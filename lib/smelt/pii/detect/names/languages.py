"""Languages as data files: frequent words, titles, greetings, words of mail programs.

``conf/lexicons/people/CODE.yaml`` holds the lists (``;`` between entries of several words, else spaces),
``CODE.txt`` the frequent words; English has its words in the name lexicon. Adding a language is adding the two files.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib import resources

import polars as pl
import yaml

from smelt.pii.detect.names.lexicon import WORD, Lexicon, fold
from smelt.pii.detect.names.runs import UPPER
from smelt.pii.detect.prefilters import matches

FUNCTION_WORDS = 150
"""Number of most frequent words by which, with the words of its greetings, a language is identified."""
COMMON = 3000
LOOKED_AT = 6000
"""Characters of a text examined to identify its language."""
FEWEST, FEWEST_BESIDE, FEWEST_IN_CHAT = 1.0, 6.0, 3.0
"""Least evidence, in words, for a text's only language, for one besides English, and for text without capitals."""
MIXTURES = 200
"""Combinations of languages whose lexicons and readings are kept."""
REMEMBERED = 8192
"""Texts whose languages are kept, since both the detectors of names and of addresses ask for them."""
PARTS = 1 << 20
SHARE = 0.45
"""Least evidence for a further language, as a share of that for the main one."""
OF_SINGLE_WORDS = frozenset(
    ["titles", "before_a_person", "months", "weekdays", "endings", "reply_starts", "letters", "apologies"]
)
"""Lists whose entries are separated by spaces; those of other lists by ``;``."""
_SPACES = str.maketrans(dict.fromkeys(".,:;!?()[]{}<>\"'’*_/\\|-¿¡«»„“”", " "))
_FOLDER = resources.files("smelt.conf") / "lexicons" / "people"


@dataclass(frozen=True)
class Language:
    """One language: its frequent words, folded, and the entries of each list, lower case."""

    code: str
    frequent: tuple[str, ...]
    lists: Mapping[str, tuple[str, ...]]

    def entries(self, name: str) -> tuple[str, ...]:
        """The entries of a list; empty if the language has none."""
        return self.lists.get(name, ())


@cache
def languages() -> Mapping[str, Language]:
    """Every language with a file, by its ISO 639-1 code."""
    found = {}
    for file in sorted(_FOLDER.iterdir(), key=lambda entry: entry.name):
        if not file.name.endswith(".yaml"):
            continue
        code = file.name.removesuffix(".yaml")
        raw = yaml.load(file.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        words = _FOLDER / f"{code}.txt"
        frequent = (
            [line for line in words.read_text("utf-8").splitlines() if line[:1] != "#"]
            if words.is_file()
            else []
        )
        found[code] = Language(
            code, tuple(frequent), {name: _entries(name, str(text)) for name, text in raw.items()}
        )
    return found


def _entries(name: str, text: str) -> tuple[str, ...]:
    parts = text.split() if name in OF_SINGLE_WORDS else text.split(";")
    return tuple(part for entry in parts if (part := " ".join(entry.lower().split())))


def everywhere(name: str) -> frozenset[str]:
    """The entries of a list in all languages."""
    return frozenset(entry for language in languages().values() for entry in language.entries(name))


@cache
def _function_words() -> tuple[Mapping[str, tuple[tuple[str, int], ...]], frozenset[str]]:
    """Word -> languages in which it is frequent, with the evidence for each; and the words that are not English.

    Evidence is in whole parts (PARTS to a word), so that its sum does not depend on the order of the words.
    """
    holders: dict[str, dict[str, None]] = {}
    english = _english()
    for code, language in languages().items():
        usual = language.frequent[:FUNCTION_WORDS] or english[:FUNCTION_WORDS]
        greetings = " ".join(language.entries("greetings") + language.entries("closings")).split()
        for word in (*usual, *map(fold, greetings)):
            if len(word) > 1:
                holders.setdefault(word, {})[code] = None
    evidence = {
        word: tuple((code, round(PARTS * len(codes) ** -0.5)) for code in codes)
        for word, codes in holders.items()
    }
    foreign = (word for word, codes in holders.items() if "en" not in codes)
    return evidence, frozenset(foreign) - frozenset(english)


def _english() -> list[str]:
    dictionary = resources.files("symspellpy") / "frequency_dictionary_en_82_765.txt"
    with dictionary.open(encoding="utf-8-sig") as lines:
        return [line.split(" ", 1)[0] for line, _ in zip(lines, range(COMMON), strict=False)]


@cache
def _frequent_english() -> frozenset[str]:
    return frozenset(_english())


@cache
def _foreign_prefilter() -> str:
    """A prefilter (Rust regex) for texts that may hold non-English words; case and word boundaries are ASCII."""
    _, foreign = _function_words()
    words = "|".join(sorted(map(re.escape, foreign)))
    return rf"[\p{{L}}&&[^\x00-\x7F]]|(?:^|[^A-Za-z0-9])(?i-u:{words})(?:[^A-Za-z0-9]|$)"


def may_be_foreign(texts: pl.Series) -> list[bool]:
    """For each text, whether :func:`spoken_in` can find a language other than English."""
    found: list[bool] = matches(texts, _foreign_prefilter()).tolist()
    return found


def spoken_in(text: str, *, cased: bool = True) -> tuple[str, ...]:
    """The languages of a text, the main one first; ``()`` for English and if unknown.

    Chat without capitals needs more evidence, since its abbreviations are words in other languages.

    English is returned only together with others: a mail that answers a German one is ``("de", "en")`` or ``("en",
    "de")``.
    """
    return _spoken_in(text[:LOOKED_AT], cased)


@lru_cache(maxsize=REMEMBERED)
def _spoken_in(text: str, cased: bool) -> tuple[str, ...]:
    known, foreign = _function_words()
    words = set((text.lower() if text.isascii() else fold(text)).translate(_SPACES).split())
    evidence = {} if text.isascii() else _by_letters(text)
    if words.isdisjoint(foreign) and not evidence:
        return ()
    for word in known.keys() & words:
        for code, share in known[word]:
            evidence[code] = evidence.get(code, 0) + share
    ranked = sorted(evidence.items(), key=lambda entry: (-entry[1], entry[0]))[:4]
    main = ranked[0][1]
    if main < PARTS * FEWEST:
        return ()
    if not cased and main < PARTS * FEWEST_IN_CHAT and not _is_mostly(words, ranked[0][0]):
        return ()
    codes = tuple(code for code, count in ranked if count >= SHARE * main and count >= PARTS * FEWEST)
    is_english = codes[0] == "en" and all(evidence[code] < PARTS * FEWEST_BESIDE for code in codes[1:])
    return () if is_english else codes


def _is_mostly(words: set[str], code: str) -> bool:
    """Whether at least four words, and a quarter, are frequent ones of the language that English does not have."""
    return len((words & _sets((code,))[1]) - _frequent_english()) >= max(4, len(words) / 4)


@cache
def _letters() -> tuple[Mapping[str, tuple[str, ...]], re.Pattern[str]]:
    """Letter -> languages that it is typical of, and the words that hold one, names left out."""
    holders: dict[str, list[str]] = {}
    for code, language in languages().items():
        for letter in "".join(language.entries("letters")):
            holders.setdefault(letter, []).append(code)
    letters = "".join(holders)
    return {letter: tuple(codes) for letter, codes in holders.items()}, re.compile(
        rf"(?<![^\W_])(?=[^{UPPER}])[^\W\d_]*[{letters}][^\W\d_]*"
    )


def _by_letters(text: str) -> dict[str, int]:
    """Evidence from letters: half a word for each distinct lower-case word with a letter typical of a language."""
    holders, pattern = _letters()
    evidence: dict[str, int] = {}
    for word in set(pattern.findall(text)):
        for code in sorted({code for letter in word for code in holders.get(letter, ())}):
            evidence[code] = evidence.get(code, 0) + PARTS // 2
    return evidence


class _Names(Mapping[str, int]):
    """The flags of names in a language: its ordinary words are flagged as WORD, and case endings are removed."""

    def __init__(
        self, lexicon: Lexicon, ordinary: frozenset[str], endings: tuple[str, ...], *, with_english: bool
    ) -> None:
        self._names = lexicon.names
        self._english: Container[str] = lexicon.words if with_english else lexicon.frequent
        self._ordinary = ordinary
        self._endings = endings

    def get(self, word: str, default: int = 0) -> int:  # type: ignore[override]
        flags = self._names.get(word, 0)
        if flags:
            if word in self._ordinary:
                return flags | WORD
            return flags & ~WORD if flags & WORD and word not in self._english else flags
        if self._endings and word not in self._ordinary:
            return self._stem(word) or default
        return default

    def _stem(self, word: str) -> int:
        for ending in self._endings:
            stem = word.removesuffix(ending)
            if 3 <= len(stem) < len(word):
                for base in (stem, stem + "a", stem + "i", stem + "ek"):
                    flags = self._names.get(base, 0)
                    if flags and not flags & WORD and base not in self._ordinary:
                        return flags
        return 0

    def __getitem__(self, word: str) -> int:
        flags = self.get(word)
        if not flags:
            raise KeyError(word)
        return flags

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and bool(self.get(word))

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


@lru_cache(maxsize=64)
def _sets(
    codes: tuple[str, ...],
) -> tuple[frozenset[str], frozenset[str], frozenset[str], frozenset[str], tuple[str, ...]]:
    found = [languages()[code] for code in codes]
    polite = (
        word
        for language in found
        for name in ("greetings", "closings")
        for entry in language.entries(name)
        for word in entry.split()
    )
    return (
        frozenset(word for language in found for word in language.frequent) | frozenset(map(fold, polite)),
        frozenset(word for language in found for word in language.frequent[:COMMON]),
        frozenset(fold(entry.strip(".")) for language in found for entry in language.entries("titles")),
        frozenset(entry for language in found for entry in language.entries("before_a_person")),
        tuple(
            sorted(
                {fold(e) for language in found for e in language.entries("endings")},
                key=lambda e: (-len(e), e),
            )
        ),
    )


@lru_cache(maxsize=64)
def _declined(words: frozenset[str], endings: tuple[str, ...]) -> frozenset[str]:
    """Brands and products, also with the case endings of a language: ``mozillu``, ``linuxem``."""
    stems = [word.removesuffix("a") for word in words if len(word) > 4]
    return words.union(stem + ending for stem in stems for ending in endings) if endings else words


@lru_cache(maxsize=2 * MIXTURES)
def _joined(words: frozenset[str], more: frozenset[str]) -> frozenset[str]:
    """Both sets as one, which all mixtures of the same languages share: the largest has 80,000 words."""
    return words | more


@lru_cache(maxsize=MIXTURES)
def lexicon_in(lexicon: Lexicon, codes: tuple[str, ...]) -> Lexicon:
    """The lexicon adapted to the languages ``codes`` (from :func:`spoken_in`)."""
    if not codes:
        return lexicon
    ordinary, common, titles, before, endings = _sets(tuple(sorted(codes)))
    return replace(
        lexicon,
        names=_Names(lexicon, ordinary, endings, with_english="en" in codes),
        words=_joined(lexicon.words, ordinary),
        common=_joined(lexicon.common, ordinary),
        frequent=_joined(lexicon.frequent, common),
        not_names=_declined(lexicon.not_names, endings),
        titles=titles,
        before=before,
        languages=codes,
    )
