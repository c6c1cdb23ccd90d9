"""E-mail and web addresses as speech recognition leaves them: lower-cased, without a dot or an "at"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from smelt.pii.detect.patterns.domains import PROVIDERS, SPOKEN_TLDS
from smelt.pii.detect.scene import Family, Hit, Scene

_PROVIDER = "|".join(sorted(PROVIDERS, key=len, reverse=True))
_TLD = "|".join(sorted(SPOKEN_TLDS, key=len, reverse=True))
_PROVIDED = re.compile(
    rf"(?<![\w.@-])(?P<token>(?P<local>[a-z0-9_-]{{0,40}}?)(?:at)?(?P<host>[a-z]{{0,6}}mail|{_PROVIDER})(?P<tld>com|net|org|couk|coin|comau|de|fr|ca|co|con|cim|vom|dotcom|in| com))(?![\w.@-])",
    re.IGNORECASE,
)
_SQUASHED = re.compile(rf"(?<![\w.@-])(?P<token>[a-z0-9]{{4,40}}(?P<tld>{_TLD}))(?![\w.@-])", re.IGNORECASE)
_BEFORE = re.compile(r"(?:(?P<word>[a-z]{2,20}) )?(?:(?P<digits>[0-9]{1,6}) )?\Z", re.IGNORECASE)

_NOT_LOCAL = frozenset(
    "a address and are as at be email emails for from id is it its mail me my no of on or please send so sure that the this to"
    " use was we with yes you your number phone name contact correct here there actually sorry mean have has can also ok okay"
    " via by new old other again gmail not im i".split()
)
_WORDS = frozenset(
    "telecom intercom sitcom romcom dotcom webcom malcom welcom xcom viacom broadcom qualcom netcom sitecom bluecom"
    " internet cabinet ethernet intranet extranet subnet magnet planet hairnet sonnet bonnet garnet clarinet botnet telnet"
    " vnet dotnet hornet kinet aspnet fishnet inet".split()
)
_SITES = frozenset(
    "amazoncom googlecom facebookcom paypalcom netflixcom microsoftcom applecom bookingcom expediacom ebaycom walmartcom"
    " twittercom linkedincom youtubecom".split()
)
_WORD_HOSTS = frozenset("me web mail email orange free live sky sun cox charter earthlink online inbox juno frontier proton".split())
"""Providers that are words: with a short ending they would be found in ``login``, ``medecin`` or ``mailin``."""
_MAIL_WORD = re.compile(r"\be?-?mail", re.IGNORECASE)


def _find(scene: Scene) -> Iterator[Hit]:
    text = scene.text
    seen = -1
    for match in _PROVIDED.finditer(text):
        if match["tld"].lower() in ("in", " com", "co", "de", "fr", "ca") and not scene.is_plain:
            continue
        if match["host"].lower() in _WORD_HOSTS and match["tld"].lower() in ("in", "de", "fr", "ca", "co", " com"):
            continue
        seen = match.end()
        yield Hit("EMAIL", _local_start(text, match), match.end(), "pattern.email_recognised", 0.85)
    for match in _SQUASHED.finditer(text):
        token = match["token"].lower()
        if match.end() == seen or token in _WORDS:
            continue
        if token in _SITES or token.startswith("www"):
            yield Hit("URL", match.start(), match.end(), "pattern.url_recognised", 0.6)
        elif _is_address(scene, match):
            yield Hit("EMAIL", match.start(), match.end(), "pattern.email_recognised", 0.65)


def _is_address(scene: Scene, match: re.Match[str]) -> bool:
    """An unknown host: only in text without punctuation, or beside the word "mail"; short endings need the word."""
    token, tld = match["token"], match["tld"].lower()
    named = _MAIL_WORD.search(scene.text, max(0, match.start() - 60), match.start()) is not None
    if scene.question and _MAIL_WORD.search(scene.question):
        named = True
    if tld in ("com", "couk", "comau"):
        return len(token) >= 7 and (named or scene.is_plain)
    if tld in ("net", "org", "edu"):
        return len(token) >= 8 and scene.is_plain and (named or (scene.is_bare(match.start(), match.end()) and len(token) >= 12))
    return False


def _local_start(text: str, match: re.Match[str]) -> int:
    """Where the address begins: words before a bare provider, and a number that recognition split off, belong to it."""
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


FAMILIES = (Family("email_recognised", rf"(?i-u:[a-z](?:{_TLD}|co|con|cim|vom|in)\b)", _find),)
