"""Addresses of machines: IPv4, IPv6 and MAC, but not version numbers, times or C++ names."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from smelt.pii.config import PublicRules, ReservedRanges
from smelt.pii.detect.patterns.matching.scene import DIGIT, RESERVED, Family, Hit, Scene
from smelt.pii.detect.patterns.public import PUBLIC, is_public_address

IP = "IP"
MAC = "MAC"

_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_V4 = re.compile(
    rf"(?<![\w.])(?:{_OCTET}\.){{3}}{_OCTET}(?!\d|\.\d)(?:/(?:3[0-2]|[12]?\d)(?!\d))?(?![A-Za-z_])", re.ASCII
)
_V6 = re.compile(
    r"(?<![\w:.])(?P<address>(?=[0-9A-Fa-f:.]{0,8}:)[0-9A-Fa-f:]{2,45}(?:\d{1,3}(?:\.\d{1,3}){3})?)"
    r"(?P<zone>%[\w-]{1,20})?(?P<prefix>/(?:12[0-8]|1[01]\d|\d{1,2})(?!\d))?(?![\w:]|\.[0-9])",
    re.ASCII,
)
_VERSION = re.compile(
    r"(?:version|\b(?:versions|builds?|release|firmware|patch|rev|revision|sdk|hotfix|drivers?|kernel"
    r"|upgrade[ds]?|section"
    r"|chapter|oid)|\.(?:dll|exe|sys|so|jar))\b[^!?\n]{0,28}\Z|\bv(?:er)?\b[.:]?[ ]{0,2}\Z",
    re.IGNORECASE,
)
_ROUND_VERSION = re.compile(r"(?!10\.)[1-9][0-9]?\.0\.0\.0")
_REVISION = re.compile(
    r"\w[.\w-]*,(?:1\.[\d.]+,)?\Z|[+-]\d{4}\t\Z|\bRELENG[\s\S]{0,90}\Z"
    r"|(?:\n|\A)[ \t]*(?:---|\+\+\+) [^\n]{0,80}\Z"
)
"""What stands before a revision of CVS: a file and a comma, a diff's date, a branch."""
_UNSPECIFIED = re.compile(
    r"\b(?:ip(?:v6)?|address|src|dst|source|listen|bind|unspecified)\b[^\n]{0,12}\Z", re.IGNORECASE
)

_MAC = re.compile(
    r"(?<![\w:.-])(?:[0-9A-F]{2}(?P<mark>[:-])(?:[0-9A-F]{2}(?P=mark)){4}[0-9A-F]{2}"
    r"|[0-9A-F]{4}\.[0-9A-F]{4}\.[0-9A-F]{4})(?![\w-]|[:.]\w)",
    re.IGNORECASE | re.ASCII,
)
_NO_DEVICE = ({"0"}, {"f"})
"""All zeros and all ones (broadcast) are not the address of a device (IEEE 802)."""


def _is_reserved(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    return not address.is_global or address.is_multicast


def _v4(reserved: ReservedRanges, public: bool, scene: Scene) -> Iterator[Hit]:
    for match in _V4.finditer(scene.text):
        before = scene.text[max(0, match.start() - 40) : match.start()]
        if _VERSION.search(before) or _ROUND_VERSION.fullmatch(match.group()):
            continue
        if match.group().startswith("1.") and _REVISION.search(
            scene.text, max(0, match.start() - 100), match.start()
        ):
            continue
        is_ignored = reserved.ips == "ignore" and _is_reserved(
            ipaddress.IPv4Address(match.group().partition("/")[0])
        )
        address = ipaddress.IPv4Address(match.group().partition("/")[0])
        detector = "pattern.ipv4" + (PUBLIC if public and is_public_address(address) else "")
        yield Hit(RESERVED if is_ignored else IP, match.start(), match.end(), detector, 0.95)


def _v6(reserved: ReservedRanges, public: bool, scene: Scene) -> Iterator[Hit]:
    for match in _V6.finditer(scene.text):
        text = match["address"]
        end = match.end()
        if (
            match["prefix"] is None
            and match["zone"] is None
            and text.endswith(":")
            and not text.endswith("::")
        ):
            text, end = text[:-1], end - 1
        try:
            address = ipaddress.IPv6Address(text)
        except ValueError:
            continue
        confidence = 0.95
        if text == "::":
            before = scene.text[max(0, match.start() - 30) : match.start()]
            if match["prefix"] is None and not _UNSPECIFIED.search(before):
                continue
            confidence = 0.5
        elif not any(char.isdigit() for char in text) and text.count(":") < 4:
            continue  # a::b is more often C++ than a host
        is_ignored = reserved.ips == "ignore" and _is_reserved(address)
        detector = "pattern.ipv6" + (PUBLIC if public and is_public_address(address) else "")
        yield Hit(RESERVED if is_ignored else IP, match.start(), end, detector, confidence)


def _mac(scene: Scene) -> Iterator[Hit]:
    for match in _MAC.finditer(scene.text):
        digits = {char for char in match.group().lower() if char.isalnum()}
        if digits not in _NO_DEVICE:
            yield Hit(MAC, match.start(), match.end(), "pattern.mac", 0.96)


def families(reserved: ReservedRanges, public: PublicRules) -> tuple[Family, ...]:
    """The families of machine addresses, under the policies for reserved ranges and impersonal addresses."""
    keeps = public.ips == "keep"
    return (
        Family(
            "ipv4",
            (r"[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]",),
            lambda scene: _v4(reserved, keeps, scene),
            within=DIGIT,
        ),
        Family(
            "ipv6",
            (r"::", r":[0-9A-Fa-f]{1,4}:[0-9A-Fa-f]{1,4}:"),
            lambda scene: _v6(reserved, keeps, scene),
        ),
        Family(
            "mac",
            (r":[0-9A-Fa-f]{2}:[0-9A-Fa-f]{2}:", r"-[0-9A-Fa-f]{2}-[0-9A-Fa-f]{2}-", r"\.[0-9A-Fa-f]{4}\."),
            _mac,
        ),
    )
