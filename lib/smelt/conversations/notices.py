"""Notices: texts written automatically by help desks, telephone systems and mail programs.

``This request was merged into request #6``, ``Rate your conversation``, ``This message was deleted``: see
conf/lexicons/notices.yaml. A text is a notice if almost nothing is left of it without the clauses of notices.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from smelt.conversations.literals import literals_of

Flags = npt.NDArray[np.bool_]

SECTIONS = (
    "merged", "closed", "out_of_office", "received", "survey", "call_card", "deleted", "transferred", "elsewhere",
)  # fmt: skip
"""Kinds of notices in the lexicon."""

OF_CUSTOMERS = ("merged", "out_of_office", "call_card", "deleted")
"""Kinds that also occur in customers' turns; in a customer's words, the others would be questions about them."""

MOST_CHARACTERS = 1_000
"""Longer texts are no notices; quoted mail below is cut off first."""

WORDS_LEFT = 5
"""Most words that a notice may have besides its clauses: names, numbers, the end of a subject."""

STEPS = 2
"""Number of instruction steps from which a text explains something (how to set an automatic reply) and is no notice."""
_STEP = (
    r"(?im)(?:^|[:.,;]\s+|\b(?:and|then|to)\s+)"
    r"(?:open|choose|click|select|press|set|enter|go\s+to|tap|turn|type|run)\b"
)

_LETTER = "[a-zà-ÿ0-9'’-]"
"""Replaces ``\\w`` in the lexicon's patterns, which with all of Unicode would be twenty times as slow."""

_DAY_OF_MONTH = (
    r"(?i)\b(\d{1,2})\.\s*((?:jan|feb|fev|mär|mar|apr|avr|mai|maj|may|jun|jul|aug|ago|sep|okt|oct|out|nov|dez|dec|dic|"
    r"led|úno|bře|dub|kvě|čer|srp|zář|říj|lis|pro|sty|lut|kwi|cze|lip|sie|wrz|paź|gru|bis|und|\d))"
)
"""A full stop that ends no sentence: ``14. Juni``, ``3. bis 14.6.``"""
_ENDS = ".!?,;\n。！？，；、"
"""Characters that end a clause, including Chinese and Japanese ones."""
_WIDE = r"[\p{Han}\p{Hiragana}\p{Katakana}]"
"""Scripts without spaces: two characters count as a word."""

_GREETING = (
    r"(?im)^\W*(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|hallo|guten tag|sehr geehrte\w*|bonjour|"
    r"hola|ciao|buongiorno|olá|beste|hej)\b[^.!?\n]{0,40}(?:[,.!\n]|$)"
)


def are_notices(texts: pl.Series, sections: Iterable[str] = SECTIONS) -> Flags:
    """Whether each text (null: False) is only a notice of one of the lexicon's ``sections``."""
    found = (texts.str.len_chars() <= MOST_CHARACTERS).fill_null(False).to_numpy().copy()
    rows = np.nonzero(found)[0]
    found[rows] = _say_one_of(texts.gather(rows), tuple(sections))
    rows = np.nonzero(found)[0]
    if not len(rows):
        return found
    candidates = texts.gather(rows)
    left = _words_left(candidates, (*SECTIONS, "around", "beside"))
    steps = candidates.str.count_matches(_STEP).to_numpy()
    found[rows] = (left <= WORDS_LEFT) & (steps < STEPS)
    return found


def are_courtesies(texts: pl.Series) -> Flags:
    """Whether each text (null: False) is only thanks, a greeting or a farewell."""
    short = (texts.str.len_chars() <= 300).fill_null(False).to_numpy().copy()
    rows = np.nonzero(short)[0]
    if not len(rows):
        return short
    short[rows] = _words_left(texts.gather(rows), ("around",)) <= 1
    return short


def _say_one_of(texts: pl.Series, sections: tuple[str, ...]) -> Flags:
    found = np.zeros(len(texts), dtype=np.bool_)
    for entry, rows in _rows_by_entry(texts, sections):
        open_rows = rows[~found[rows]]
        if len(open_rows):
            found[open_rows] = texts.gather(open_rows).str.contains(entry.pattern).to_numpy()
    return found


def _words_left(texts: pl.Series, sections: tuple[str, ...]) -> npt.NDArray[np.int64]:
    rest = texts.str.replace_all(_DAY_OF_MONTH, "${1} ${2}").str.replace_all(_GREETING, "")
    for entry, rows in _rows_by_entry(rest, sections):
        rest = rest.scatter(rows, rest.gather(rows).str.replace_all(entry.clause, ""))
    spaced = rest.str.replace_all(_WIDE, " ").str.count_matches(r"\p{L}{2,}")
    words: npt.NDArray[np.int64] = (spaced + rest.str.count_matches(_WIDE) // 2).to_numpy().astype(np.int64)
    return words


def _rows_by_entry(
    texts: pl.Series, sections: tuple[str, ...]
) -> Iterator[tuple[_Entry, npt.NDArray[np.int64]]]:
    """Each entry with the rows that contain one of its required words."""
    entries, by_word = _lexicon(sections)
    lowered = texts.str.to_lowercase()
    hits = pl.DataFrame(
        {"row": np.arange(len(texts)), "word": lowered.str.extract_many(list(by_word), overlapping=True)}
    )
    rows = hits.explode("word").drop_nulls().unique().group_by("word").agg("row")
    by_entry: dict[int, list[npt.NDArray[np.int64]]] = {}
    for word, found in rows.iter_rows():
        for number in by_word[word]:
            by_entry.setdefault(number, []).append(np.array(found, dtype=np.int64))
    for number, parts in sorted(by_entry.items()):
        yield entries[number], np.unique(np.concatenate(parts))


class _Entry(NamedTuple):
    """Rust regexes of an entry of the lexicon, and of the clauses that contain it."""

    pattern: str
    clause: str


@cache
def _lexicon(sections: tuple[str, ...]) -> tuple[list[_Entry], dict[str, list[int]]]:
    """The entries of ``sections``, and for each word the positions of the entries that need it.

    Raises ValueError for an entry without such a word, since it would have to be tried on every text.
    """
    import yaml  # imported here: a worker without such texts needs no YAML

    text = (resources.files("smelt.conf") / "lexicons" / "notices.yaml").read_text("utf-8")
    lists = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    entries: list[_Entry] = []
    by_word: dict[str, list[int]] = {}
    for written in (entry for section in sections for entry in lists[section]):
        words = literals_of(written)
        if not words:
            raise ValueError(f"notices.yaml: no word of three letters must stand in what {written} matches")
        for word in words:
            by_word.setdefault(word, []).append(len(entries))
        entries.append(_entry(written))
    return entries, by_word


def _entry(written: str) -> _Entry:
    pattern = written.replace(r"\w", _LETTER).replace(r"\s", "[ \t\u00a0]")
    if written.isascii() and not written.startswith("^"):  # the edge of a word is one of ASCII, which is fast
        pattern = rf"(?-u:\b)(?:{pattern})(?-u:\b|$|[ :])"
    clause = rf"(?im)[^{_ENDS}]*(?:{pattern})[^{_ENDS}]*(?:[{_ENDS}]+|$)"
    return _Entry(rf"(?im)(?:{pattern})", clause)
