"""Addresses and names reserved for documentation.

IPv4: RFC 5737. IPv6: RFC 3849. MAC: 00-00-5E-00-53-00 to FF, RFC 7042, section 2.1.2. Domains: RFC 2606.
"""

from __future__ import annotations

import re

from smelt.pii.replace.fiction.draw import Draw, Fiction, Range
from smelt.pii.replace.value import Value

_NETWORKS = ("192.0.2", "198.51.100", "203.0.113")


def _ip(value: Value, draw: Draw) -> str:
    if ":" in value.text:
        return f"2001:db8::{1 + draw.below(0xFFFE):x}:{1 + draw.below(0xFFFE):x}"
    return f"{draw.one_of(_NETWORKS)}.{1 + draw.below(254)}"


def _mac(value: Value, draw: Draw) -> str:
    separator = "-" if "-" in value.text else ":"
    address = separator.join(("00", "00", "5E", "00", "53", f"{draw.below(256):02X}"))
    return address if value.text.upper() == value.text else address.lower()


def _url(value: Value, draw: Draw) -> str:
    return f"https://www.example.{draw.one_of(('com', 'org', 'net'))}/{draw.letters(8)}"


FICTION: dict[str, Fiction] = {
    "IP": Range(
        re.compile(
            r"(?:192\.0\.2|198\.51\.100|203\.0\.113)\.[0-9]{1,3}|2001:0?db8:[0-9a-f:]*", re.IGNORECASE
        ),
        _ip,
    ),
    "MAC": Range(re.compile(r"00[:-]00[:-]5E[:-]00[:-]53[:-][0-9A-F]{2}", re.IGNORECASE), _mac),
    "URL": Range(re.compile(r"https://www\.example\.(?:com|org|net)/[a-p]{8}"), _url),
}
