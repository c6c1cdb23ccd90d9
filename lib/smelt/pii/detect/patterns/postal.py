"""UK postcodes and structured street addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from smelt.pii.detect.scene import Family, Hit, Scene

POSTCODE = "UK_POSTCODE"
ADDRESS = "STREET_ADDRESS"

_POSTCODE = re.compile(
    r"(?<![A-Za-z0-9])(?:GIR ?0AA|[A-PR-UWYZ](?:[0-9]{1,2}|[A-HK-Y][0-9]{1,2}|[0-9][A-HJKPS-UW]|[A-HK-Y][0-9][ABEHMNPRV-Y])"
    r"(?P<gap> ?)[0-9][ABD-HJLNP-UW-Z]{2})(?![A-Za-z0-9])",
    re.IGNORECASE,
)
"""The form of Royal Mail's PAF guide: area, district, sector and unit with the letters each allows."""
_POSTCODE_WORDS = re.compile(r"post ?code|postal code|address|\bzip\b|living at|live at", re.IGNORECASE)

SUFFIXES = (
    "street st avenue ave av road rd boulevard blvd lane ln drive dr court ct place pl square sq terrace ter trail trl"
    " parkway pkwy circle cir highway hwy way alley crescent cres close mews row walk loop plaza expressway expy"
    " turnpike route heights hill gardens grove park pike crossing ridge valley view vista path run point"
).split()
_STRONG = frozenset(SUFFIXES) - frozenset("way row walk park hill view run point path close route place court valley"
                                         " ridge heights square loop plaza crossing pl st dr ct av".split())
_STATES = (
    "alabama|alaska|arizona|arkansas|california|colorado|connecticut|delaware|florida|georgia|hawaii|idaho|illinois"
    "|indiana|iowa|kansas|kentucky|louisiana|maine|maryland|massachusetts|michigan|minnesota|mississippi|missouri"
    "|montana|nebraska|nevada|new hampshire|new jersey|new mexico|new york|north carolina|north dakota|ohio|oklahoma"
    "|oregon|pennsylvania|rhode island|south carolina|south dakota|tennessee|texas|utah|vermont|virginia|washington"
    "|west virginia|wisconsin|wyoming|a[klrz]|c[aot]|d[ce]|fl|ga|hi|i[adln]|k[sy]|la|m[adeinost]|n[cdehjmvy]|o[hkr]"
    "|pa|pr|ri|s[cd]|t[nx]|ut|v[at]|w[aivy]|ontario|quebec|alberta|manitoba|saskatchewan|nova scotia|british columbia"
    "|ab|bc|mb|nb|nl|ns|on|pe|qc|sk"
)
_UNIT = r"(?:,? ?(?:apt|apartment|suite|ste|unit|flat|floor|fl|room|rm|bldg|building|#)\.? ?#? ?[\w-]{1,6})"
_WORD = r"[^\W\d_][\w.'’-]{0,24}"
_STREET = (
    rf"[0-9]{{1,7}}[a-z]?(?:[ -][0-9]{{1,3}}/[0-9])?,? (?:[nsew]\.? |north |south |east |west |old |new )?"
    rf"(?:{_WORD} |[0-9]{{1,3}}(?:st|nd|rd|th)? ){{1,4}}?(?:{'|'.join(sorted(SUFFIXES, key=len, reverse=True))})\b\.?"
    rf"(?:,? (?:n|s|e|w|ne|nw|se|sw|north|south|east|west)\b\.?)?"
)
_BOX = r"p\.? ?o\.? ?box [0-9]{1,7}"
_PLACE = (
    rf"(?:,? ?\n? ?(?P<city>{_WORD}(?: {_WORD}){{0,2}}?),? ?(?P<state>{_STATES})\b\.?(?:,? ?(?P<zip>[0-9]{{5}}(?:-?[0-9]{{4}})?|"
    r"[a-z] ?[0-9] ?[a-z](?: ?[0-9] ?[a-z] ?[0-9])?)(?![0-9a-z]))?)"
)
_ADDRESS = re.compile(
    rf"(?<![\w.$€£])(?:{_BOX}(?:,? {_STREET})?|(?:ap |apt |apartment )?#?{_STREET}){_UNIT}?{_PLACE}?", re.IGNORECASE
)
_NOT_STREETS = re.compile(
    r"\b(?:minutes?|hours?|days?|weeks?|months?|years?|times?|dollars?|percent|people|items?|of|is|was|are|and|or|to|the|in"
    r"|my|your|a|an|for|by|that|this|with|from|have|has|had|per|at|on|we|i|you|it|they|do|did|be|been|if|so|no|not|off)\b",
    re.IGNORECASE,
)
_CITY_STATE_ZIP = re.compile(
    rf"(?<!\w)(?P<city>{_WORD}(?: {_WORD}){{0,2}}?),? (?P<state>{_STATES})\b\.?,? (?P<zip>[0-9]{{5}}(?:-[0-9]{{4}})?)(?![0-9])", re.IGNORECASE
)


def _postcodes(scene: Scene) -> Iterator[Hit]:
    text = scene.text
    for match in _POSTCODE.finditer(text):
        named = _POSTCODE_WORDS.search(text, max(0, match.start() - 40), match.start()) or (
            scene.question and _POSTCODE_WORDS.search(scene.question)
        )
        if named or scene.is_bare(match.start(), match.end()):
            confidence = 0.9
        elif match["gap"] and (match.group().isupper() or scene.is_plain):
            confidence = 0.75
        elif match.group().isupper() and len(match.group()) >= 6:
            confidence = 0.5
        else:
            continue
        yield Hit(POSTCODE, match.start(), match.end(), "pattern.uk_postcode", confidence)


def _addresses(scene: Scene) -> Iterator[Hit]:
    for match in _ADDRESS.finditer(scene.text):
        span = match.group()
        words = span.lower().split()
        has_place = match["zip"] is not None or (match["city"] is not None and match["state"] is not None)
        if _NOT_STREETS.search(span.partition(" ")[2].rpartition(match["city"] or "\0")[0] or span.partition(" ")[2]):
            if match["zip"] is None:
                continue
        is_capital = any(word[:1].isupper() for word in span.split()[1:])
        strong = any(word.strip(".,") in _STRONG for word in words)
        if has_place or span.lower().startswith("p"):
            confidence = 0.85
        elif is_capital:
            confidence = 0.75
        elif strong or scene.is_plain:
            confidence = 0.6
        else:
            continue
        yield Hit(ADDRESS, match.start(), match.end(), "pattern.street_address", confidence)


FAMILIES = (
    Family("uk_postcode", r"(?i-u:[A-Z][0-9][0-9A-Z]? ?[0-9][A-Z]{2}|gir ?0aa)", _postcodes),
    Family(
        "street_address",
        r"[0-9][A-Za-z]?,? [^\n]{0,60} (?i-u:" + "|".join(sorted(SUFFIXES, key=len, reverse=True)) + r")|(?i-u:p\.? ?o\.? ?box [0-9])",
        _addresses,
    ),
)
