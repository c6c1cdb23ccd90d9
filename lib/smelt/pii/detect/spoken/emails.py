"""Spoken e-mail addresses: ``john dot doe at gmail dot com``, ``j underscore 21 at example dot co dot uk``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from smelt.pii.detect.names.words import words

PROVIDERS = (
    "gmail|googlemail|g mail|yahoo|hotmail|hot mail|outlook|icloud|aol|live|msn|protonmail|proton"
    " mail|gmx|mail|me|comcast|verizon|btinternet|sky|virginmedia"
)
_ATOM = r"[a-z\d][a-z\d'-]{0,30}"
_TLD = r"(?:com|org|net|edu|gov|info|biz|io|co|uk|us|ca|au|nz|ie|de|fr|es|it|nl|in|eu|me|tv|ai|app|dev|online|email)"
DOMAIN = re.compile(
    rf"[ ](?:at(?: sign)?|@)[ ]?(?P<domain>(?:{PROVIDERS})(?:(?:[ ]?dot[ ]?|[ ]?\.[ ]?|[ ]point[ ]"
    rf"|[ ])(?:com|co|net|org|uk|de|fr|ca)\b){{0,3}}"
    rf"|{_ATOM}(?:[ ]{_ATOM}){{0,2}}?(?:(?:[ ]dot[ ]|[ ]?\.[ ]?|[ ]point[ ]){_TLD}\b){{1,3}})(?!\w)",
    re.I,
)
LONGEST_LOCAL = 100
_ENDS_LOCAL = words("before_an_address")
_LOCAL_WORD = re.compile(rf"(?<![\w@]){_ATOM}(?![\w@])", re.I)
_JOINERS = frozenset(["dot", "point", "underscore", "dash", "hyphen", "minus", "plus", "under", "score"])
_NOT_LOCAL = words("no_local_part")


def emails(text: str) -> Iterator[tuple[int, int, float]]:
    """(start, end, confidence) of the spoken addresses of one text."""
    for match in DOMAIN.finditer(text):
        begin = max(0, match.start() - LONGEST_LOCAL)
        words = [
            (m.group().lower(), begin + m.start()) for m in _LOCAL_WORD.finditer(text[begin : match.start()])
        ]
        words = words[-8:]
        if not words or words[-1][1] + len(words[-1][0]) != match.start():
            continue
        first = len(words) - 1
        joined = False
        while first > 0:
            word = words[first - 1][0]
            if (word in _ENDS_LOCAL and words[first][0] not in _JOINERS) or words[first - 1][1] + len(
                word
            ) + 1 != words[first][1]:
                break
            joined = joined or word in _JOINERS
            first -= 1
        local = words[first:]
        if local[-1][0] in _NOT_LOCAL | _ENDS_LOCAL or len(local) > 8:
            continue
        has_tld = re.search(rf"\b{_TLD}$", match["domain"], re.I) is not None
        known = re.match(rf"(?:{PROVIDERS})\b", match["domain"], re.I) is not None
        said = re.search(r"\b(?:dot|point)\b", match["domain"], re.I) is not None
        if not has_tld and not (known and not re.match(r"(?:mail|me|live|sky)\b", match["domain"], re.I)):
            continue
        confidence = 0.9 if known and has_tld else 0.8 if said and has_tld else 0.6
        if len(local) > 4 and not joined and not all(len(word) < 3 or word.isdigit() for word, _ in local):
            local = local[-2:]
        yield local[0][1], match.end(), confidence
