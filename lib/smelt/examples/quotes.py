"""Removes quoted mail, recognised by its header or ``>`` marks, and keeps replies written between its parts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from smelt.examples.quote_forms import notes_header, with_plain_marks
from smelt.examples.quote_headers import (
    ABOVE,
    ABOVE_WORDS,
    ADDRESS,
    ATTRIBUTED,
    ATTRIBUTION,
    BY_READER,
    DASHED,
    DIRECTIONS,
    FORWARDED,
    FORWARDED_WORDS,
    LONGEST_ATTRIBUTION,
    ORIGINAL,
    ORIGINAL_WORDS,
    SIGN,
    VERBS,
    WHEN,
    label_of,
)

MAY_BE_QUOTED = (
    r"(?m)^\s*>|[:：][\s\x{200e}\x{200f}\x{202a}-\x{202e}\x{2066}-\x{2069}]*$|"
    r"^\s*[*_]{0,2}\p{L}[\p{L}' ]{0,20}[*_]{0,2}\s?[:：]|^[-_=*—–\s]{2,}|"
    r"(?i)forwarded|weitergeleitet|above this line|^##-|^\s{0,3}\d{1,4}[./-]\d{1,2}[./-]\d{2,4},? +\d{1,2}[:.]\d{2}|"
    r"(?-i:^\s{0,8}[A-Z][A-Za-z]{1,2}>)"
)
"""Rust regex that matches every text with a quote (and some others)."""

MOST_LABELS = 40
"""Most lines of a label header, in which lists of recipients may be wrapped."""
MOST_WRAPPED = 3
"""Most lines over which mail programs wrap an attribution."""
POINTS_BELOW = re.compile(
    r"(?im)\b(?:see|find|read|check|answers?|answered|repl(?:y|ies|ied)|comments?|remarks?|respon\w+|antworten?|anmerkungen|"
    r"réponses?|respuestas?|risposte|respostas?|antwoorden|svar|kommentarer|odpowiedzi|vastaukse\w+|odpovědi|"
    r"yanıt\w+|cevap\w+|ответы?|комментарии)\b[^\n]{0,80}\b(?:below|in[\s-]?line|"
    r"in (?:your|the|my) (?:\w+ )?"
    r"(?:text|e-?mail|mail|message|questions?|original)|in (?:red|blue|green|bold|capitals|colou?r|"
    r"between)|between (?:the|your)|"
    r"unten|im text|in (?:rot|blau|ihrer|deiner)|ci-dessous|dans (?:le|votre) (?:texte|mail|message)|abajo|"
    r"a continuación|"
    r"en (?:rojo|azul)|di seguito|qui sotto|nel testo|in rosso|abaixo|no texto|hieronder|in de tekst|nedan|nedenfor|"
    r"under(?:neden)?|poniżej|w tekście|alla|níže|v textu|aşağıda|ниже|в тексте|below each|under each)\b|"
    r"^\W*(?:(?:(?:please|pls)\s+)?see\s+)?(?:in[\s-]?line|below|unten|im text|ci-dessous|abajo|hieronder)\W*$"
)
"""``See my answers below``: the answers are between the quoted lines."""
OWN_WORDS = 12
"""Most words above a forwarded mail for that mail to count as the message itself."""

_QUOTE = re.compile(r"^\s*>")
_INTRODUCES = re.compile(r"\w\s*[:：]\s*$")
_QUOTED_BY = re.compile(rf"\b(?:{VERBS}|asked|ask|gefragt|demandé|preguntó)\b|{WHEN}", re.IGNORECASE)
_ADDRESSED = re.compile(ADDRESS, re.IGNORECASE)
_MAY_BE_SIGN = re.compile(r"[\d@<\[]")
"""Occurs in everything that SIGN matches, which takes long."""
_PROMPT = re.compile(r"^\s*(?:>>>|\.\.\.)\s\S")
_FENCE = re.compile(r"^ {0,3}(?:```|~~~)")
_LONG_LINE = 60
_ENDS = re.compile(r"[^\W\d]{3,}[.!?]\s*$")
_SAYS = re.compile(r"\w").search


_RULE = re.compile(r"^\s*_{10,}\s*$")
_RULED = re.compile(r"[-_=*—–:]")
_MAY_HEAD = re.compile(r"[:：\-_=*—–]|^\s\s")
"""Occurs in every line that a header begins with, unless one of the next lines ends in a colon."""


class _Header(NamedTuple):
    start: int
    end: int
    """Lines ``start`` to before ``end`` are the header."""
    kind: str
    """attribution, block, original or forwarded."""


def without_quotes(text: str) -> str:
    """Remove the quoted mail; a text that is only a quote is returned unchanged."""
    lines = text.split("\n")
    fenced = _fenced(lines)
    lines = with_plain_marks(lines, fenced)
    header = _first_header(lines, fenced)
    if header is None:
        kept = _unquoted(lines, fenced)
    else:
        above, below = lines[: header.start], lines[header.end :]
        kept_above = _unquoted(above, fenced[: header.start])
        own = " ".join(kept_above).strip()
        if not own and header.kind != "forwarded" and not any(map(_QUOTE.match, below)):
            return text
        kept = kept_above + _kept_below(below, fenced[header.end :], header, own)
    result = "\n".join(kept)
    return result if result.strip() else text


def _kept_below(lines: list[str], fenced: list[bool], header: _Header, own: str) -> list[str]:
    """The lines below a header that are not part of the quoted mail."""
    if any(_QUOTE.match(line) for line in lines):
        first = next(number for number, line in enumerate(lines) if _QUOTE.match(line))
        marked = _unquoted(lines[first:], fenced[first:])
        return _without_headers(marked)
    if header.kind == "forwarded" and len(own.split()) <= OWN_WORDS:
        return ["", *_without_headers(lines)]
    if POINTS_BELOW.search(own):
        return ["", *_without_headers(lines)]
    return []


def _without_headers(lines: list[str]) -> list[str]:
    """Remove further headers; the quoted lines below them were already removed by their ``>`` marks."""
    kept = list(lines)
    while (header := _first_header(kept, [False] * len(kept))) is not None:
        kept = kept[: header.start] + kept[header.end :]
    return kept


def _unquoted(lines: list[str], fenced: list[bool]) -> list[str]:
    """The lines that do not begin with ``>`` and are not the wrapped rest of a quoted line."""
    if not any(map(_is_marked, lines)):
        return list(lines)
    prompts = _are_prompts(lines)
    kept: list[str] = []
    before: str | None = None
    said = ""
    for line, inside in zip(lines, fenced, strict=True):
        is_marked = _is_marked(line)
        if is_marked and before is None and _INTRODUCES.search(said) and not _is_quoted_by(said):
            kept.append(line)  # "Go to:" followed by "> Settings": text of the writer, not a quotation
            continue
        said = line if line.strip() and not is_marked else said
        if inside or not is_marked or (prompts and _PROMPT.match(line)):
            if before is not None and _goes_on(before, line):
                before = line
                continue
            kept.append(line)
            before = None
        else:
            before = line
    return kept


def _is_marked(line: str) -> bool:
    """Whether a line begins with ``>``."""
    return ">" in line and _QUOTE.match(line) is not None


def _is_quoted_by(said: str) -> bool:
    """Whether a line that ends in a colon says who is quoted, or when that was written."""
    return bool(_QUOTED_BY.search(said) or (_MAY_BE_SIGN.search(said) and _ADDRESSED.search(said)))


def _are_prompts(lines: list[str]) -> bool:
    """Whether ``>>>`` is Python's prompt: all quoted lines look like prompts."""
    marks = [line.lstrip() for line in lines if _QUOTE.match(line)]
    return bool(marks) and all(_PROMPT.match(mark) for mark in marks)


