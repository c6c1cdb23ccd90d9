"""The name lexicon: given and family names of some seventy locales, and the words that look like names.

The data is in conf/lexicons: ``names.txt`` (built by tools/names_lexicon.py, which lists its sources),
``names_not.txt`` (brands, products, weekdays: capitalised words that are not people) and ``names_places.txt``. It is
loaded once per process, in about 0.1 s.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path

from smelt.pii.detect.names.runs import TOKEN

GIVEN, FAMILY, WORD = 1, 2, 4
_FLAGS = {"g": GIVEN, "f": FAMILY, "w": WORD}
_FOLDED = str.maketrans(
    {"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "’": "'"}
)

_TO_SPACE = str.maketrans(dict.fromkeys('.,:;!?()[]{}<>"*_/\\|@#$%&+=~^`0123456789\t', " "))
_ENDING = re.compile(r"'(?:ll|re|ve|s|d|t|m)'*$")

_ACCENTS = re.compile("[\u0300-\u036f]+")


def fold(text: str) -> str:
    """Lower case without accents.

    >>> fold("Ístvánfi-ŁUKASZ")
    'istvanfi-lukasz'
    """
    if text.isascii():
        return text.lower()
    return _WIDE.sub(_folded, text.lower())


_WIDE = re.compile(r"[^\x00-\x7F]+")


def _folded(wide: re.Match[str]) -> str:
    """Other than ASCII characters fold by themselves: accents never join over an ASCII character."""
    return _fold_wide(wide.group())


@lru_cache(maxsize=16_384)
def _fold_wide(wide: str) -> str:
    return _ACCENTS.sub("", unicodedata.normalize("NFKD", wide.translate(_FOLDED)))


@dataclass(frozen=True, eq=False)
class Lexicon:
    """A lexicon is equal to itself only: its sets are large.

    ``names``: folded name -> flags. ``words``: English words that are not common names.

    ``frequent`` and ``common`` are the 3,000 and the 8,000 most used of them.

    ``by_initial`` holds the frequent words of four letters or more by first letter and length;
    ``endings`` their last three letters.
    ``not_names`` and ``places`` are folded; a place may have several words. ``titles`` and ``before`` are other
    languages' words before a person, ``languages`` their codes (empty for English).
    """

    names: Mapping[str, int]
    words: frozenset[str]
    not_names: frozenset[str]
    places: frozenset[str]
    frequent: frozenset[str]
    common: frozenset[str]
    by_initial: dict[tuple[str, int], tuple[str, ...]]
    endings: frozenset[str]
    titles: frozenset[str] = frozenset()
    before: frozenset[str] = frozenset()
    languages: tuple[str, ...] = ()

    def rare_words(self, words: set[str], shortest: int = 1) -> set[str]:
        """Those of folded words, from a length on, that are no ordinary English ones; without endings (``'s``)."""
        found: set[str] = set()
        for word in words - self.words:
            if "'" in word or "-" in word:
                word = _ENDING.sub("", word).strip("'-")
                if word in self.words:
                    continue
            if len(word) >= shortest:
                found.add(word)
        return found

    def is_only_name(self, folded: str) -> bool:
        """Whether a folded word is a name, and neither an English word nor a brand."""
        flags = self.names.get(folded, 0)
        return bool(flags) and not flags & WORD and folded not in self.not_names

    def flags(self, token: str) -> int:
        """The flags GIVEN, FAMILY and WORD of one token; 0 if it is no name or in ``not_names``."""
        folded = fold(token)
        if folded in self.not_names:
            return 0
        found = self.names.get(folded, 0)
        if not found and "-" in folded:
            parts = [self.names.get(part, 0) for part in folded.split("-")]
            found = parts[0] | parts[-1] if all(parts) and not any(part & WORD for part in parts) else 0
        return found

    def is_word(self, token: str) -> bool:
        """Whether it is an English word, even if also a name (``will``); False for ``john``."""
        folded = fold(token)
        return folded in self.words or bool(self.names.get(folded, 0) & WORD)


def words_of(lines: Sequence[str], *, is_ascii: bool) -> list[set[str]]:
    """The distinct folded words of each line; ``is_ascii``: whether its whole text, folded, is ASCII.

    All lines are folded and separated at once, as a call for each costs more than its work.
    """
    folded = fold("\n".join(lines))
    if is_ascii:
        return [set(line.split()) for line in folded.translate(_TO_SPACE).split("\n")]
    return [set(_words(line)) for line in folded.split("\n")]


def _words(folded: str) -> Iterator[str]:
    """The distinct words of a line, by TOKEN, which only has to split what is not all letters."""
    for piece in set(folded.split()):
        if piece.isalpha():
            yield piece
        else:
            yield from TOKEN.findall(piece)


def _lines(file: str) -> list[str]:
    text = (resources.files("smelt.conf") / "lexicons" / file).read_text("utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


FREQUENT_WORDS, COMMON_WORDS = 3000, 8000


@cache
def _shipped() -> tuple[dict[str, int], list[str], frozenset[str], frozenset[str]]:
    bits = {flags: sum(_FLAGS[f] for f in flags) for flags in ("f", "fg", "fgw", "fw", "g", "gw")}
    pairs = (line.split(" ") for line in _lines("names.txt"))
    names = {name: bits[flags] for name, flags in pairs}
    dictionary = (resources.files("symspellpy") / "frequency_dictionary_en_82_765.txt").read_text("utf-8-sig")
    english = [line.split(" ", 1)[0] for line in dictionary.splitlines()]
    words = [word for word in english if names.get(word, WORD) & WORD]
    return names, words, frozenset(_lines("names_not.txt")), frozenset(_lines("names_places.txt"))


def load(files: tuple[str, ...] = (), not_names: tuple[str, ...] = ()) -> Lexicon:
    """The shipped lexicon, with the names of ``files`` (one per line, UTF-8) and without ``not_names``.

    Raises ``ValueError`` naming every file that cannot be read.
    """
    return _load(files, not_names)  # arguments left out are the same key


@cache
def _load(files: tuple[str, ...], not_names: tuple[str, ...]) -> Lexicon:
    names, english, shipped_not, places = _shipped()
    problems, more = [], dict[str, int]()
    for file in files:
        try:
            more.update(dict.fromkeys(_parts(Path(file).read_text("utf-8").splitlines()), GIVEN | FAMILY))
        except (OSError, UnicodeDecodeError) as error:
            problems.append(f"names.lexicon_files: cannot read {file}: {type(error).__name__}")
    if problems:
        raise ValueError("; ".join(problems))
    excluded = shipped_not | {fold(word) for word in not_names}
    words = frozenset(english).difference(more)
    frequent = frozenset(english[:FREQUENT_WORDS])
    by_initial: dict[tuple[str, int], list[str]] = {}
    for word in english[:FREQUENT_WORDS]:
        if len(word) > 3:
            by_initial.setdefault((word[0], len(word)), []).append(word)
    return Lexicon(
        names={**names, **more} if more else names,
        words=words,
        not_names=frozenset(excluded - more.keys()),
        places=places,
        frequent=frequent,
        common=frozenset(english[:COMMON_WORDS]),
        by_initial={key: tuple(values) for key, values in by_initial.items()},
        endings=frozenset(word[-3:] for word in english[:FREQUENT_WORDS] if len(word) > 3),
    )


def _parts(lines: Iterable[str]) -> Iterable[str]:
    return (part for line in lines if not line.startswith("#") for part in fold(line).split())
