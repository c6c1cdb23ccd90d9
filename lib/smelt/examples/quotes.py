"""Removes quoted mail, recognised by its header or ``>`` marks, and keeps replies written between its parts."""

from __future__ import annotations

import re

from smelt.examples.quote_forms import is_marked, with_plain_marks
from smelt.examples.quote_headers import ADDRESS, MAY_BE_SIGN, VERBS, WHEN
from smelt.examples.quoted_header import Header, first_header

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

_INTRODUCES = re.compile(r"\w\s*[:：]\s*$")
_QUOTED_BY = re.compile(rf"\b(?:{VERBS}|asked|ask|gefragt|demandé|preguntó)\b|{WHEN}", re.IGNORECASE)
_ADDRESSED = re.compile(ADDRESS, re.IGNORECASE)
_PROMPT = re.compile(r"^\s*(?:>>>|\.\.\.)\s\S")
_FENCE = re.compile(r"^ {0,3}(?:```|~~~)")
_LONG_LINE = 60


def without_quotes(text: str) -> str:
    """Remove the quoted mail; a text that is only a quote is returned unchanged."""
    lines = text.split("\n")
    fenced = _fenced(lines)
    lines = with_plain_marks(lines, fenced)
    header = first_header(lines, fenced)
    if header is None:
        kept = _unquoted(lines, fenced)
    else:
        above, below = lines[: header.start], lines[header.end :]
        kept_above = _unquoted(above, fenced[: header.start])
        own = " ".join(kept_above).strip()
        if not own and header.kind != "forwarded" and not any(map(is_marked, below)):
            return text
        kept = kept_above + _kept_below(below, fenced[header.end :], header, own)
    result = "\n".join(kept)
    return result if result.strip() else text


def _kept_below(lines: list[str], fenced: list[bool], header: Header, own: str) -> list[str]:
    """The lines below a header that are not part of the quoted mail."""
    if any(is_marked(line) for line in lines):
        first = next(number for number, line in enumerate(lines) if is_marked(line))
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
    while (header := first_header(kept, [False] * len(kept))) is not None:
        kept = kept[: header.start] + kept[header.end :]
    return kept


def _unquoted(lines: list[str], fenced: list[bool]) -> list[str]:
    """The lines that do not begin with ``>`` and are not the wrapped rest of a quoted line."""
    if not any(map(is_marked, lines)):
        return list(lines)
    prompts = _are_prompts(lines)
    kept: list[str] = []
    before: str | None = None
    said = ""
    for line, inside in zip(lines, fenced, strict=True):
        marked = is_marked(line)
        if marked and before is None and _INTRODUCES.search(said) and not _is_quoted_by(said):
            kept.append(line)  # "Go to:" followed by "> Settings": text of the writer, not a quotation
            continue
        said = line if line.strip() and not marked else said
        if inside or not marked or (prompts and _PROMPT.match(line)):
            if before is not None and _goes_on(before, line):
                before = line
                continue
            kept.append(line)
            before = None
        else:
            before = line
    return kept


def _is_quoted_by(said: str) -> bool:
    """Whether a line that ends in a colon says who is quoted, or when that was written."""
    return bool(_QUOTED_BY.search(said) or (MAY_BE_SIGN.search(said) and _ADDRESSED.search(said)))


def _are_prompts(lines: list[str]) -> bool:
    """Whether ``>>>`` is Python's prompt: all quoted lines look like prompts."""
    marks = [line.lstrip() for line in lines if is_marked(line)]
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