def _goes_on(quoted: str, line: str) -> bool:
    """Whether ``line`` is the rest of a long quoted line that a mail program wrapped."""
    said = quoted.lstrip("> \t")
    return (
        len(quoted) >= _LONG_LINE
        and not re.search(r"[.!?:;]\s*$", said)
        and bool(re.match(r"[a-zß-ÿ\d(,]", line))
        and len(line) < len(quoted)
    )


def _first_header(lines: list[str], fenced: list[bool]) -> _Header | None:
    lowered = "\n".join(lines).lower()
    asked = any(words in lowered for words in ABOVE_WORDS)
    marks = tuple(any(map(lowered.__contains__, words)) for words in (ORIGINAL_WORDS, FORWARDED_WORDS))
    to_colon = _lines_to_colon(lines)
    for number, line in enumerate(lines):
        if fenced[number] or not line.strip():
            continue
        wrapped = to_colon[number]
        if wrapped or _MAY_HEAD.search(line):
            found = _header_at(lines, number, wrapped, marks)
            if found is not None:
                return found
        if asked and ABOVE.match(line) and any(map(_SAYS, lines[:number])):
            start = number - 1 if not _SAYS(lines[number - 1]) else number
            return _Header(start, number + 1, "original")
    return None


def _header_at(lines: list[str], number: int, wrapped: int, marks: tuple[bool, ...]) -> _Header | None:
    """The header that begins in line ``number``.

    ``wrapped``: how many lines it takes from there to the next line that ends in a colon; 0 if more than MOST_WRAPPED.
    ``marks``: whether the text has one of ORIGINAL_WORDS, and of FORWARDED_WORDS.
    """
    line = lines[number]
    is_original, is_forwarded = marks
    if is_original and (line[0] in "-_=*—–" or line[0].isspace()) and ORIGINAL.match(line):
        return _Header(number, _end_of_block(lines, number + 1), "original")
    if is_forwarded and FORWARDED.match(line) and _RULED.search(line):
        return _Header(number, _end_of_block(lines, number + 1), "forwarded")
    dashed = DASHED.match(line) if "--" in line else None
    if dashed and _is_attribution([f"{dashed[1]}:"]):
        return _Header(number, number + 1, "attribution")
    if label_of(line) in ("from", "sent"):
        end = _end_of_block(lines, number)
        if end > number:
            return _Header(number, end, "block")
    begin, end = notes_header(lines, number)
    if end > number:
        return _Header(begin, end, "block")
    if "__________" in line and _RULE.match(line):
        after = number + 1
        while after < len(lines) and not lines[after].strip():
            after += 1
        end = _end_of_block(lines, after)
        return _Header(number, end, "block") if end > after else None
    part = lines[number : number + wrapped]
    if not part or any(not line.strip() or _is_marked(line) for line in part):
        return None
    if wrapped > 1 and (_ENDS.search(line) or (_is_attribution(part[1:]) and not SIGN.search(line))):
        return None
    if not _is_attribution(part):
        return None
    end = number + wrapped
    following = next((later for later in lines[end:] if later.strip()), "")
    if BY_READER.search(_joined(part)) and not _is_marked(following):
        return None
    return _Header(number, end, "attribution")


