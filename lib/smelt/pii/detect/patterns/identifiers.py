"""Identifiers of business and machines: policies, serials, licence keys, IMEI, VIN, logins, handles, home folders.

Most need a label directly before (``policy no``, ``S/N``, ``login``), in several languages; IMEI (ISO/IEC 7812-1, annex
B) and VIN (49 CFR 565.15) are confirmed by their check digits.
"""

# ruff: noqa: E501  a regex reads better whole, a word list in one string

from __future__ import annotations

import re
from collections.abc import Iterator

from smelt.pii.config import IDENTIFIERS, IdentifierConfig, PiiConfig
from smelt.pii.detect.patterns.matching.checksums import is_valid
from smelt.pii.detect.patterns.matching.scene import DIGIT, Family, Hit, Scene, any_case
from smelt.pii.detect.patterns.values import is_sentence_word, trim
from smelt.regexes import spans

_LINK = (
    r"(?:[ ]?(?:no|nr|num|number|id|ids|is|are|was|n[°º]|nummer|numer|número|numéro|numero|ref|reference|with|under|und|und ist|ist"
    r"|est|es|è|to|jest)\b\.?|[ ]?[:#=])*[ ]?[\"'(]?"
)
_POLICY = re.compile(
    r"(?<![^\W_])(?:polic(?:y|ies)|claims?|contract|insurance|member(?:ship)?|certificate|police|versicherungs(?:nummer|schein)"
    r"|vertragsnummer|schadennummer|póliza|polizza|apólice|polis(?:nummer|a|y)?)"
    rf"{_LINK}(?P<value>(?:[A-Za-z]{{1,4}}[ -]?)?\d[\d-]{{4,14}}\d(?![\w-]))",
    re.IGNORECASE,
)
_BARE_POLICY = re.compile(r"(?P<name>[a-z]{4} )?(?(name)|(?:[A-Za-z]{2,3}|[A-Z]{4})[ -]?)\d{6,12}\.?")
"""Four lower-case letters separate from the digits may be a name, with a finding of its own: ``raja 526984``."""
_SERIAL = re.compile(
    r"(?<![^\W_])(?:serial(?:[ ]?(?:no|number|num|nr|code))?\.?|s/n|sn(?=[ ]?[:#])|seriennummer|serien-nr\.?|numéro de série"
    r"|n[°º] de série|número de s[ée]rie|numero di serie|matricola|serienummer|numer seryjny)"
    rf"{_LINK}(?P<value>(?=[A-Z0-9-]*\d[A-Z0-9-]*\d)[A-Z0-9][A-Z0-9-]{{4,28}}[A-Z0-9](?![\w-]))",
    re.IGNORECASE,
)
_LABELLED_KEY = re.compile(
    r"(?<![^\W_])(?:(?:licen[cs]e|product|activation|registration|cd|serial|software)[ -]?(?:key|code|number)|lizenzschlüssel|produktschlüssel"
    r"|clé (?:de produit|de licence|d'activation)|clave de (?:producto|licencia|activación)|chiave di licenza|licentiesleutel|klucz licencyjny)"
    rf"{_LINK}(?P<value>[A-Z0-9]{{4,8}}(?:-[A-Z0-9]{{4,8}}){{2,7}}(?![\w-]))",
    re.IGNORECASE,
)
_KEY = re.compile(r"(?<![\w-])(?=[A-Z0-9-]*\d)(?=[A-Z0-9-]*[A-Z])[A-Z0-9]{5}(?:-[A-Z0-9]{5}){4}(?![\w-])")
_IMEI = re.compile(r"(?<![\w.-])\d{2}[ -]?\d{6}[ -]?\d{6}[ -]?\d(?:\d)?(?![\w-])")
_VIN = re.compile(r"(?<![\w-])(?=[A-Z0-9]*\d)(?=[A-Z0-9]*[A-Z])[A-HJ-NPR-Z0-9]{17}(?![\w-])")
_VIN_LABEL = re.compile(
    r"\b(?:vin|vehicle identification|chassis|fahrgestell\w*|châssis|telaio|bastidor)\b[^\n]{0,24}\Z", re.I
)
_VALUES = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", (*range(1, 9), *range(1, 6), 7, 9, *range(2, 10)), strict=True))
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_LOGIN = re.compile(
    r"(?<![^\W])(?:(?:user(?:name)?|usr|uid|login|logname|ruser|suser|owner|benutzer|utilisateur|usuario|utente)=[\"']?"
    r"|(?:ssh|scp|sftp|rsync|telnet)[ ](?:-\S+[ ]){0,4}(?=[\w.-]+@)|(?:logged|log|sign|signed)[ ](?:in|on)[ ]as[ ]|login[ ]name[ ]"
    r"|(?:benutzername|anmeldename|nom d'utilisateur|identifiant|nombre de usuario|nome utente|gebruikersnaam|nazwa użytkownika|login)"
    r"[ ]?(?:[:=]|is|ist|est|es|è|lautet|jest)[ ]?)(?P<value>[A-Za-z][\w.-]{2,31})",
    re.IGNORECASE,
)
_LOGIN_WORDS = (
    "user", "usr", "uid", "log", "ruser", "suser", "owner", "benutzer", "utilisateur", "usuario", "utente", "ssh", "scp", "sftp", "rsync",
    "telnet", "sign", "anmeldename", "nom", "identifiant", "gebruikersnaam", "nazwa",
)  # fmt: skip
"""Each match of ``_LOGIN`` begins with one of these."""
_LOCKED = re.compile(
    r"(?<![^\W_])(?:user ?name|user ?id|login ?id)[ ](?P<value>[a-z][a-z0-9._-]{3,31})(?=[ ](?:is|was|has|got|cannot|can't)\b)"
)
_PATH = re.compile(
    r"(?:/(?:export/)?home/|/Users/|[A-Za-z]:(?:\\{1,2}|/)(?:Users|Documents and Settings|Benutzer|Utilisateurs)(?:\\{1,2}|/))"
    r"(?P<value>[A-Za-z][\w.-]{1,31}?)(?=[/\\\s\"'`),;:\]]|\.?\Z|\.\s)"
)
_FOLDERS = ("/home/", "Users", "Documents and Settings", "Benutzer", "Utilisateurs")
"""Each path of a user's folder holds one of these."""
_HANDLE = re.compile(r"(?<![\w@./+\]>-])@(?P<value>[A-Za-z_]\w{2,29})(?![\w@/(-]|\.\w|:\w)")
_NOBODY = frozenset(
    [
        "user",
        "username",
        "users",
        "shared",
        "public",
        "default",
        "admin",
        "administrator",
        "guest",
        "root",
        "ubuntu",
        "debian",
        "centos",
        "ec2-user",
        "runner",
        "vagrant",
        "www-data",
        "nobody",
        "you",
        "me",
        "name",
        "yourname",
        "myuser",
        "someuser",
        "test",
        "all",
        "allusers",
        "app",
        "apps",
        "linuxbrew",
        "system",
        "localhost",
        "none",
        "null",
        "true",
        "false",
        "unknown",
        "string",
        "id",
        "required",
        "the",
        "my",
        "your",
    ]
)
_NO_HANDLE = frozenset(
    [
        "media",
        "import",
        "param",
        "params",
        "return",
        "returns",
        "throws",
        "override",
        "deprecated",
        "property",
        "keyframes",
        "charset",
        "supports",
        "page",
        "apply",
        "include",
        "layer",
        "tailwind",
        "export",
        "see",
        "since",
        "author",
        "version",
        "todo",
        "link",
        "example",
        "type",
        "typedef",
        "default",
        "interface",
        "here",
        "all",
        "channel",
        "everyone",
        "team",
        "support",
        "gmail",
        "hotmail",
        "yahoo",
        "outlook",
        "test",
        "data",
        "component",
        "injectable",
        "input",
        "output",
        "autowired",
        "bean",
        "entity",
        "table",
        "column",
        "id",
    ]
)


