"""User names after a prompt for one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from smelt.pii.detect.patterns.matching.scene import Family, Hit, Scene, any_case
from smelt.pii.detect.patterns.values import has_odd_characters, is_sentence_word, is_value, trim

USERNAME = "USERNAME"

_PROMPTED = re.compile(
    r"(?<![^\W_])(?P<name>user ?names?|user[ _-]?ids?|login(?: name| id)?|log-?in|screen ?name|nick ?name"
    r"|account name|gamer ?tag"
    r"|(?:twitter|instagram|telegram|discord|skype|snapchat|tiktok|xbox|psn|steam|slack|github) (?:handle|id"
    r"|name|user(?:name)?|account)|handle)"
    r"(?P<copula>\s{0,3}(?:[:=]|\bis\b:?|\bwas\b:?"
    r"|->)\s{0,3})(?P<quote>[\"'`“<]?)(?P<value>@?\w[\w.+-]{2,63})",
    re.IGNORECASE,
)
_ADJACENT = re.compile(
    r"(?<![^\W_])(?:user ?name|user[ _-]?id|login id) (?P<value>@?\w[\w.+-]{2,63})", re.IGNORECASE
)


def _find(scene: Scene) -> Iterator[Hit]:
    text = scene.text
    for match in _PROMPTED.finditer(text):
        value = trim(match["value"])
        end = match.start("value") + len(value)
        if text[end : end + 1] == "@":
            continue  # e-mail addresses have their own family
        if match["quote"] or is_value(value, text, end):
            is_odd = has_odd_characters(value)  # surer than the part of a name inside it: jroe77 of Jane Jroe
            yield Hit(USERNAME, match.start("value"), end, "pattern.username", 0.86 if is_odd else 0.8)
    for match in _ADJACENT.finditer(text):
        value = trim(match["value"])
        end = match.start("value") + len(value)
        if text[end : end + 1] != "@" and has_odd_characters(value) and not is_sentence_word(value):
            yield Hit(USERNAME, match.start("value"), end, "pattern.username", 0.7)


_ANY_NAME = any_case(
    "user name", "username", "user-id", "user_id", "user id", "userid", "login", "log-in", "screen name", "screenname",
    "nick name", "nickname", "account name", "gamer tag", "gamertag", "handle", "twitter", "instagram", "telegram",
    "discord", "skype", "snapchat", "tiktok", "xbox", "psn", "steam", "slack", "github",
)  # fmt: skip
_NAMES = rf"(?:{_ANY_NAME}|(?:[Uu]ser|[Ll]og-?in)[ _-]?I[Dd])"
FAMILIES = (
    Family(
        "username",
        (
            _NAMES + r"(?i-u:s)?(?i-u: (?:handle|id|name|user|username|account))?"
            r"\s{0,3}(?:[:=]|->|(?i-u:is|was)(?-u:\b)|[@A-Za-z_.+-]*[0-9_])",
        ),
        _find,
        within=(_NAMES,),
    ),
)
