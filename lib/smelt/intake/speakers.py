"""Names of speakers in exports of meetings and telephone systems: finds the name, number or device in them.

Zoom, Teams and Webex show what a participant typed, or a caller's telephone number:
``Ragna Solheim (she/her)``, ``Solheim, Ragna``, ``Ragna | Nordlys``, ``+1 202-***-**43``, ``2nd floor iPad``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from smelt.intake.vocabulary import NO_NAMES, VOICES

PHONE = re.compile(r"^(?:tel:|sip:)?\+?\(?[\dxX*][\dxX*().\-/ \u2011\u2013]{4,}$")
"""A telephone number, possibly with masked digits: 12025550143, +1 202-***-**43, 030 / 12 34 56."""

_DECORATION = re.compile(r"\s*[(\[{][^()\[\]{}]{0,60}[)\]}]\s*")
_COMPANY = re.compile(r"\s+[|/@•·–—-]\s+.*$|\s*\|.*$")
_COMMA = re.compile(r"^([^,]{1,40}),\s*([^,]{1,40})$")
_DEVICE = re.compile(
    r"(?i)\b(?:i?phone|ipad|macbook|laptop|pc|tablet|galaxy|android|desk|room|floor|conference|meeting|polycom|zoom|"
    r"webex|teams|device|caller|dial-?in|guest|reception|office|hall|lobby|line|extension|ext)\b"
)
_BOT = re.compile(
    r"(?:^|\s)(?:chat|voice|answer|sprach)?bots?$|"
    r"(?:^|\s)(?:virtual|digital|ai|automated|voice) (?:ai )?(?:agent|assistant)$"
)
"""``Answer Bot``, ``Acme Virtual Assistant``, ``Fin AI Agent``, ``Iris (bot)``."""
_MENU = re.compile(r"^ivr(?:\s|$)|\sivr$")
_WORD = re.compile(r"[^\W\d_]")


def bare_name(speaker: str) -> str:
    """The name without pronouns, company and other additions; ``Last, First`` becomes ``First Last``."""
    name = _COMPANY.sub("", _DECORATION.sub(" ", speaker)).strip(" ,;-–|")
    turned = _COMMA.match(name)
    if turned and _WORD.search(turned[1]) and _WORD.search(turned[2]):
        name = f"{turned[2].strip()} {turned[1].strip()}"
    return " ".join(name.split()) or speaker.strip()


def is_phone(speaker: str) -> bool:
    """Whether a speaker's name is a telephone number."""
    return bool(PHONE.match(speaker.strip())) and sum(c.isdigit() for c in speaker) >= 2


def usual_role(speaker: str) -> str | None:
    """Role of a voice that is not a person's (menu, announcement, bot); None for all others."""
    for name in (bare_name(speaker), speaker):
        said = " ".join(re.sub(r"[\W_]+", " ", name).casefold().split())
        if role := VOICES.get(said):
            return role
        if _BOT.search(said):
            return "bot"
        if _MENU.search(said):
            return "system"
    return None


def identities(speaker: str) -> Iterator[tuple[str, str]]:
    """Personal data in a speaker's name, as (kind, value), for the scrubber to search in the text."""
    if is_phone(speaker):
        if not re.search(r"[xX*]", speaker):
            yield "phone", speaker.strip().removeprefix("tel:").removeprefix("sip:")
        return
    name = bare_name(speaker)
    words = name.casefold().split()
    if len(name) < 2 or name.isdigit() or not words or words[0] in NO_NAMES or usual_role(speaker):
        return
    if _DEVICE.search(name) and not re.search(r"['’]s\b", name):
        return
    yield "name", re.sub(r"['’]s\b.*$", "", name) if _DEVICE.search(name) else name
