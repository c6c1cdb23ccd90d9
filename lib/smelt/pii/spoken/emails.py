"""E-mail addresses said aloud: ``john dot doe at gmail dot com``, ``j underscore 21 at example dot co dot uk``."""

from __future__ import annotations

import re
from collections.abc import Iterator

PROVIDERS = "gmail|googlemail|g mail|yahoo|hotmail|hot mail|outlook|icloud|aol|live|msn|protonmail|proton mail|gmx|mail|me|comcast|verizon|btinternet|sky|virginmedia"
_JOINER = r"(?:dot|point|underscore|under score|dash|hyphen|minus|plus)"
_ATOM = r"[a-z\d][a-z\d'-]{0,30}"
_TLD = r"(?:com|org|net|edu|gov|info|biz|io|co|uk|us|ca|au|nz|ie|de|fr|es|it|nl|in|eu|me|tv|ai|app|dev|online|email)"
SAID = re.compile(
    rf"(?<![\w@])(?P<local>{_ATOM}(?:[ ](?:{_JOINER}[ ])?{_ATOM}){{0,7}})[ ](?:at(?: sign)?|@)[ ]?"
    rf"(?P<domain>(?:{PROVIDERS})(?:(?:[ ]?dot[ ]?|[ ]?\.[ ]?|[ ]point[ ]|[ ])(?:com|co|net|org|uk|de|fr|ca)\b)*|{_ATOM}(?:[ ]{_ATOM}){{0,2}}?(?:(?:[ ]dot[ ]|[ ]?\.[ ]?|[ ]point[ ]){_TLD}\b)+)",
    re.I,
)
_ENDS_LOCAL = frozenset(
    "is it's its email mail address my me at the a an to on reach contact write send or and yes yeah sure okay ok as under it through via using with for of in from by was so um uh that that's"
    " be just all lowercase one word i".split()
)
_JOINERS = frozenset("dot point underscore dash hyphen minus plus under score".split())
_NOT_LOCAL = frozenset("look looking looked arrive arrived stop shop bought buy order ordered work works working meet customer support call check signed log logged".split())


def emails(text: str) -> Iterator[tuple[int, int, float]]:
    """(start, end, confidence) of the addresses of one text."""
    for match in SAID.finditer(text):
        words = [(m.group().lower(), m.start()) for m in re.finditer(r"\S+", match["local"])]
        first = len(words) - 1
        joined = False
        while first > 0:
            word = words[first - 1][0]
            if word in _ENDS_LOCAL and words[first][0] not in _JOINERS:
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
        yield match.start("local") + local[0][1], match.end(), confidence