def _lines_to_colon(lines: list[str]) -> list[int]:
    """For every line, how many lines it takes from there to the next that ends in a colon; 0 if over MOST_WRAPPED."""
    counts = [0] * len(lines)
    for number, line in enumerate(lines):
        if _ends_in_colon(line):
            for count in range(1, min(MOST_WRAPPED, number + 1) + 1):
                counts[number - count + 1] = counts[number - count + 1] or count
    return counts


def _ends_in_colon(line: str) -> bool:
    return (":" in line or "：" in line) and _undirected(line).rstrip().endswith((":", "："))


def _undirected(line: str) -> str:
    return line if line.isascii() else line.translate(DIRECTIONS)


def _joined(lines: Sequence[str]) -> str:
    joined = " ".join(_undirected(line).strip() for line in lines)
    return re.sub(r"<\s+", "<", joined)


def _is_attribution(lines: Sequence[str]) -> bool:
    """Whether the joined lines are an attribution: who wrote, and when or from which address."""
    joined = _joined(lines)
    if (
        not joined.endswith((":", "："))
        or len(joined) > LONGEST_ATTRIBUTION
        or not _MAY_BE_SIGN.search(joined)
    ):
        return False
    return bool(SIGN.search(joined) and ATTRIBUTED.search(joined) and ATTRIBUTION.match(joined))


def _end_of_block(lines: list[str], start: int) -> int:
    """End of the label header that begins at ``start`` (after blank lines); ``start`` if there is none.

    It needs a from or sent label and two more; one line without a label may be between two labelled lines.
    """
    first = start
    while first < len(lines) and not lines[first].strip() and first < start + 2:
        first += 1
    found: dict[str, int] = {}
    number = first
    last = first - 1
    while number < min(len(lines), first + MOST_LABELS) and number <= last + 2:
        label = label_of(lines[number])
        if label is not None:
            found.setdefault(label, number)
            last = number
        elif not lines[number].strip() and last >= first:
            break
        number += 1
    kinds = set(found) - {"other"}
    dated = "sent" in kinds or (
        "from" in found and bool(SIGN.search(lines[found["from"]])) and "subject" in kinds
    )
    if "from" in kinds and dated and len(kinds) >= 3:
        return last + 1
    return start


def _fenced(lines: list[str]) -> list[bool]:
    """For every line, whether it belongs to fenced code; an unclosed fence is ignored."""
    marks = [
        number for number, line in enumerate(lines) if ("```" in line or "~~~" in line) and _FENCE.match(line)
    ]
    inside = [False] * len(lines)
    for begin, end in zip(marks[::2], marks[1::2], strict=False):
        for number in range(begin, end + 1):
            inside[number] = True
    return inside
