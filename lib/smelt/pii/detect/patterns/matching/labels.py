"""Labels: what the words around a number say it is.

For example "my ssn is ...", "order number ...", "... mobile". A label is direct if only connecting words ("number",
"is", "ending in", ":") are between it and the number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from smelt.pii.detect.patterns.matching.words import words

VETO = "veto"
"""Label of words by which a number is not personal: an order, a version, an amount."""

WINDOW_BEFORE = 72
WINDOW_DIRECT = 40
MAX_WORDS = 9
WINDOW_AFTER = 28
MAX_QUESTION_CHARS = 200

_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+|[.!?;](?=\s)|[\n|#$€£=]")
_BREAKS = frozenset(".!?;\n|")
_NUMBER_WORDS = frozenset({"number", "numbers", "no", "num", "nr", "#"})

WORDS: Mapping[str, str] = {
    word: label
    for label, words in {
        "phone": "phone telephone telefon tel cell cellphone mobile mob call calling called callback reach"
        " fax"
        " whatsapp sms text txt dial ring answering hotline landline ph phno handset telefono teléfono"
        " téléphone"
        " telefone handy móvil celular portable mobil phones telephones cellular phonenumber contact"
        " voicemail dialed dialled texted rang rings phoned"
        " anrufen rufen ruft erreichen erreichbar rückruf rufnummer"
        " telefonnummer handynummer mobilnummer mobiltelefon"
        " appeler appelez joindre joignable tél llamar llame llámeme llámenme llamarme llamen móviles telefónico"
        " chiamare chiami chiamatemi chiamarmi cellulare cell. telefonare ligar liguem ligue telemóvel contacto"
        " bellen bel bereiken bereikbaar telefoon telefoonnummer mobiel gsm dzwonić zadzwonić dzwoń telefonu komórka"
        " komórkowy numerem kom telefonnummer mobilen soita puhelin puhelinnumero telefonszám hívjon volat telefonní",
        "card": "card cards credit debit visa mastercard amex discover maestro cc creditcard carte tarjeta"
        " kreditkarte",
        "ssn": "ssn ssns ss social socials",
        "tax": "itin tin taxpayer tax",
        "account": "account accounts acct accnt acc ac a/c checking savings konto compte cuenta membership"
        " member customer client loyalty",
        "routing": "routing aba rtn transit",
        "passport": "passport passports passeport reisepass pasaporte",
        "licence": "license licence licenses licences permit dl driving driver drivers",
        "health": "nhs",
        "nino": "nino",
        "sin": "sin nas",
        "npi": "npi provider",
        "medical": "dea",
        "pin": "pin otp passcode password passwd pwd cvv cvc pw",
        "birth": "dob born birthdate birthday birth",
        "postcode": "postcode zip zipcode postal",
        "wallet": "wallet bitcoin btc ethereum eth crypto",
        "ip": "ip ipv ipv4 ipv6",
        "iban": "iban bic swift",
        VETO: "order orders case ticket tickets tracking invoice confirmation reference ref flight version"
        " build"
        " model serial sku part item incident request transaction error code article bug isbn quote claim"
        " receipt"
        " shipment parcel package awb batch coupon product page room score chapter section kb hotfix release"
        " firmware port issue patch asset barcode upc ean catalog lot po rma waybill revision commit pid"
        " timestamp"
        " voucher seat gate row docket complaint counter counters"
        " bytes epoch pid tid thread offset uptime ticks inode",
    }.items()
    for word in words.split()
}
"""Word -> its label."""

PHRASES: Mapping[tuple[str, str], str] = {
    ("social", "security"): "ssn",
    ("social", "number"): "ssn",
    ("social", "media"): "",
    ("social", "network"): "",
    ("social", "networks"): "",
    ("social", "insurance"): "sin",
    ("assurance", "sociale"): "sin",
    ("national", "insurance"): "nino",
    ("health", "service"): "health",
    ("travel", "document"): "passport",
    ("american", "express"): "card",
    ("tax", "file"): "tfn",
    ("tax", "id"): "tax",
    ("iban", "number"): "iban",
    ("pass", "word"): "pin",
    ("security", "code"): "pin",
    ("zip", "code"): "postcode",
    ("postal", "code"): "postcode",
    ("post", "code"): "postcode",
    ("promo", "code"): VETO,
    ("policy", "number"): "account",
    ("gift", "card"): "card",
    ("date", "of"): "",
    ("contact", "us"): "phone",
    ("pick", "up"): "phone",
    ("picking", "up"): "phone",
    ("message", "on"): "phone",
    ("message", "at"): "phone",
    ("messages", "on"): "phone",
    ("pw", "no"): "pin",
    ("sort", "code"): "routing",
    ("phone", "model"): VETO,
    ("bank", "number"): "account",
}
"""Two consecutive words -> their common label, if it differs from that of each; "" for none."""

AFTER = re.compile(
    r"[\s\-–—,:(\[]{0,3}(?:(?:this |that |it )?(?:is|was|as) )?(?:(?:my|his|her|our|the|a) )?(?:last (?:4"
    r"|four) (?:digits? )?of (?:my |the )?)?"
    r"(?:(?P<phone>office|mobile|cell|fax|home|work|phone|landline|handset|tel|ph\b|contact)"
    r"|(?P<ssn>ssn|social security)|(?P<card>(?:credit |debit )?card)|(?P<account>account number|account no"
    r"|acct))\b",
    re.IGNORECASE,
)

CONNECTORS = frozenset(
    words(
        "number numbers no num nr nbr is are was were ending ends end in with last four digits digit of my"
        " the your his her its it it's as be here and this that id hash would should on file new current old"
        " me us at complete full first 4 four 10 ten 6 six actually only also sure yes nummer número numero"
        " est es ist primary main business personal direct preferred best"
    )
)


class Reading(NamedTuple):
    """The labels around a number: the direct one before it, all before it, and one after it."""

    direct: str
    nearby: frozenset[str]
    after: str
    is_currency: bool
    has_number_word: bool

    def says(self, *labels: str) -> bool:
        """Whether one of the labels is nearby, on either side."""
        return self.after in labels or any(label in self.nearby for label in labels)

    def names(self, *labels: str) -> bool:
        """Whether one of the labels is the direct one."""
        return self.label in labels

    @property
    def label(self) -> str:
        """The direct label, or else the one that follows."""
        return self.direct or self.after


class Labels:
    """The label words, including those of the configuration."""

    def __init__(self, words: Mapping[str, Iterable[str]] | None = None) -> None:
        self.words: dict[str, str] = dict(WORDS)
        self.phrases: dict[tuple[str, str], str] = dict(PHRASES)
        for label, own in (words or {}).items():
            for phrase in own:
                parts = phrase.lower().split()
                if len(parts) == 1:
                    self.words[parts[0]] = label
                elif len(parts) == 2:
                    self.phrases[(parts[0], parts[1])] = label

    def read(self, text: str, start: int, end: int, asked: str = "", *, only_direct: bool = False) -> Reading:
        """The labels around ``text[start:end]``; ``asked`` is used if there are none.

        With ``only_direct`` it stops at the first word that separates the number from a label, to save time for the
        many short numbers.
        """
        window = WINDOW_DIRECT if only_direct else WINDOW_BEFORE
        tokens = _TOKEN.findall(text[max(0, start - window) : start].lower())
        floor = len(tokens) - MAX_WORDS
        direct = ""
        is_direct, number_word, seen = True, False, False
        is_currency = bool(tokens) and tokens[-1] in "$€£"
        nearby: set[str] = set()
        while tokens:
            token = tokens.pop()
            if token in _BREAKS:
                if seen:
                    break
                continue
            label = self._phrase(tokens, token)
            if label is None:
                label = self.words.get(token, "")
            else:
                tokens.pop()
            if label:
                direct = label if is_direct else direct
                nearby.add(label)
                is_direct = False
            elif token in CONNECTORS:
                number_word = number_word or (is_direct and token in _NUMBER_WORDS)
            elif token.isalpha() or token.isdigit():
                is_direct = False
            if (only_direct and not is_direct) or len(tokens) < floor:
                break
            seen = True
        after = AFTER.match(text, end, end + WINDOW_AFTER)
        trailing = after.lastgroup or "" if after else ""
        if after and trailing != "phone" and "\n" in after[0]:
            trailing = ""  # a label on the next line or turn belongs to the value there
        if not nearby and not trailing and asked:
            direct = asked
            nearby.add(asked)
        return Reading(direct, frozenset(nearby), trailing, is_currency, number_word)

    def last(self, question: str) -> str:
        """The last label in a question, e.g. "ssn" in "And the last four of your SSN, please?"."""
        tokens = [token.lower() for token in _TOKEN.findall(question[-MAX_QUESTION_CHARS:])]
        while tokens:
            token = tokens.pop()
            label = self._phrase(tokens, token)
            if label is None:
                label = self.words.get(token, "")
            if label and label != VETO:
                return label
        return ""

    def _phrase(self, before: list[str], token: str) -> str | None:
        return self.phrases.get((before[-1], token)) if before else None
