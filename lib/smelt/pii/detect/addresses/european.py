"""Addresses in continental European forms, and the town after a street.

``Viale Lucarelli, 75``, ``ul. Nadrzeczna 63/26``, ``12 bis, rue des Lilas``, ``Avenida Vicente, S/N``, ``Hornichring 8``;
followed, after a comma, line end, preposition or post code, by the town: ``42048 Versa``, ``in Hameln``, ``w Łomża``.
"""

# ruff: noqa: E501  a regex reads better whole

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from smelt.pii.detect.addresses.words import ENDS_ADDRESS
from smelt.pii.detect.names.languages import everywhere
from smelt.pii.detect.names.lexicon import Lexicon, fold
from smelt.pii.detect.names.people import Person
from smelt.pii.detect.names.readings import polite
from smelt.pii.detect.names.runs import UPPER, lower

PREFIXES = (
    r"rue|avenue|av\.?|boulevard|bd|blvd\.?|chemin|impasse|all[ée]e|quai|cours|passage|route|sentier|faubourg|square|place"
    r"|via|viale|v\.le|piazza|piazzale|p\.zza|corso|c\.so|largo|vicolo|strada|contrada|borgo|rotonda|stretto|canale"
    r"|incrocio|lungomare|salita|calata|galleria|traversa"
    r"|calle|c/|c\.|callej[óo]n|avenida|avda\.?|paseo|p[ºo]\.?|plaza|pza\.?|plaç?a|carrer|carrera|camino|ca[ñn]ada|cuesta|glorieta|acceso"
    r"|ronda|rambla|travesía|pasaje|pasadizo|urbanización|urb\.|vial|alameda|vía"
    r"|rua|r\.|travessa|praça|praca|pr\.|estrada|calçada|beco|quinta|bairro|azinhaga|rotunda|viela|caminho|avenida"
    r"|ul\.|ulica|ulicy|al\.|aleja|aleje|alei|pl\.|plac|placu|os\.|osiedle|skwer|rondo"
    r"|str\.|strada|bulevardul|calea|nám\.|náměstí|třída|tř\."
)
SUFFIXES = (
    r"stra(?:ß|ss)e|str\.|weg|allee|gasse|platz|damm|ufer|stieg|steig|ring|chaussee|promenade|pfad|markt|graben|wall|winkel"
    r"|kamp|hof|brücke|straat|laan|plein|gracht|kade|dijk|singel|dreef|steeg|boulevard|pad|plantsoen|hoek|erf|baan"
    r"|gatan|gata|vägen|väg|gränd|gade|vej|gaten|veien|vegen|katu|tie|kuja|polku|utca|körút|tér"
)
_LETTER = r"[^\W\d_]"
_CAPITAL = rf"[{UPPER}](?:{_LETTER}|['’\-](?={_LETTER}))*"
_ABBREVIATED = rf"(?:{_CAPITAL}\.?|\d{{1,2}}\.?(?=[ ][{UPPER}])|[IVX]{{1,5}}\b)"
_SMALL = r"(?:de la|de los|de las|d[eouai]s?|del|della|dello|dei|degli|la|le|les|los|las|el|l['’]|d['’]|dell['’]|san|santa|e|y|of|van|den|der)"
_NUMBER = r"(?:n[.º°]?[º°]?[ ]?|nr\.?[ ]?|num\.?[ ]?)?(?:\d{1,4}(?:[ ]?(?:bis|ter|quater)\b|[a-zA-Z]\b|[ ][A-Z]\b(?![ ]?[\d.-]))?(?:[/-][ ]?\d{1,4})?(?!\d)(?:[ ]?m\.?[ ]?\d{1,4})?|[sS][/.]?[nN]\b)"
_UNIT = (
    r"(?:[ ]*,?[ ]*(?i:appartamento|interno|int\.|piano|scala|apartado|piso|puerta|bloque|portal|esc\.|planta|apt\.?|apto\.?|andar|lote"
    r"|bât\.?|bâtiment|étage|escalier|whg\.?|wohnung|etage|lok\.|m\.)[ ]?\d{1,4}[a-zA-Zºª]?\b|[ ]*,?[ ]\d{1,2}[ºª°.]{1,2}[ ]?[A-Z]?\b)"
)
PREFIXED = re.compile(
    rf"(?<![\w@])(?:\d{{1,4}}(?:[ ]?(?:bis|ter|[a-z]))?,?[ ])?(?i:{PREFIXES})[ ](?:(?:{_SMALL}[ ]?){{0,3}}{_ABBREVIATED}[ ]?){{1,6}}"
    rf"(?:(?<=[ ])|[ ]?,[ ]?){_NUMBER}{_UNIT}{{0,2}}"
    rf"|(?<![\w@])\d{{1,4}}(?:[ ]?(?:bis|ter|[a-z]))?,?[ ](?i:{PREFIXES})[ ](?:{_SMALL}[ ]?){{0,3}}{_ABBREVIATED}(?:[ ](?:{_SMALL}[ ]?){{0,2}}{_CAPITAL}){{0,4}}"
)
SUFFIXED = re.compile(
    rf"(?<![\w@/])(?:{_CAPITAL}[ ]|[{UPPER}]\.[ ]?){{0,2}}(?:[{UPPER}](?:{_LETTER}|\.?-(?={_LETTER}))*(?i:{SUFFIXES})"
    rf"|(?<=[a-zß] )(?:Straße|Strasse|Allee|Platz|Weg|Ring|Gasse|Ufer|Damm|Hof|Markt))"
    rf"[ ]\d{{1,4}}(?:[a-zA-Z]\b|[ ][a-f]\b)?(?:[/-]\d{{1,4}})?(?!\d|[.:,]\d)(?:{_UNIT}){{0,2}}"
)
_CODE = (
    r"(?:[A-Z]{1,2}[- ]?)?(?:\d{5}(?:-\d{4})?|\d{4}-\d{3}|\d{2}-\d{3}|\d{4}[ ]?[A-Z]{2}|\d{3}[ ]\d{2}|\d{4})"
)
WITH_CODE = re.compile(
    rf"(?<![\w@])(?i:{PREFIXES})[ ](?:{_SMALL}[ ]?){{0,3}}{_CAPITAL}(?:[ ](?:{_SMALL}[ ]?){{0,2}}{_CAPITAL}){{0,4}}"
    rf"(?=[ ]?,?[ \n]{{1,2}}{_CODE}[ ]+[{UPPER}])"
)
IN_TOWN = "rue|avenue|boulevard|chemin|impasse|allée|quai|via|viale|piazza|corso|calle|avenida|paseo|rua|travessa|praça|ulica"
WITH_TOWN = re.compile(
    rf"(?<![\w@])(?:{IN_TOWN})"
    rf"[ ](?:{_SMALL}[ ]?){{0,3}}{_CAPITAL}(?:[ ](?:{_SMALL}[ ]?){{0,2}}{_CAPITAL}){{0,3}}(?=[ ]?,[ ]{_CAPITAL}[ .,-]|[ ](?:à|a|en|em|w)[ ]{_CAPITAL})"
)
"""A street without a number, followed by a town; only for texts in a language that uses this form."""
_TOWN = rf"{_CAPITAL}(?:[ -](?:(?:{_SMALL}|am|an der|bei|im|in der|ob der|vor der|vorm|unter|upon|sur|en|aan|nad|do|da|dos|das)[ -]){{0,2}}{_CAPITAL}|(?<=\bSt)\.[ ]{_CAPITAL}){{0,4}}(?:[ ]\([A-Z]{{2}}\))?"
_AFTER = re.compile(
    rf"(?P<gap>[ ]?,[ ]?|[ ]*,?[ ]*\n[>|* ]*|[ ]|[ ]{{1,2}}(?:in|w|we|a|à|en|em|te|bei|v|ve|på|i)[ ])(?:(?P<code>{_CODE})(?:[ ]?,)?[ ]+)?(?P<town>{_TOWN})"
)
_BEHIND_CODE = re.compile(rf"[ ]+(?P<town>{_TOWN})")
_ENDS_ON_CODE = re.compile(rf"(?<!\w){_CODE}\Z")


