"""Insulting words that have a technical sense: ``lazy loading``, a ``dumb terminal``, a motor that jerks.

``tone.technical`` in the lexicon lists fixed phrases; words of ``tone.of_people`` count only if applied to a person.
"""

from __future__ import annotations

import re
from functools import cache

import polars as pl

from smelt.quality.lexicons import lexicon

_PEOPLE = (
    r"customers?|users?|clients?|callers?|people|persons?|guys?|m[ae]n|wom[ae]n|kids?|children|folks?|everyone|everybody|anyone|"
    r"anybody|someone|somebody|colleagues?|boss|employees?|fellows?"
)
_BEFORE = re.compile(
    rf"(?i)(?:\b(?:you(?:['’]re)?|u|ur|yourself|he|she|they(?:['’]re)?|who|whoever|{_PEOPLE})\b[^,;:.!?\n]{{0,40}}"
    r"|\b(?:such an?|what an?|how|so|too|being|bunch of|of an?|like an?|stop being|only an?|just an?|total|"
    r"complete|damned?|bloody|"
    r"stupid|fucking)\s+(?:\w+\s+){0,2})$"
)
"""Contexts before a word in which it is applied to a person."""
_AFTER = re.compile(
    rf"(?i)^(?:\s+\w+)?\s+(?:{_PEOPLE}|idiots?|excuses?|questions?|attitude|behaviou?r|bastards?|bitch)\b"
)
_YOUR = re.compile(r"(?i)\byour\s+(?:own\s+)?$")


def without_technical(texts: pl.Series) -> pl.Series:
    """Remove words that are not insults in their context."""
    return pl.Series(texts.name, [_masked(text) for text in texts.to_list()], dtype=pl.String)


def _masked(text: str) -> str:
    text = _technical().sub(" ", text)
    return _of_people().sub(lambda word: word[0] if _is_of_a_person(word) else " ", text)


def _is_of_a_person(word: re.Match[str]) -> bool:
    before = re.split(r"[.!?\n]", word.string[: word.start()])[-1]
    after = word.string[word.end() :]
    return bool(_BEFORE.search(before) or _AFTER.match(after) or _YOUR.search(before))


@cache
def _technical() -> re.Pattern[str]:
    return re.compile("|".join(rf"\b(?:{entry})\b" for entry in lexicon("tone")["technical"]), re.IGNORECASE)


@cache
def _of_people() -> re.Pattern[str]:
    words = "|".join(re.escape(str(word)) for word in lexicon("tone")["of_people"])
    return re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