def _is_vin(value: str) -> bool:
    """Whether the ninth character is the weighted sum of the others modulo 11 (49 CFR 565.15)."""
    total = sum(w * (int(c) if c.isdigit() else _VALUES[c]) for w, c in zip(_WEIGHTS, value, strict=True))
    return value[8] == "0123456789X"[total % 11]


def _labelled(scene: Scene) -> Iterator[Hit]:
    text = scene.text
    hyphens = text.count("-")
    for entity, pattern, words, confidence in (
        ("LICENCE_KEY", _LABELLED_KEY, ("licen", "product", "activation", "registration", "cd", "serial", "software", "lizenz",
                                        "produktschlüssel", "clé", "clave", "chiave", "klucz") if hyphens >= 2 else (), 0.85),
        ("SERIAL", _SERIAL, ("seri", "s/n", "sn:", "sn :", "sn#", "sn #", "num", "núm", "n° de", "nº de", "matricola"), 0.8),
        ("POLICY", _POLICY, ("poli", "claim", "contract", "insurance", "member", "certificate", "versicherung", "vertrag", "schaden",
                             "póli", "apól"), 0.75),
    ):  # fmt: skip
        for match in scene.begun_by(words, pattern) if words else ():
            yield Hit(entity, *match.span("value"), f"pattern.{entity.lower()}", confidence)
    for match in _KEY.finditer(text) if hyphens >= 4 else ():
        yield Hit("LICENCE_KEY", *match.span(), "pattern.licence_key", 0.8)
    bare = _BARE_POLICY.fullmatch(text.strip()) if len(text) <= 24 else None
    if bare:
        start = len(text) - len(text.lstrip())
        yield Hit(
            "POLICY",
            start + len(bare["name"] or ""),
            start + len(bare[0].rstrip(".")),
            "pattern.policy",
            0.55,
        )


def _vehicles(scene: Scene) -> Iterator[Hit]:
    for match in _VIN.finditer(scene.text):
        labelled = _VIN_LABEL.search(scene.text, max(0, match.start() - 48), match.start())
        if labelled or _is_vin(match.group()):
            yield Hit("VIN", match.start(), match.end(), "pattern.vin", 0.96 if labelled else 0.8)


