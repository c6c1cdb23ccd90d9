"""E-mail addresses: typed, with spaces, and obfuscated."""

from __future__ import annotations

import re
from collections.abc import Iterator

from smelt.pii.config import ReservedRanges
from smelt.pii.detect.patterns.domains import COMMON_TLDS, PROVIDERS
from smelt.pii.detect.patterns.matching.scene import RESERVED, Family, Hit, Scene

EMAIL = "EMAIL"

MAX_LOCAL_CHARS = 64
"""Longest local part (RFC 5321, 4.5.3.1.1); also bounds the search to the left of an '@'."""

_LOCAL_MARKS = frozenset(".!#$%&'*+/=?^_`{|}~-")
_LOCAL_EDGES = ".!#$%&'*/=?^`{|}~-"
_HOST = re.compile(
    r" ?(?P<host>(?:[^\W_](?:[\w-]{0,61}[^\W_])?[.,]){1,8}(?P<tld>[^\W\d_]{2,24}"
    r"|xn--[a-z0-9-]{2,59}))(?![\w@])",
    re.IGNORECASE,
)
_ADDRESS_LITERAL = re.compile(r"\[\d{1,3}(?:\.\d{1,3}){3}\]")
_RESERVED_HOST = re.compile(
    r"(?:^|\.)(?:example(?:\.(?:com|org|net|edu))?|test|invalid|localhost)\Z", re.IGNORECASE
)
"""Names that nobody can register (RFC 2606)."""
_ADD_ON = re.compile(
    r"(?:\b(?:add-?ons?|extensions?|plug-?ins?)\b[^\n@]{0,80}"
    r"|(?:\A|[\n{,;|(])[ \t]*[\"']?id[\"']?[ \t]*[:=][ \t]*)[\"'(]?\Z",
    re.IGNORECASE,
)
"""Text before the id of a browser's add-on, which has the form of an address: ``uBlock0@raymondhill.net``."""
_QUOTED = re.compile(r'"[^"\n]{1,64}"\Z')

_AT_SIGN = re.compile(r"@|%(?:25)?40|&#0{0,4}64;|&#x0{0,4}40;|&commat;|\\u0040", re.IGNORECASE)
"""'@' as typed, and as encoded in links, HTML and JSON."""

_AT = r"(?:\(at\)|\[at\]|\{at\}|<at>|_at_|-at-|\(@\)|\[@\]|\{@\}| at )"
_DOT = r"(?:\.|\(dot\)|\[dot\]|\{dot\}|<dot>|_dot_|-dot-|\(\.\)|\[\.\]|\{\.\}|dot)"
_OBFUSCATED = re.compile(
    rf"(?<![\w.])[a-z0-9](?:[\w+-]{{0,40}})(?: ?{_DOT} ?[\w+-]{{1,40}}){{0,3}} ?{_AT} ?"
    rf"[a-z0-9][a-z0-9-]{{0,40}}(?: ?{_DOT} ?[a-z0-9-]{{2,40}}){{0,2}} ?{_DOT} ?(?P<tld>[a-z]{{2,12}})(?!\w)",
    re.IGNORECASE,
)
_OBFUSCATION_WORDS = re.compile(rf"{_AT}|dot|@", re.IGNORECASE)
_SPACED_AT = re.compile(
    r"(?<![\w.+-])(?P<local>[\w+-]{1,40}(?:\.[\w+-]{1,40}){0,4}) {1,2}@"
    r" {1,2}(?P<host>[a-z0-9-]{2,40}(?:\.[a-z0-9-]{2,40}){1,3})(?!\w)",
    re.IGNORECASE,
)


def _is_local(char: str) -> bool:
    return char.isalnum() or char in _LOCAL_MARKS


def _typed(reserved: ReservedRanges, scene: Scene) -> Iterator[Hit]:
    """``local@host``, searched from each '@' in both directions, in linear time."""
    text = scene.text
    done = 0
    for sign in _AT_SIGN.finditer(text):
        at, after = sign.span()
        start = at
        floor = max(done, at - MAX_LOCAL_CHARS)
        while start > floor and _is_local(text[start - 1]):
            start -= 1
        while start < at and text[start] in _LOCAL_EDGES:
            start += 1
        if start == at and (quoted := _QUOTED.search(text, max(0, at - MAX_LOCAL_CHARS - 2), at)):
            start = quoted.start()
        if start < at:
            host = _HOST.match(text, after) or _ADDRESS_LITERAL.match(text, after)
            if host and "," in host.group() and host["tld"].lower() not in COMMON_TLDS:
                host = None
            if host and _ADD_ON.search(text, max(0, start - 100), start):
                host = None
            if host and (not host.group().startswith(" ") or host["tld"].lower() in COMMON_TLDS):
                is_ignored = reserved.emails == "ignore" and _RESERVED_HOST.search(host.group()) is not None
                yield Hit(RESERVED if is_ignored else EMAIL, start, host.end(), "pattern.email", 0.97)
                done = host.end()  # in a list, the next address does not begin within this one
    for match in _SPACED_AT.finditer(text) if " @ " in text else ():
        if match["host"].rpartition(".")[2].lower() in COMMON_TLDS:
            yield Hit(EMAIL, match.start(), match.end(), "pattern.email_spaced", 0.85)


def _obfuscated(scene: Scene) -> Iterator[Hit]:
    """``john (at) example dot com``; a plain " at " counts only if a dot is obfuscated too."""
    for match in _OBFUSCATED.finditer(scene.text):
        span = match.group()
        if match["tld"].lower() not in COMMON_TLDS or len(_OBFUSCATION_WORDS.findall(span)) < 1:
            continue
        plain_at = re.search(r" at ", span, re.IGNORECASE)
        if plain_at and not re.search(
            r"\bdot\b|[(\[{<_-]\.?(?:dot)?[)\]}>_-]", span[plain_at.end() :], re.IGNORECASE
        ):
            host = span[plain_at.end() :].lower()
            if host.partition(".")[0] not in PROVIDERS:
                continue
        yield Hit(EMAIL, match.start(), match.end(), "pattern.email_obfuscated", 0.85)


def families(reserved: ReservedRanges) -> tuple[Family, ...]:
    """The families of e-mail addresses under a policy for reserved ranges."""
    return (
        Family(
            "email",
            ("@", r"(?i)%(?:25)?40|&#(?:0*64|x0*40);|&commat;|\\u0040"),
            lambda scene: _typed(reserved, scene),
        ),
        Family(
            "email_obfuscated",
            (
                r"[(\[{<_-](?:at|AT|At|@)[)\]}>_-]",
                r"(?: at | AT | At )[A-Za-z0-9-]+ ?(?:\.[A-Za-z]{2}|[(\[{<_-]|(?i-u:dot) )",
            ),
            _obfuscated,
        ),
    )
