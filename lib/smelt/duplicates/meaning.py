"""Words in which near duplicates must not differ, because they change the meaning.

"Check-in starts at 5 pm" and "at 4 pm", "the valve to the left" and "to the right", "thanks for asking about your
router" and "about your kettle" share nearly all of their n-grams, however long they are. Facts (numbers, negations,
sides, switches) must be equal and in the same order; and only one of two texts may have content words that the other
lacks.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow.compute as pc

from smelt.duplicates.jaccard import pair_counts
from smelt.duplicates.normalise import SCRUBBED
from smelt.duplicates.shingles import I64, U64, Shingles, hashes64, mixed, offsets_of

Flags = npt.NDArray[np.bool_]

LONG = 12
"""Words from which a text is long: there, long numbers and codes (orders, accounts, telephones) are ignored."""
NEAR = 8
"""A leading "No" counts as one negation with a second one within so many first words."""
MOST_DIGITS = 4
"""Most digits of a number that is an amount, a time or a version; longer ones identify records."""

SWITCHES = (
    "off", "left", "right", "up", "down", "enable", "disable", "activate", "deactivate", "increase", "decrease",
    "raise", "lower", "reduce", "lock", "unlock", "allow", "forbid", "deny", "permit", "prohibit", "accept", "reject",
    "decline", "clockwise", "counterclockwise", "anticlockwise", "before", "after", "above", "below", "unless",
    "except",
    "possible", "impossible", "links", "rechts", "an", "aus", "vor", "nach", "aktivieren", "deaktivieren",
    "erhöhen", "verringern", "senken", "gauche", "droite", "avant", "après", "izquierda", "derecha",
    "antes", "después", "sinistra", "destra", "esquerda", "direita",
    "out", "pull", "closed", "shut", "pm", "fm", "minus", "lt", "gt", "plusplus", "sharp", "geschlossen", "oben",
    "unten", "haut", "bas", "fermé", "arriba", "abajo", "cerrado", "giù", "chiuso", "fechado", "boven", "beneden",
    "uit", "gesloten", "stängd", "lukket", "zamknięty",
    "b", "c", "d", "f", "h", "j", "l", "n", "p", "q", "r", "x",
)  # fmt: skip
"""Words whose opposite changes the answer; only ``off`` and ``closed``, not the frequent ``on`` and ``open``. Single
letters distinguish plugs, ports and programs (USB-A, USB-C), except letters that are words of a language."""

_SWITCHES = frozenset(SWITCHES)

LIGHT = frozenset((
    "yes", "ja", "oui", "sí", "sim", "tak",
    "a", "an", "the", "this", "that", "these", "those", "is", "are", "was", "were", "be", "been", "being",
    "am", "and", "of",
    "it", "its", "you", "your", "yours", "we", "our", "us", "i", "im", "my", "me", "they", "their", "them",
    "he", "she", "his",
    "her", "do", "does", "did", "will", "would", "shall", "should", "could", "may", "might", "must", "have",
    "has", "had",
    "please", "kindly", "just", "also", "then", "so", "very", "really", "simply", "now", "here", "there", "as",
    "at", "by",
    "for", "to", "in", "on", "with", "if", "when", "while", "which", "who", "whom", "hi", "hello", "hey",
    "dear", "thanks",
    "thank", "regards", "kind", "best", "cheers", "sincerely", "greetings", "sir", "madam", "good", "morning",
    "afternoon",
    "evening", "day", "nice", "great", "happy", "glad", "sorry", "welcome", "ok", "okay", "well", "sure",
    "let", "get", "got",
    "click", "press", "tap", "hit", "push", "choose", "select", "pick", "go", "use", "try", "make", "see",
    "email", "e", "mail",
    "customer", "user", "der", "die", "das", "den", "dem", "des", "ein", "eine", "einen", "einer", "und",
    "ist", "sind", "sie",
    "ihr", "ihre", "ihren", "wir", "uns", "ich", "mir", "bitte", "es", "zu", "im", "am", "auf", "für", "mit",
    "danke", "hallo",
    "le", "la", "les", "un", "une", "et", "est", "vous", "votre", "nous", "de", "du", "el", "los", "las",
    "una", "y", "que", "su",
    "il", "lo", "e", "che", "o", "os", "do", "da",
))  # fmt: skip
"""Words that can be replaced without changing the meaning, or that occur in any text."""

_GREETED = frozenset(
    (
        "hi",
        "hello",
        "hey",
        "dear",
        "mr",
        "mrs",
        "ms",
        "miss",
        "herr",
        "frau",
        "hallo",
        "liebe",
        "lieber",
        "sir",
    )
)
_RECORDS = frozenset((
    "order", "ticket", "case", "invoice", "request", "reference", "ref", "account", "contract", "booking",
    "reservation", "tracking", "number", "no", "nr", "id", "bestellung", "rechnung", "vorgang", "kundennummer",
    "commande",
    "facture",
    "pedido", "factura", "ordine", "fattura", "bestelling", "factuur",
))  # fmt: skip
"""Words before a number that identifies a record, in long texts."""
_NUMBER = re.compile(r"\d+")
_CODE = re.compile(r"(?=\D*\d)(?=.*[^\W\d])")
_ENDING = re.compile(r"(?:ing|ed|es|s|e|en|er|n)$")


class Statements(NamedTuple):
    """Per text: a hash of its facts, and the set of hashes of its content words."""

    facts: I64
    words: Shingles

    def take(self, rows: I64) -> Statements:
        """The statements of ``rows``, in that order."""
        return Statements(self.facts[rows], self.words.take(rows))

    def joined(self, other: Statements) -> Statements:
        """Concatenate with ``other``."""
        words = Shingles(
            np.concatenate([self.words.hashes, other.words.hashes]),
            offsets_of(np.concatenate([self.words.sizes, other.words.sizes])),
        )
        return Statements(np.concatenate([self.facts, other.facts]), words)

    def state_the_same(self, left: I64, right: I64) -> Flags:
        """Whether the texts ``left[i]`` and ``right[i]`` have equal facts."""
        same: Flags = self.facts[left] == self.facts[right]
        return same

    def agree(self, left: I64, right: I64) -> Flags:
        """Whether the texts ``left[i]`` and ``right[i]`` have equal facts, and at most one has additional content
        words."""
        same = self.state_the_same(left, right)
        rows = np.nonzero(same)[0]
        common = pair_counts(self.words, left[rows], right[rows])
        more = self.words.sizes[left[rows]] > common
        other = self.words.sizes[right[rows]] > common
        same[rows] &= ~(more & other)
        return same


def statements_of(parts: list[pl.Series], negations: Collection[str]) -> Statements:
    """Facts and content words of texts, given as normalised parts (one or two Series of equal length)."""
    count = len(parts[0])
    facts: U64 = np.zeros(count, dtype=np.uint64)
    keys: list[npt.NDArray[np.uint64]] = []
    for number, part in enumerate(parts):
        words = part.str.split(" ")
        sizes = words.list.len().to_numpy().astype(np.int64)
        flat = pc.dictionary_encode(words.explode().to_arrow(compat_level=pl.CompatLevel.oldest()))
        known = _Vocabulary.of(flat.dictionary.to_pylist(), frozenset(negations), number)
        code = flat.indices.to_numpy().astype(np.int64)
        row = np.repeat(np.arange(count, dtype=np.int64), sizes)
        place = np.arange(len(row)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        is_long = (sizes >= LONG)[row]
        counts = np.where(is_long, known.is_fact_of_long[code], known.is_fact[code])
        denies = known.denies[code]
        counts[1:] &= ~(is_long[1:] & known.is_number[code[1:]] & known.names_record[code[:-1]])
        again = np.bincount(row[denies & (place > 0) & (place < NEAR)], minlength=count) > 0
        counts &= ~(denies & (place == 0) & again[row])  # "No, we do not" is one negation
        facts = mixed(
            facts * np.uint64(0x9E3779B97F4A7C15) + _in_order(known.fact[code[counts]], row[counts], count)
        )
        greeted = np.zeros(len(row), dtype=np.bool_)
        greeted[1:] = known.is_greeting[code[:-1]] & (place[1:] < 4) & (row[1:] == row[:-1])
        tells = np.where(is_long, known.tells_in_long[code], known.tells[code]) & ~greeted
        keys.append((row[tells].astype(np.uint64) << np.uint64(32)) | known.key[code[tells]])
    found = np.unique(np.concatenate(keys))
    sizes = np.bincount((found >> np.uint64(32)).astype(np.int64), minlength=count).astype(np.int64)
    return Statements(facts.view(np.int64), Shingles(found.astype(np.uint32), offsets_of(sizes)))


class _Vocabulary(NamedTuple):
    """Properties of each distinct word, by its code."""

    denies: Flags
    is_fact: Flags
    is_fact_of_long: Flags
    fact: U64
    tells: Flags
    tells_in_long: Flags
    key: U64
    is_greeting: Flags
    is_number: Flags
    names_record: Flags

    @classmethod
    def of(cls, words: Sequence[str | None], negations: frozenset[str], part: int) -> _Vocabulary:
        listed = [word or "" for word in words]
        said = [_fact(word, negations) for word in listed]
        is_fact = np.array([fact is not None for fact in said], dtype=np.bool_)
        tells = np.array(
            [
                fact is None and bool(word) and word not in LIGHT and word != SCRUBBED
                for word, fact in zip(listed, said, strict=True)
            ],
            dtype=np.bool_,
        )
        is_number = np.array([word[:1].isdigit() for word in listed], dtype=np.bool_)
        short = np.array([_says_how_much(word) for word in listed], dtype=np.bool_)
        code = np.array(
            [len(word) > MOST_DIGITS and bool(_CODE.match(word)) for word in listed], dtype=np.bool_
        )
        keys = pl.Series("key", [f"{part}{_key(word)}" for word in listed], dtype=pl.String)
        return cls(
            np.array([word in negations for word in listed], dtype=np.bool_),
            is_fact,
            is_fact & (~is_number | short),
            hashes64(pl.Series("fact", [fact or "" for fact in said], dtype=pl.String)),
            tells,
            tells & ~code,
            hashes64(keys) >> np.uint64(33),
            np.array([word in _GREETED for word in listed], dtype=np.bool_),
            is_number,
            np.array([word in _RECORDS for word in listed], dtype=np.bool_),
        )


def _fact(word: str, negations: frozenset[str]) -> str | None:
    """The fact that a word states if it is a negation, a switch or a number."""
    if word in negations:
        return "not"
    if word in _SWITCHES or word[:1].isdigit():
        return word
    return None


def _in_order(hashes: U64, row: I64, count: int) -> U64:
    """One order-dependent hash per row, of the row's hashes."""
    sizes = np.bincount(row, minlength=count)
    place = np.arange(len(row)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    powers = np.cumprod(np.full(int(sizes.max(initial=0)) + 1, 0xD1342543DE82EF95, dtype=np.uint64))
    result = np.zeros(count, dtype=np.uint64)
    np.add.at(result, row, hashes * powers[place])
    return mixed(result)


def _says_how_much(token: str) -> bool:
    digits = _NUMBER.findall(token)
    return all(len(run) <= MOST_DIGITS for run in digits) and len(token) <= 2 * MOST_DIGITS


def _key(word: str) -> str:
    """A key shared by a word, its inflections and typical typing errors: first letter, set of letters, last letter."""
    if len(word) <= 4 or any(character.isdigit() for character in word):
        return word
    stem = _ENDING.sub("", word) if len(word) > 5 else word
    return stem[:1] + "".join(sorted(set(stem))) + stem[-1:]