def _devices(scene: Scene) -> Iterator[Hit]:
    for match in _IMEI.finditer(scene.text):
        digits = re.sub(r"\D", "", match.group())
        labelled = "imei" in scene.lower[max(0, match.start() - 32) : match.start()]
        is_one = (labelled and len(digits) == 16) or (len(digits) == 15 and is_valid("luhn", digits))
        if is_one and (labelled or digits[:2] in ("35", "86", "01", "99")):
            yield Hit("IMEI", match.start(), match.end(), "pattern.imei", 0.99 if labelled else 0.7)


def _accounts(scene: Scene) -> Iterator[Hit]:
    text = scene.text
    is_path = any(folder in text for folder in _FOLDERS)
    for entity, matches, confidence in (
        ("PATH_USER", _PATH.finditer(text) if is_path else (), 0.85),
        ("LOGIN", scene.begun_by(_LOGIN_WORDS, _LOGIN), 0.88),
        ("LOGIN", scene.begun_by(("user", "login"), _LOCKED), 0.86),
        ("HANDLE", scene.begun_by(("@",), _HANDLE), 0.88),
    ):
        nobody = _NO_HANDLE if entity == "HANDLE" else _NOBODY
        for match in matches:
            value = trim(match["value"])
            if value.lower() in nobody or (entity == "LOGIN" and is_sentence_word(value)):
                continue
            start = match.start("value")
            yield Hit(entity, start, start + len(value), f"pattern.{entity.lower()}", confidence)


_SHIPPED = {
    "ORDER": IdentifierConfig(
        labels=("order", "invoice", "purchase order", "booking", "bestellung", "commande", "pedido", "ordine")
    ),
    "CASE": IdentifierConfig(
        labels=("case", "ticket", "incident", "reference", "vorgang", "dossier", "caso", "zaak", "sprawa")
    ),
}
"""Labels of identifiers that are off by default: a label and a number."""


def configured(config: PiiConfig) -> Iterator[Family]:
    """The families of ``pii.identifiers``, and of ORDER and CASE where they are enabled."""
    for entity in IDENTIFIERS:
        if config.rule(entity).enabled:
            for given in (_SHIPPED.get(entity), config.identifiers.get(entity)):
                if given is not None:
                    yield _configured(entity, given)


def _configured(entity: str, given: IdentifierConfig) -> Family:
    labels = "|".join(sorted(map(re.escape, given.labels), key=lambda label: (-len(label), label)))
    before = re.compile(rf"(?<![^\W_])(?:{labels})(?![^\W_]){_LINK}", re.IGNORECASE)

    def find(scene: Scene) -> Iterator[Hit]:
        starts = {match.end() for match in before.finditer(scene.text)}
        starts |= {start + 1 for start in starts if scene.text[start : start + 1] == " "}
        for start, end in spans(given.shape, scene.text):
            goes_on = scene.text[end : end + 1]
            if start in starts and end - start > 1 and not (goes_on.isalnum() or goes_on == "_"):
                yield Hit(entity, start, end, f"pattern.{entity.lower()}", 0.8)

    return Family(f"identifiers.{entity.lower()}", (any_case(*given.labels),), find)


_LABELS = any_case(
    "polic", "claim", "contract", "insurance", "member", "certificate", "serial", "s/n", "sn:", "sn #", "licen", "product", "activation",
    "registration", "versicherung", "vertrag", "schaden", "serien", "série", "serie", "póliza", "poliz", "apólice", "polis", "matricola",
    "seryjny", "schlüssel", "clé", "clave", "chiave", "sleutel", "klucz",
)  # fmt: skip
FAMILIES = (
    Family("identifiers", (rf"{_LABELS}[^0-9\n]{{0,48}}[0-9]", r"[A-Z0-9]{5}-[A-Z0-9]{5}-", r"^\s*[A-Za-z]{2,4}[ -]?[0-9]{6,12}\.?\s*$"), _labelled, within=DIGIT),
    Family("vin", (r"[A-HJ-NPR-Z0-9]{17}",), _vehicles, within=DIGIT),
    Family("imei", (r"[0-9]{2}[ -]?[0-9]{6}[ -]?[0-9]{6}[ -]?[0-9]",), _devices, within=DIGIT),
    Family(
        "logins",
        (
            any_case("user", "usr=", "uid=", "login", "owner=", "ssh ", "scp ", "sftp ", "rsync ", "logged in as", "logged on as",
                     "log in as", "sign in as", "signed in as", "benutzername", "anmeldename", "identifiant", "utente", "usuario",
                     "gebruikersnaam", "użytkownika", "account "),
            "/home/|/Users/|[\\\\/]Users|Documents and Settings|Benutzer|Utilisateurs",
            r"(?:^|[^\w@./+\]>-])@[A-Za-z_]",
        ),
        _accounts,
    ),
)  # fmt: skip
