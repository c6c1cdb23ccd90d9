"""UK postcodes and structured street addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from smelt.pii.detect.patterns.matching.scene import CODE, DIGIT, Family, Hit, Scene, any_case
from smelt.pii.detect.patterns.matching.words import words

POSTCODE = "UK_POSTCODE"
ADDRESS = "STREET_ADDRESS"

_POSTCODE = re.compile(
    r"(?<![A-Za-z0-9])(?:GIR ?0AA|[A-PR-UWYZ](?:[0-9]{1,2}|[A-HK-Y][0-9]{1,2}|[0-9][A-HJKPS-UW]"
    r"|[A-HK-Y][0-9][ABEHMNPRV-Y])"
    r"(?P<gap> ?)[0-9][ABD-HJLNP-UW-Z]{2})(?![A-Za-z0-9])",
    re.IGNORECASE,
)
"""The form of Royal Mail's PAF guide: area, district, sector and unit with the letters each allows."""
_POSTCODE_WORDS = re.compile(r"post ?code|postal code|address|\bzip\b|living at|live at", re.IGNORECASE)

SUFFIXES = words(
    "street st avenue ave av road rd boulevard blvd lane ln drive dr court ct place pl square sq terrace"
    " ter trail trl parkway pkwy circle cir highway hwy way alley crescent cres close mews row walk loop"
    " plaza expressway expy turnpike route heights hill gardens grove park pike crossing ridge valley view"
    " run"
)
_AMBIGUOUS = frozenset(
    words(
        "way row walk park pike hill view vista run point path close route place court valley ridge heights"
        " square loop plaza crossing gardens grove trail circle highway"
    )
)
"""Suffixes that are also ordinary words: in lower case they need a city, state or postcode after them."""
_STATE_WORDS = frozenset(words("on in or me ok oh hi so as id co de la"))
"""Abbreviations of states that, in lower case, are words."""
_STATES = (
    "alabama|alaska|arizona|arkansas|california|colorado|connecticut|delaware|florida|georgia|hawaii|idaho"
    "|illinois"
    "|indiana|iowa|kansas|kentucky|louisiana|maine|maryland|massachusetts|michigan|minnesota|mississippi"
    "|missouri"
    "|montana|nebraska|nevada|new hampshire|new jersey|new mexico|new york|north carolina|north dakota|ohio"
    "|oklahoma"
    "|oregon|pennsylvania|rhode island|south carolina|south dakota|tennessee|texas|utah|vermont|virginia"
    "|washington"
    "|west virginia|wisconsin|wyoming|a[klrz]|c[aot]|d[ce]|fl|ga|hi|i[adln]|k[sy]|la|m[adeinost]|n[cdehjmvy]"
    "|o[hkr]"
    "|pa|pr|ri|s[cd]|t[nx]|ut|v[at]|w[aivy]|ontario|quebec|alberta|manitoba|saskatchewan|nova scotia|british"
    " columbia"
    "|ab|bc|mb|nb|nl|ns|on|pe|qc|sk"
)
_UNIT = r"(?:,? ?(?:apt|apartment|suite|ste|unit|flat|floor|fl|room|rm|bldg|building|#)\.? ?#? ?[\w-]{1,6})"
_WORD = r"[^\W\d_][\w.'’-]{0,24}"
_STREET = (
    rf"[0-9]{{1,7}}[a-z]?(?:[ -][0-9]{{1,3}}/[0-9])?,? (?:[nsew]\.? |north |south |east |west |old |new )?"
    rf"(?:{_WORD} |[0-9]{{1,3}}(?:st|nd|rd|th)?"
    rf" ){{1,4}}?(?:{'|'.join(sorted(SUFFIXES, key=len, reverse=True))})\b\.?"
    rf"(?:,? (?:n|s|e|w|ne|nw|se|sw|north|south|east|west)\b\.?)?"
)
_BOX = r"p\.? ?o\.? ?box [0-9]{1,7}"
_PLACE = (
    rf"(?:(?:,? ?\n ?|, ?| )(?P<city>{_WORD}(?: {_WORD}){{0,2}}?)(?:, ?| )(?P<state>{_STATES})\b\.?(?:,?"
    rf" ?(?P<zip>[0-9]{{5}}(?:-?[0-9]{{4}})?|[0-9]{{4}}|"
    r"[a-z] ?[0-9] ?[a-z](?: ?[0-9] ?[a-z] ?[0-9])?)(?![0-9a-z]))?)"
)
_ADDRESS = re.compile(
    rf"(?<![\w.$€£])(?:(?P<box>{_BOX})(?:,? (?P<second>{_STREET}))?|(?:ap |apt |apartment"
    rf" )?#?(?P<street>{_STREET})){_UNIT}?{_PLACE}?",
    re.IGNORECASE,
)
_LEADING_NUMBER = re.compile(r"[^0-9]{0,12}[0-9]+")
_NOT_STREETS = frozenset(
    words(
        "minute minutes hour hours day days week weeks month months year years time times dollars percent"
        " people items of is was are and or to the in my your a an for by that this with from have has had"
        " per"
        " at on we i you it they do did be been if so no not off address phone number contact account order"
        " please then am pm cell mobile email ssn card street floor windows"
    )
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


_LOOSE = re.compile(
    rf"(?<![\w.$€£])(?P<house>[0-9]{{1,6}}[a-z]?) (?P<middle>(?:[\w.'’#-]{{1,24}},?"
    rf" ){{1,9}}?)(?P<state>{_STATES}),? (?P<zip>[0-9]{{5}}(?:-?[0-9]{{4}})?)(?: usa| united"
    rf" states)?(?![0-9])",
    re.IGNORECASE,
)
"""A house number, some words, a state and its postcode: an American address, whatever the street's name."""
_LABELLED = re.compile(
    r"(?<!mail )(?<!ip )(?<!mac )(?<!email )(?<![\w-])(?:address|deliver(?:ed|y)? to|ship(?:ped|ping)? to"
    r"|live at|living at|located at)(?: is| as|:| to)* (?P<value>(?:no\.? )?#?[0-9]{1,7}[a-z]?,?"
    r" (?:[\w.'’#/-]{1,24},? ?){1,12})",
    re.IGNORECASE,
)
_AFTER_ADDRESS = re.compile(
    r" (?:and|my|phone|ph|contact|number|mobile|cell|name|email|is|please|thanks|thank|for|with|but|because"
    r"|i|so|at|from|which|zip)\b.*",
    re.IGNORECASE | re.DOTALL,
)


def _labelled(scene: Scene) -> Iterator[Hit]:
    """The text after "address" or "deliver to" that begins with a house number, up to the next part of the sentence."""
    for match in _LABELLED.finditer(scene.text):
        value = _AFTER_ADDRESS.sub("", match["value"]).rstrip(" ,.")
        if any(char.isalpha() for char in value):
            start = match.start("value")
            yield Hit(ADDRESS, start, start + len(value), "pattern.address_labelled", 0.65)


def _loose(scene: Scene) -> Iterator[Hit]:
    """A house number, some words, a state and its postcode."""
    for match in _LOOSE.finditer(scene.text):
        words = match["middle"].lower().split()
        if match["state"] in _STATE_WORDS or any(_bare(word) in _NOT_STREETS - {"street"} for word in words):
            continue
        if words:
            yield Hit(ADDRESS, match.start(), match.end(), "pattern.address_loose", 0.7)


def _addresses(scene: Scene) -> Iterator[Hit]:
    text = scene.text
    match = _ADDRESS.search(text)
    while match is not None:
        confidence = _address_confidence(scene, match)
        if confidence:
            yield Hit(ADDRESS, match.start(), match.end(), "pattern.street_address", confidence)
            match = _ADDRESS.search(text, match.end())
        else:
            number = _LEADING_NUMBER.match(text, match.start())
            match = _ADDRESS.search(text, number.end() if number else match.start() + 1)


def _address_confidence(scene: Scene, match: re.Match[str]) -> float:
    street = match["street"] or match["second"] or ""
    has_place = match["state"] is not None and (
        match["zip"] is not None or match["state"] not in _STATE_WORDS
    )
    words = street.lower().split()[1:]
    if words and any(_bare(word) in _NOT_STREETS for word in words[:-1]):
        return 0.0
    if has_place or match["box"]:
        return 0.85
    named = [word for word in street.split()[1:] if word[:1].isalpha()]
    is_ambiguous = not any(_bare(word) in SUFFIXES and _bare(word) not in _AMBIGUOUS for word in words[-2:])
    is_title = len(named) > 1 and all(word[0].isupper() for word in named) and "," not in street
    if is_ambiguous:
        return 0.75 if is_title else 0.0
    if any(word[0].isupper() for word in named):
        return 0.75
    return 0.6


def _bare(word: str) -> str:
    return word.strip(".,")


_ADDRESS_WORDS = any_case("address", "deliver", "ship", "live at", "living at", "located at")
_ANY_SUFFIX = "|".join(sorted(SUFFIXES, key=len, reverse=True))
FAMILIES = (
    Family(
        "uk_postcode",
        (r"[A-Za-z][0-9](?i-u:[0-9A-Z]? ?[0-9][A-Z]{2})", r"(?i-u:gir ?0aa)"),
        _postcodes,
        within=CODE,
    ),
    Family(
        "address_labelled",
        (_ADDRESS_WORDS + r"[a-z]{0,4}(?i-u: is| as|:| to)* (?i-u:no\.? )?#?[0-9]",),
        _labelled,
        within=DIGIT,
    ),
    Family(
        "address_loose",
        (rf"[0-9][A-Za-z]? (?:[^ \n]+ ){{1,9}}(?i-u:{_STATES}),? [0-9]{{5}}",),
        _loose,
        within=("[0-9]", "[0-9]{5}", r"[A-Za-z],? [0-9]{5}"),
    ),
    Family(
        "street_address",
        (
            rf"[0-9][A-Za-z]?,? (?:[^ \n]+ ){{0,5}}(?i-u:{_ANY_SUFFIX})(?-u:\b)",
            any_case("box") + " [0-9]",
        ),
        _addresses,
        within=DIGIT,
    ),
)