_AFTER_A_YEAR = re.compile(r"(?:19|20)\d\d, R\. ")
"""``18 Sep 2002, R. A. Hettinga wrote``: R. is an initial, not a Portuguese street (rua)."""
_PREFIX_IN_LOWER = re.compile(rf"(?<!\w)(?:{PREFIXES})[ ]")
_BEFORE_NUMBER = re.compile(r"[ ]\d")
_SUFFIXES = tuple(SUFFIXES.replace("stra(?:ß|ss)e", "straße|strasse").replace("\\", "").split("|"))
"""Where a match may be, in lower case: behind the end of a word, or between a suffix and a number."""
_BEHIND_LINE = 40
"""Characters of the next line that WITH_CODE looks at: a post code and a town's first letter."""
_ALWAYS_A_STREET = ("strasse", "str.", "gasse", "straat", "gatan", "vagen")
_WORD = re.compile(r"[^ -]+")
_PARTS = re.compile(r"[ -]")
_HOUSE = re.compile(r" \d")


def cores(text: str, lexicon: Lexicon) -> Iterator[Person]:
    """Streets of both forms (street word first or last) with a number or a post code after them."""
    lowered = lower(text)
    prefixed = list(_lines(lowered, (match.start() for match in _PREFIX_IN_LOWER.finditer(lowered))))
    for match in (
        *(match for start, end in prefixed for match in PREFIXED.finditer(text, start, end)),
        *(
            match
            for start, end in prefixed
            for match in WITH_CODE.finditer(text, start, end + _BEHIND_LINE)
            if match.start() < end
        ),
    ):
        if _AFTER_A_YEAR.match(match[0]) or (match[0][0].isdigit() and text[match.start() - 1] in "/.:-"):
            continue  # the end of a date, as in 10/2/02
        yield Person(match.start(), match.end(), 0.75)
    numbers = (match.start() for match in _BEFORE_NUMBER.finditer(lowered))
    suffixed = _lines(lowered, (place for place in numbers if lowered.endswith(_SUFFIXES, 0, place)))
    for match in (match for start, end in suffixed for match in SUFFIXED.finditer(text, start, end)):
        word = fold(match[0][: _HOUSE.search(match[0]).start()].split()[-1])  # type: ignore[union-attr]
        is_street = word.endswith(_ALWAYS_A_STREET) or not lexicon.is_word(word) or len(word) < 7
        if is_street and fold(match[0].split()[0]) not in lexicon.not_names:
            yield Person(match.start(), match.end(), 0.7)


