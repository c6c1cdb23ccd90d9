"""Notices: texts written automatically by help desks, telephone systems and mail programs.

``This request was merged into request #6``, ``Rate your conversation``, ``This message was deleted``: see
conf/lexicons/notices.yaml. A text is a notice if almost nothing is left of it without the clauses of notices.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, cached_property
from importlib import resources

import numpy as np
import numpy.typing as npt
import polars as pl

from smelt.conversations.literals import (
    All,
    Either,
    literals_of,
    needs_of,
    numbers_of,
    rows_by_word,
    rows_with,
    words_of,
)

Flags = npt.NDArray[np.bool_]

SECTIONS = (
    "merged", "closed", "out_of_office", "received", "survey", "call_card", "deleted", "transferred", "elsewhere",
    "not_understood",
)  # fmt: skip
"""Kinds of notices in the lexicon."""

OF_CUSTOMERS = ("merged", "out_of_office", "call_card", "deleted")
"""Kinds that also occur in customers' turns; in a customer's words, the others would be questions about them."""

MOST_CHARACTERS = 1_000
"""Longer texts are no notices; quoted mail below is cut off first."""

MOST_OF_A_COURTESY = 300
"""Longer texts, in characters, are no mere courtesies."""

WORDS_LEFT = 5
"""Most words that a notice may have besides its clauses: names, numbers, the end of a subject."""

STEPS = 2
"""Number of instruction steps from which a text explains something (how to set an automatic reply) and is no notice."""
_STEP = (
    r"(?im)(?:^|[:.,;]\s+|\b(?:and|then|to)\s+)"
    r"(?:open|choose|click|select|press|set|enter|go\s+to|tap|turn|type|run)\b"
)

_NARROW = {"w": r"a-zà-ÿ0-9'’\-", "s": "\\ \\t\u00a0"}
"""What ``\\w`` and ``\\s`` stand for in the lexicon: letters of words in its languages, and white space in a line."""
_BLANKS = r"[ \t\x{a0}]{2,}|[\t\x{a0}]"
"""What one blank stands for in the needs of entries (Rust regex)."""
_CLASS = re.compile(r"\[\^?(?:\\.|[^\]\\])+\]|\\[ws]")

_DAY_OF_MONTH = (
    r"(?i)\b(\d{1,2})\.\s*((?:jan|feb|fev|mär|mar|apr|avr|mai|maj|may|jun|jul|aug|ago|sep|okt|oct|out|nov|dez|dec|dic|"
    r"led|úno|bře|dub|kvě|čer|srp|zář|říj|lis|pro|sty|lut|kwi|cze|lip|sie|wrz|paź|gru|bis|und|\d))"
)
"""A full stop that ends no sentence: ``14. Juni``, ``3. bis 14.6.``"""
_ENDS = ".!?,;\n。！？，；、"
"""Characters that end a clause, including Chinese and Japanese ones."""
_WIDE = r"[\p{Han}\p{Hiragana}\p{Katakana}]"
"""Scripts without spaces: two characters count as a word."""

_FOLDED = "[ıſς\u0345µϐϑϕϖϰϱϵẛιﬅﬆ\u0307ΐΰᲀ-ᲈ]"
"""Letters, in lower case, that match others where case is ignored, so that a match may lack a word in letters."""

_GREETING = (
    r"(?im)^\W*(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|hallo|guten tag|sehr geehrte\w*|bonjour|"
    r"hola|ciao|buongiorno|olá|beste|hej)\b[^.!?\n]{0,40}(?:[,.!\n]|$)"
)


def are_notices(texts: pl.Series, sections: Iterable[str] = SECTIONS) -> Flags:
    """Whether each text (null: False) is only a notice of one of the lexicon's ``sections``; each distinct text is
    judged once."""
    distinct, code = _distinct(texts, MOST_CHARACTERS)
    found = np.zeros(len(distinct) + 1, dtype=np.bool_)
    rows = np.nonzero(_say_one_of(distinct, tuple(sections)))[0]
    if len(rows):
        found[rows[_is_nothing_else(distinct.gather(rows))]] = True
    return found[code]


def _is_nothing_else(candidates: pl.Series) -> Flags:
    left = _words_left(candidates, (*SECTIONS, "around", "beside"))
    steps = candidates.str.count_matches(_STEP).to_numpy()
    is_left: Flags = (left <= WORDS_LEFT) & (steps < STEPS)
    return is_left


def are_courtesies(texts: pl.Series) -> Flags:
    """Whether each text (null: False) is only thanks, a greeting or a farewell."""
    distinct, code = _distinct(texts, MOST_OF_A_COURTESY)
    found = np.zeros(len(distinct) + 1, dtype=np.bool_)
    found[:-1] = _words_left(distinct, ("around",)) <= 1
    return found[code]


def _distinct(texts: pl.Series, most: int) -> tuple[pl.Series, npt.NDArray[np.int64]]:
    """The distinct texts of at most ``most`` characters, and the position of each text among them; -1 for others."""
    short = texts.set(texts.str.len_chars() > most, None)
    distinct = short.drop_nulls().unique(maintain_order=True)
    places = pl.DataFrame({"text": distinct, "place": np.arange(len(distinct))})
    joined = pl.DataFrame({"text": short}).join(places, on="text", how="left", maintain_order="left")
    code: npt.NDArray[np.int64] = joined["place"].fill_null(-1).to_numpy().astype(np.int64)
    return distinct, code


def _say_one_of(texts: pl.Series, sections: tuple[str, ...]) -> Flags:
    found = np.zeros(len(texts), dtype=np.bool_)
    said = texts.to_list()
    for entry, rows in _rows_by_entry(said, sections):
        for row in rows:
            found[row] = found[row] or entry.pattern.search(said[row]) is not None
    return found


def _words_left(texts: pl.Series, sections: tuple[str, ...]) -> npt.NDArray[np.int64]:
    begun = texts.str.replace_all(_DAY_OF_MONTH, "${1} ${2}").str.replace_all(_GREETING, "")
    rest = begun.to_list()
    for entry, rows in _rows_by_entry(rest, sections):
        for row in rows:
            if entry.pattern.search(
                rest[row]
            ):  # where it fails it takes far less time than the clause around it
                rest[row] = entry.clause.sub("", rest[row])
    left = pl.Series("rest", rest, dtype=pl.String)
    spaced = left.str.replace_all(_WIDE, " ").str.count_matches(r"\p{L}{2,}")
    words: npt.NDArray[np.int64] = (spaced + left.str.count_matches(_WIDE) // 2).to_numpy().astype(np.int64)
    return words


def _rows_by_entry(texts: Sequence[str], sections: tuple[str, ...]) -> Iterator[tuple[_Entry, list[int]]]:
    """Each entry with the rows that contain all the words that it needs."""
    entries, words = _lexicon(sections)
    lowered = pl.Series("text", texts, dtype=pl.String).str.to_lowercase().str.replace_all(_BLANKS, " ")
    held = rows_by_word(lowered, words)
    every = (1 << len(texts)) - 1
    odd = sum(1 << int(row) for row in lowered.str.contains(_FOLDED).arg_true())
    for entry in entries:
        if held.keys().isdisjoint(entry.first.parts):
            continue
        rows = rows_with(entry.first, held, every) & (rows_with(entry.needs, held, every) | odd)
        if rows:
            yield entry, numbers_of(rows)


class _Entry:
    """The expressions of an entry of the lexicon, compiled when first used: a batch needs few of some hundred."""

    def __init__(self, written: str) -> None:
        words = literals_of(written)
        if not words:
            raise ValueError(f"notices.yaml: no word of three letters must stand in what {written} matches")
        self.first, self.needs = Either(tuple(sorted(words))), needs_of(written)
        found = _CLASS.sub(_narrowed, written)
        if written.isascii() and not written.startswith("^"):  # then a word ends where its ASCII letters do
            found = rf"(?a:\b)(?:{found})(?:(?a:\b)|$|[ :])"
        self._found = found

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Finds the entry."""
        return re.compile(rf"(?im)(?:{self._found})")

    @cached_property
    def clause(self) -> re.Pattern[str]:
        """Finds the whole clause around the entry; only where a clause begins, since it would be found there first."""
        return re.compile(rf"(?im)(?<![^{_ENDS}])[^{_ENDS}]*(?:{self._found})[^{_ENDS}]*(?:[{_ENDS}]+|$)")


def _narrowed(part: re.Match[str]) -> str:
    if part[0] in (r"\w", r"\s"):
        return f"[{_NARROW[part[0][1]]}]"
    return part[0].replace(r"\w", _NARROW["w"]).replace(r"\s", _NARROW["s"])


@cache
def _lexicon(sections: tuple[str, ...]) -> tuple[list[_Entry], list[str]]:
    """The entries of ``sections``, and all the words that they need.

    Raises ValueError for an entry without such a word, since it would have to be tried on every text.
    """
    entries = [_entry(written) for section in sections for written in _lists()[section]]
    return entries, sorted({word for entry in entries for word in words_of(All((entry.first, entry.needs)))})


@cache
def _entry(written: str) -> _Entry:
    return _Entry(written)


@cache
def _lists() -> dict[str, list[str]]:
    import yaml  # imported here: a worker without such texts needs no YAML

    text = (resources.files("smelt.conf") / "lexicons" / "notices.yaml").read_text("utf-8")
    lists: dict[str, list[str]] = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return lists
