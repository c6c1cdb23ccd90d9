"""E-mail and web addresses in speech recognition: lower case, without dots or "at"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from smelt.pii.detect.patterns.domains import PROVIDERS, SPOKEN_TLDS
from smelt.pii.detect.patterns.matching.scene import PLAIN, Family, Hit, Scene, any_case
from smelt.pii.detect.patterns.matching.words import words

_PROVIDER = "|".join(sorted(PROVIDERS, key=len, reverse=True))
_TLD = "|".join(sorted(SPOKEN_TLDS, key=len, reverse=True))
_PROVIDED = re.compile(
    rf"(?P<local>[a-z0-9_-]*?)(?:at)?(?P<host>[a-z]{{0,6}}mail|{_PROVIDER})(?P<tld>com|net|org|couk|coin"
    rf"|comau|de|fr|ca|co|con|cim|vom|dotcom|in| com)",
    re.IGNORECASE,
)
_ENDS = re.compile(rf"(?:{_TLD}|co|con|cim|vom|in)(?![\w.@-])", re.IGNORECASE)
_SQUASHED_END = re.compile(rf"(?P<tld>{_TLD})\Z", re.IGNORECASE)
_TOKEN_START = re.compile(r"[A-Za-z0-9_-]*\Z")
MAX_TOKEN_CHARS = 48
_BEFORE = re.compile(r"(?:(?P<word>[a-z]{2,20}) )?(?:(?P<digits>[0-9]{1,6}) )?\Z", re.IGNORECASE)

_NOT_LOCAL = frozenset(
    words(
        "a address and are as at be email emails for from id is it its mail me my no of on or please send so"
        " sure that the this to use was we with yes you your number phone name contact correct here there"
        " actually sorry mean have has can also ok okay via by new old other again gmail not im i"
    )
)
_WORDS = frozenset(
    words(
        "telecom intercom sitcom romcom dotcom webcom malcom welcom xcom viacom broadcom qualcom netcom"
        " sitecom bluecom internet cabinet ethernet intranet extranet subnet magnet planet hairnet sonnet"
        " bonnet garnet clarinet botnet telnet vnet dotnet hornet kinet aspnet fishnet inet"
    )
)
_SITES = frozenset(
    words(
        "amazoncom googlecom facebookcom paypalcom netflixcom microsoftcom applecom bookingcom expediacom"
        " ebaycom walmartcom twittercom linkedincom youtubecom"
    )
)
_WORD_HOSTS = frozenset(
    words(
        "me web mail email orange free live sky sun cox charter earthlink online inbox juno frontier proton"
    )
)
"""Providers that are words; with a short ending they would match in ``login``, ``medecin`` or ``mailin``."""
_MAIL_WORD = re.compile(r"\be?-?mail", re.IGNORECASE)


def _find(scene: Scene) -> Iterator[Hit]:
    text = scene.text
    for ending in _ENDS.finditer(text):
        end = ending.end()
        start = _token_start(text, end)
        if start is None:
            continue
        provided = _PROVIDED.fullmatch(text, start, end)
        if provided is None and end - start == 3:
            space = text.rfind(" ", 0, start - 1) + 1
            provided = (
                _PROVIDED.fullmatch(text, space, end)
                if start - space <= MAX_TOKEN_CHARS and scene.is_plain
                else None
            )
        if provided is not None and _is_mail_host(scene, provided):
            yield Hit("EMAIL", _local_start(text, provided), end, "pattern.email_recognised", 0.85)
        elif scene.is_plain:
            yield from _squashed(scene, start, end)


def _token_start(text: str, end: int) -> int | None:
    """The start of the word that ends at ``end``; None if it is too long, or part of an address with punctuation."""
    floor = max(0, end - MAX_TOKEN_CHARS)
    word = _TOKEN_START.search(text, floor, end)
    start = word.start() if word else end
    if (start == floor and floor > 0) or (start > 0 and text[start - 1] in ".@/"):
        return None
    return start


def _is_mail_host(scene: Scene, provided: re.Match[str]) -> bool:
    """Whether it is a mail host; short endings, and providers that are words, count only in text without
    punctuation."""
    tld, host = provided["tld"].lower(), provided["host"].lower()
    is_short = tld in ("in", " com", "co", "de", "fr", "ca")
    if host in _WORD_HOSTS:
        return not is_short and (scene.is_plain or not provided["local"])
    return scene.is_plain or not is_short


def _squashed(scene: Scene, start: int, end: int) -> Iterator[Hit]:
    """Hosts that are no known provider: ``jhgjhgjgfdfgcom``."""
    token = scene.text[start:end].lower()
    ending = _SQUASHED_END.search(token)
    if ending is None or token in _WORDS or not token.isalnum():
        return
    if token in _SITES or token.startswith("www"):
        yield Hit("URL", start, end, "pattern.url_recognised", 0.6)
        return
    named = _MAIL_WORD.search(scene.text, max(0, start - 60), start) is not None
    named = named or bool(scene.question and _MAIL_WORD.search(scene.question))
    tld = ending["tld"]
    if tld in ("com", "couk", "comau"):
        found = len(token) >= 7
    else:
        found = (
            tld in ("net", "org", "edu")
            and len(token) >= 8
            and (named or (len(token) >= 12 and scene.is_bare(start, end)))
        )
    if found:
        yield Hit("EMAIL", start, end, "pattern.email_recognised", 0.65)


def _local_start(text: str, match: re.Match[str]) -> int:
    """The start of the address, including words before a bare provider and a number split off by recognition."""
    start = match.start()
    if match["local"]:
        return start
    before = _BEFORE.search(text, max(0, start - 30), start)
    if before is None:
        return start
    if before["digits"]:
        start = before.start("digits")
    word = before["word"]
    if word and word.lower() not in _NOT_LOCAL:
        start = before.start("word")
    return start


FAMILIES = (
    Family(
        "email_recognised",
        (rf"[a-z0-9](?:{_TLD}|co|con|cim|vom|in)(?-u:\b)", r"(?:mail|yahoo|outlook|aol|icloud) com(?-u:\b)"),
        _find,
        within=PLAIN,
    ),
    Family(
        "email_undotted",
        (any_case("mailcom", "yahoocom", "outlookcom", "aolcom", "icloudcom"),),
        _find,
    ),
)
