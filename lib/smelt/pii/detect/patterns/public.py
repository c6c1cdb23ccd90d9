"""Impersonal addresses: private and loopback networks, public resolvers, public web pages.

They are findings whose detector's name ends in PUBLIC; :class:`smelt.pii.config.PublicRules` decides whether they are
kept. Addresses that could lead to a person are excluded: profiles, names, queries, tokens, long numbers, other
subdomains.
"""

# ruff: noqa: E501  a word list reads better whole

from __future__ import annotations

import ipaddress
import re

from smelt.pii.detect.names.lexicon import GIVEN, Lexicon, load
from smelt.pii.detect.patterns.matching.words import words

PUBLIC = ".public"
"""Suffix of the detector's name of an impersonal value."""

RESOLVERS = frozenset(
    words(
        "1.1.1.1 1.0.0.1 8.8.8.8 8.8.4.4 9.9.9.9 149.112.112.112 208.67.222.222 208.67.220.220"
        " 2606:4700:4700::1111 2606:4700:4700::1001 2001:4860:4860::8888 2001:4860:4860::8844 2620:fe::fe"
    )
)
"""Public resolvers of Cloudflare, Google, Quad9 and Cisco (OpenDNS), from their own pages."""

_HOSTS = frozenset(
    words(
        "www www2 docs doc support help blog blogs api developer developers dev en de fr es m mobile kb wiki forum forums"
        " community status download downloads cdn static shop store login app apps portal learn news media info web admin"
        " console cloud my account accounts id sso auth mail webmail ftp update updates packages archive"
    )
)
_PROFILES = frozenset(
    words(
        "user users u profile profiles people person member members author authors in contact contacts me id home channel"
        " staff team employee employees customer customers account accounts"
    )
)
_SOCIAL = frozenset(
    words(
        "facebook linkedin twitter x instagram tiktok youtube reddit medium pinterest snapchat github gitlab bitbucket t"
        " xing vk flickr tumblr soundcloud twitch telegram whatsapp wa mastodon threads discord skype paypal venmo"
    )
)
_SITES = frozenset(
    words(
        "blogspot wordpress tumblr github gitlab livejournal myspace wixsite weebly netlify vercel herokuapp"
    )
)
_LONG_NUMBER = re.compile(r"\d{5,}")
_TOKEN = re.compile(
    r"(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{14,}|(?=[\w-]*\d)(?=[\w-]*[a-z])(?=[\w-]*[A-Z])[\w-]{8,}|[\w-]{41,}|%[0-9A-Fa-f]{2}|[=&@~*|]"
)
_SPLIT = re.compile(r"[^A-Za-z]+")
_COUNTRY_OF = frozenset(("co", "com", "org", "net", "ac", "gov", "edu"))


def is_public_address(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether an address is in a reserved network (IANA's special-purpose registries) or of a public resolver."""
    return not address.is_global or address.is_multicast or str(address) in RESOLVERS


def is_public_page(url: str) -> bool:
    """Whether a URL is, by its words, that of a public page."""
    rest = re.sub(r"(?i)^[a-z]+://", "", url)
    host, _, path = rest.partition("/")
    if "?" in rest or "@" in rest or _TOKEN.search(path) or _LONG_NUMBER.search(rest):
        return False
    labels = host.partition("#")[0].partition(":")[0].lower().rstrip(".").split(".")
    if len(labels) < 2 or labels[-1].isdigit():
        return False
    size = 3 if len(labels) > 2 and labels[-2] in _COUNTRY_OF and len(labels[-1]) == 2 else 2
    site = labels[-size]
    subdomains = labels[:-size]
    lexicon = load()
    if not _HOSTS.issuperset(subdomains) or site in _SITES or _names_somebody(site, lexicon):
        return False
    segments = [segment for segment in path.partition("#")[0].split("/") if segment]
    if segments and site in _SOCIAL:
        return False
    if not _PROFILES.isdisjoint(segment.lower() for segment in segments[:-1]):
        return False
    return not any(_names_somebody(segment.lower(), lexicon) for segment in segments)


def _names_somebody(text: str, lexicon: Lexicon) -> bool:
    """Whether a part of an address is a name: one in the lexicon that is no word, or two joined (``janeroe``)."""
    if text in lexicon.not_names or text in lexicon.places:
        return False
    parts = [part for part in _SPLIT.split(text) if len(part) > 2]
    if any(lexicon.is_only_name(part) and len(part) > 3 and not lexicon.is_word(part) for part in parts):
        return True
    return any(
        lexicon.names.get(part[:at], 0) & GIVEN and part[at:] in lexicon.names and part not in lexicon.words
        for part in parts
        for at in range(3, len(part) - 2)
    )
