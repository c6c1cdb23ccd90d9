"""Writes conf/lexicons/names.txt, the name lexicon, from public lists. Run by hand, seldom.

    python tools/names_lexicon.py --census DIR --web2 FILE.pickle --spelling en_US.dic \\
        --out conf/lexicons/names.txt

Sources, all free to redistribute:

- Faker's person providers of every locale (MIT), Indic scripts also transliterated with anyascii (ISC);
- the US Census Bureau's names of 1990 (public domain), as the package ``names`` carries them (MIT);
- flags only: Webster's Second International (public domain), as ``english-words`` carries it, and the
  word and bigram counts of ``symspellpy`` (MIT), and the American spelling dictionary of Hunspell made from
  SCOWL (its own licence, like MIT's), as ``spylls`` carries it.

One line a name, folded to lower case without accents, and its flags: ``g`` given name, ``f`` family
name, ``w`` also an English word. A name is also a word where English text puts an article, a
possessive or an auxiliary before it (``the mark``, ``to grant``), or a verb's complement behind it
(``will be``), in a fifth of its uses or more; rare words, which have no counts, and words that are a
family name only (``center``), where Webster's has them in lower case. A given name that the spelling
dictionary has with a capital alone (``Marcel``, ``Allan``) is no word, but for KEPT_WORDS.
"""

from __future__ import annotations

import argparse
import importlib
import pickle
import pkgutil
import re
from collections.abc import Iterable, Iterator, Mapping
from importlib import resources
from pathlib import Path

import faker.providers.person

from smelt.pii.detect.names.lexicon import fold


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


CENSUS_FAMILY_NAMES = 30_000
PARTICLES = _set(
    "van von der den de del della di da dos das du la le el al bin ibn ben abu af av zu und and y"
)
BEFORE = _set(
    "the a an this that these those some any no every each my your his her its our their very more most "
    "so too to can could would should not be"
)
AFTER = _set("the a an of to in on for with be it that this not you your we they at from up out as or which")
KEPT_WORDS = _set(
    "banks burns miles mills numbers graves gage wheeler wilder borg indy missy christ conn pandora islam prentice "
    "holden kali mani ming sunday texas florida german india israel jesus wells kiel samara lafayette"
)
"""Capitalised entries that are plurals, brands or places all the same."""
INDIC = _set("hi_IN ta_IN mr_IN gu_IN bn_BD or_IN ne_NP si_LK")
SCRIPTS_WITHOUT_SPACES = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def faker_names() -> Iterator[tuple[str, str, str]]:
    """(locale, ``g`` or ``f``, name) of every person provider."""
    for module in pkgutil.iter_modules(faker.providers.person.__path__):
        provider = importlib.import_module(f"faker.providers.person.{module.name}").Provider
        for attribute in dir(provider):
            kind = "g" if "first_name" in attribute else "f" if "last_name" in attribute else None
            values = getattr(provider, attribute)
            if kind and isinstance(values, Iterable) and not isinstance(values, str):
                yield from ((module.name, kind, name) for name in values if isinstance(name, str))


def census_names(folder: Path) -> Iterator[tuple[str, str, str]]:
    """The same of the census files ``dist.male.first``, ``dist.female.first`` and ``dist.all.last``."""
    for file, kind, limit in (
        ("male.first", "g", None),
        ("female.first", "g", None),
        ("all.last", "f", CENSUS_FAMILY_NAMES),
    ):
        lines = (folder / f"dist.{file}").read_text(encoding="ascii").splitlines()[:limit]
        yield from (("census", kind, line.split()[0]) for line in lines)


def english_words(web2: Path) -> tuple[Mapping[str, float], set[str], set[str]]:
    """Share of a word's uses that only a word has, by word with counts; the rare words; the common ones."""
    data = resources.files("symspellpy")
    unigrams = _counts(data / "frequency_dictionary_en_82_765.txt")
    uses = dict.fromkeys(unigrams, 0.0)
    for line in (data / "frequency_bigramdictionary_en_243_342.txt").read_text("utf-8-sig").splitlines():
        first, second, count = line.split()
        if first in BEFORE and second in uses:
            uses[second] += int(count)
        if second in AFTER and first in uses:
            uses[first] += int(count) / 12  # complements also follow names: "John in", "Smith of"
    shares = {word: uses[word] / count for word, count in unigrams.items()}
    lower = {word for word in pickle.loads(web2.read_bytes()) if word.islower()}
    common = set(list(unigrams)[:8000])
    return shares, {word for word in lower if word in unigrams and word not in common}, lower & common


def only_capitalised(dictionary: Path) -> frozenset[str]:
    """Words of four letters or more that a Hunspell dictionary has with a capital only, in lower case."""
    lines = dictionary.read_text("utf-8", errors="replace").splitlines()[1:]
    entries = {line.split("/")[0].strip() for line in lines}
    names = {
        entry.lower() for entry in entries if entry[1:].islower() and entry[0].isupper() and len(entry) > 3
    }
    return frozenset(names - entries - KEPT_WORDS)


def _counts(file: object) -> dict[str, int]:
    lines = file.read_text("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    return {word: int(count) for word, count in (line.split() for line in lines)}


def collect(
    names: Iterable[tuple[str, str, str]],
    shares: Mapping[str, float],
    rare: set[str],
    lower: set[str],
    only_names: frozenset[str],
) -> dict[str, str]:
    """Flags by folded name part; parts are split at spaces and hyphens, particles and initials dropped."""
    from anyascii import anyascii  # type: ignore[import-not-found]  # only for this

    flags: dict[str, set[str]] = {}
    for locale, kind, name in names:
        if SCRIPTS_WITHOUT_SPACES.search(name):
            continue
        forms = {fold(name), fold(anyascii(name))} if locale in INDIC else {fold(name)}
        for part in {part for form in forms for part in re.split(r"[\s\-./()]+", form)}:
            part = part.strip("'’`")
            if (
                len(part) > 1
                and part not in PARTICLES
                and all(c.isalpha() or c in "'’" or not c.isascii() for c in part)
            ):
                flags.setdefault(part, set()).add(kind)
    for part in flags:
        if (
            shares.get(part, 0) >= 0.2
            or part in rare
            or len(part) == 2
            or (part in lower and flags[part] == {"f"})
        ) and not ("g" in flags[part] and part in only_names):
            flags[part].add("w")
    return {part: "".join(sorted(flags[part])) for part in sorted(flags)}


def main() -> None:
    """Reads the sources named on the command line and writes the lexicon."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--census", type=Path, required=True)
    parser.add_argument("--web2", type=Path, required=True)
    parser.add_argument("--spelling", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    names = [*faker_names(), *census_names(given.census)]
    lexicon = collect(names, *english_words(given.web2), only_capitalised(given.spelling))
    lines = [f"{name} {flags}" for name, flags in lexicon.items()]
    given.out.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
