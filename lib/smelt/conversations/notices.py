"""Notices: texts written automatically by help desks, telephone systems and mail programs.

``This request was merged into request #6``, ``Rate your conversation``, ``This message was deleted``: see
conf/lexicons/notices.yaml. A text is a notice if almost nothing is left of it without the clauses of notices.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt
import polars as pl

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

_GREETING = (
    r"(?im)^\W*(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|hallo|guten tag|sehr geehrte\w*|bonjour|"
    r"hola|ciao|buongiorno|olá|beste|hej)\b[^.!?\n]{0,40}(?:[,.!\n]|$)"
)


def are_notices(texts: pl.Series, sections: Iterable[str] = SECTIONS) -> Flags:
    """Whether each text (null: False) is only a notice of one of the lexicon's ``sections``."""
    kinds = tuple(sections)
    found = (texts.str.len_chars() <= MOST_CHARACTERS).fill_null(False).to_numpy().copy()
    rows = np.nonzero(found)[0]
    found[rows] = texts.gather(rows).str.contains(_any(kinds)).to_numpy()
    rows = np.nonzero(found)[0]
    if not len(rows):
        return found
    candidates = texts.gather(rows)
    left = _words_left(candidates, (*SECTIONS, "around"))
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


def _words_left(texts: pl.Series, sections: tuple[str, ...]) -> npt.NDArray[np.int64]:
    rest = texts.str.replace_all(_GREETING, "").str.replace_all(_clause(sections), "")
    return rest.str.count_matches(r"\p{L}{2,}").to_numpy().astype(np.int64)


@cache
def _entries(sections: tuple[str, ...]) -> str:
    import yaml  # imported here: a worker without such texts needs no YAML

    text = (resources.files("smelt.conf") / "lexicons" / "notices.yaml").read_text("utf-8")
    lists = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    entries = "|".join(f"(?:{entry})" for section in sections for entry in lists[section])
    return entries.replace(r"\w", _LETTER).replace(r"\s", "[ \t\u00a0]")


@cache
def _any(sections: tuple[str, ...]) -> str:
    return rf"(?im)(?-u:\b)(?:{_entries(sections)})(?-u:\b|$)"


@cache
def _clause(sections: tuple[str, ...]) -> str:
    return rf"(?im)(?:[^.!?,;\n]*(?-u:\b))?(?:{_entries(sections)})(?-u:\b|$|[ :])[^.!?,;\n]*(?:[.!?,;\n]+|$)"