def _lines(text: str, places: Iterable[int]) -> Iterator[tuple[int, int]]:
    """The spans of the lines of a text that hold one of ``places``, which ascend."""
    end = -1
    for place in places:
        if place >= end:
            start = text.rfind("\n", 0, place) + 1
            end = text.find("\n", place)
            end = len(text) if end < 0 else end
            yield start, end


def in_town(text: str, lexicon: Lexicon) -> Iterator[Person]:
    """Streets without a number before a town, in texts of a language that uses this form."""
    for match in WITH_TOWN.finditer(text) if lexicon.languages else ():
        yield Person(match.start(), match.end(), 0.65)


def town(text: str, start: int, end: int, lexicon: Lexicon) -> int:
    """The end of an address including its town; ``text[start:end]`` is the street, with or without post code."""
    if _ENDS_ON_CODE.search(text, max(start, end - 12), end):
        behind = _BEHIND_CODE.match(text, end)
        if behind:
            return behind.start("town") + _town_length(text, behind.start("town"), behind.end(), lexicon)
    match = _AFTER.match(text, end)
    if match is None:
        return end
    gap, name = match["gap"], match["town"]
    name = name[: _town_length(text, match.start("town"), match.end("town"), lexicon)]
    first = fold(_PARTS.split(name)[0])
    if match["code"] is None:
        is_apart = "," in gap or len(gap.strip()) > 0
        follows = text[match.start("town") + len(name) : match.start("town") + len(name) + 1]
        if not is_apart or "\n" in gap or first in ENDS_ADDRESS or follows == "@":
            return end
        is_usual = all(fold(word) in lexicon.frequent for word in _PARTS.split(name))
        is_polite = first in polite() or first in _OTHER_CAPITALS
        if fold(name) not in lexicon.places and is_usual and (is_polite or not _closed(text, match, name)):
            return end
    return match.start("town") + len(name)


_OTHER_CAPITALS = everywhere("months") | everywhere("weekdays")
_CLOSES = re.compile(r"[ ]?(?:[.,;:!?)]|\Z)|[ ]*\n")


def _closed(text: str, match: re.Match[str], name: str) -> bool:
    """Whether a town stands between a comma or a preposition and the end of its clause: ``Rua Lima 2, Chaves.``"""
    return bool(match["gap"].strip()) and _CLOSES.match(text, match.start("town") + len(name)) is not None


def _town_length(text: str, start: int, end: int, lexicon: Lexicon) -> int:
    """The length of a town's name; all of it at a line's end or before punctuation, where no sentence goes on."""
    name = text[start:end]
    words = name.split(" ")
    if _CLOSES.match(text, end) and not (len(words) > 1 and fold(words[-1]) in polite()):
        return len(name)
    return _without_a_sentence(name, lexicon)


def _without_a_sentence(name: str, lexicon: Lexicon) -> int:
    """The length of a town's name without the beginning of the next sentence: ``Leeds We``, but ``Frankfurt am
    Main``."""
    if fold(name) in lexicon.places:
        return len(name)
    words = list(_WORD.finditer(name))
    for before, word in pairwise(words):
        if before.group().islower() or name[word.start() - 1] == "-" or not word.group()[0].isupper():
            continue
        if fold(word.group()) in lexicon.frequent or fold(name[: before.end()]) in lexicon.places:
            return before.end()
    return len(name)
