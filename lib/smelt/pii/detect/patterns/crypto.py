"""Wallet addresses of cryptocurrencies, by form and checksum."""

from __future__ import annotations

import re
from collections.abc import Iterator

from smelt.pii.detect.patterns.matching.checksums import is_valid
from smelt.pii.detect.patterns.matching.scene import CODE, Family, Hit, Scene

CRYPTO = "CRYPTO"

_BITCOIN = re.compile(
    r"(?<![A-Za-z0-9])(?:[13][1-9A-HJ-NP-Za-km-z]{25,34}|(?:bc1|BC1)[0-9A-Za-z]{11,87})(?![A-Za-z0-9])"
)
_ETHEREUM = re.compile(r"(?<![A-Za-z0-9])0x[0-9A-Fa-f]{40}(?![A-Za-z0-9])")
_OTHERS = re.compile(
    r"(?<![A-Za-z0-9])(?:(?:ltc1)[0-9a-z]{20,87}|[LM][1-9A-HJ-NP-Za-km-z]{26,33}"
    r"|D[5-9A-HJ-NP-U][1-9A-HJ-NP-Za-km-z]{32}"
    r"|r[1-9A-HJ-NP-Za-km-z]{24,34}|T[1-9A-HJ-NP-Za-km-z]{33}|4[0-9AB][1-9A-HJ-NP-Za-km-z]{93}"
    r"|addr1[0-9a-z]{50,100})(?![A-Za-z0-9])"
)
"""Litecoin, Dogecoin, Ripple, Tron, Monero, Cardano: checksums are not verified, so a wallet word must be nearby."""
_WALLET = re.compile(r"wallet|crypto|coin|\b(?:btc|ltc|doge|xrp|trx|usdt|xmr|ada|address)\b", re.IGNORECASE)


def _is_bech32m(address: str) -> bool:
    """The checksum of taproot addresses (BIP 350), which python-stdnum's bitcoin module predates."""
    lower = address.lower()
    charset = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
    data = [charset.find(char) for char in lower[3:]]
    if -1 in data or (lower != address and address.upper() != address):
        return False
    checksum = 1
    for value in [3, 3, 0, 2, 3, *data]:
        top = checksum >> 25
        checksum = (checksum & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            checksum ^= generator if (top >> bit) & 1 else 0
    return checksum in (1, 0x2BC830A3)


def _find(scene: Scene) -> Iterator[Hit]:
    text = scene.text
    for match in _BITCOIN.finditer(text):
        address = match.group()
        if is_valid("bitcoin", address) or (address[:2].lower() == "bc" and _is_bech32m(address)):
            yield Hit(CRYPTO, match.start(), match.end(), "pattern.bitcoin", 0.98)
    for match in _ETHEREUM.finditer(text):
        yield Hit(CRYPTO, match.start(), match.end(), "pattern.ethereum", 0.95)
    for match in _OTHERS.finditer(text):
        if _WALLET.search(text, max(0, match.start() - 80), match.start()):
            yield Hit(CRYPTO, match.start(), match.end(), "pattern.wallet", 0.8)


FAMILIES = (
    Family("crypto", (r"(?-u:\b)[A-Za-z0-9]{25}", r"(?:bc1|BC1)[A-Za-z0-9]{11}"), _find, within=CODE),
)
