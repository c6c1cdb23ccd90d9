"""Values of each entity in each language beside forty marks: they go whole, and their neighbours stay."""

# ruff: noqa: E501  tables read better whole

from __future__ import annotations

import random
import re

import pytest

from smelt.pii.config import PiiConfig
from smelt.pii.scrubber import Scrubber
from smelt.pii.types import TextBatch

MARKS = (
    ("", ""), ("", ","), ("", "."), ("", ";"), ("", ":"), ("", "!"), ("", "?"), ("", "..."), ("", "…"), ("(", ")"),
    ("(", ")."), ("[", "]"), ("{", "}"), ("<", ">"), ('"', '"'), ('"', '",'), ("'", "'"), ("“", "”"), ("„", "“"), ("«", "»"),
    ("« ", " »"), ("‘", "’"), ("‹", "›"), ("*", "*"), ("**", "**"), ("~", "~"), ("| ", " |"), ("- ", ""), ("– ", " –"), ("— ", " —"),
    ("• ", ""), ("> ", ""), ("\t", "\t"), ("\n", "\n"), ("\r\n", "\r\n"), (": ", ""), ("= ", ""), ("¿", "?"), ("¡", "!"), ("\u00a0", "\u00a0"),
)  # fmt: skip
"""What stands before a value and behind it."""

SENTENCES = {
    "en": ("We have waited for this since Monday and", "could you please look at it again"),
    "de": ("Wir haben seit Montag darauf gewartet und", "bitte sehen Sie noch einmal nach"),
    "fr": ("Nous avons attendu depuis lundi et", "pouvez-vous regarder encore une fois"),
    "es": ("Hemos esperado desde el lunes y", "por favor miren otra vez la cuenta"),
    "it": ("Abbiamo aspettato da lunedì e", "potete guardare ancora una volta"),
    "pt": ("Estamos à espera desde segunda e", "podem ver isto mais uma vez"),
    "nl": ("Wij wachten hier al sinds maandag op en", "kunt u er nog eens naar kijken"),
    "pl": ("Na to czekamy od poniedziałku i", "proszę sprawdzić to jeszcze raz"),
}
VALUES = {
    "en": {"PERSON": "Margaret Thompson", "PHONE": "020 7946 0958", "STREET_ADDRESS": "44 Mill Lane, Leeds"},
    "de": {"PERSON": "Sabine Krämer", "PHONE": "030 23125901", "STREET_ADDRESS": "Hauptstraße 12, 10115 Berlin"},
    "fr": {"PERSON": "Geneviève Lefebvre", "PHONE": "01 42 68 53 00", "STREET_ADDRESS": "12 rue des Lilas, 75011 Paris"},
    "es": {"PERSON": "Guadalupe Fernández", "PHONE": "912 34 56 78", "STREET_ADDRESS": "Calle de Alcalá 45, Madrid"},
    "it": {"PERSON": "Giuseppina Esposito", "PHONE": "06 6982 4567", "STREET_ADDRESS": "Viale Lucarelli, 75, Roma"},
    "pt": {"PERSON": "Joaquim Ferreira", "PHONE": "213 423 456", "STREET_ADDRESS": "Rua das Flores 12, Lisboa"},
    "nl": {"PERSON": "Johanna Janssen", "PHONE": "020 624 1111", "STREET_ADDRESS": "Kerkstraat 21, 1017 GA Amsterdam"},
    "pl": {"PERSON": "Grzegorz Wiśniewski", "PHONE": "22 621 02 52", "STREET_ADDRESS": "ul. Nadrzeczna 63/26, Warszawa"},
}  # fmt: skip
ANYWHERE = {
    "EMAIL": "jane.roe@mail.net",
    "CREDIT_CARD": "4539 5787 6362 1486",
    "IBAN": "DE89 3704 0044 0532 0130 00",
    "URL": "https://www.linkedin.com/in/jane-roe",
    "IP": "81.2.69.160",
    "MAC": "00:1b:44:11:3a:b7",
    "US_SSN": "536-90-4399",
    "VIN": "1M8GDM9AXKP042788",
    "HANDLE": "@bmeyer77",
    "PATH_USER": "/home/jroe/reports",
}
SCRUBBER = Scrubber(PiiConfig(regions=("GB", "DE", "FR", "ES", "IT", "PT", "NL", "PL", "US")), None)


def cases(language: str) -> list[tuple[str, str, str, str]]:
    """(entity, value, what stands before, what stands behind): every mark for each, what stands before drawn by a seed."""
    draw = random.Random(language)
    found = []
    for entity, value in (VALUES[language] | ANYWHERE).items():
        for opening, closing in MARKS:
            before, after = draw.choice(SENTENCES[language]), SENTENCES[language][1]
            found.append((entity, value, f"{before} {opening}", f"{closing} {after}"))
    return found


@pytest.mark.parametrize("language", SENTENCES)
def test_values_go_whole_and_their_neighbours_stay(language):
    drawn = cases(language)
    result = SCRUBBER.scrub(TextBatch.of([before + value + after for _, value, before, after in drawn]))
    wrong = [
        (entity, before[-4:] + value + after[:4], text)
        for (entity, value, before, after), text in zip(drawn, result.texts, strict=True)
        if not _is_right(value, before, after, text)
    ]
    assert not wrong


def _is_right(value: str, before: str, after: str, text: str) -> bool:
    """Between the neighbours stand marks of ours, and of the value nothing but separators and the folders of a path."""
    if not (text.startswith(before) and text.endswith(after)):
        return False
    left = re.sub(r"\[[A-Z_]+_\d+\]", "", text[len(before) : len(text) - len(after)])
    return not re.search(r"\w", left.replace("/home/", "").replace("/reports", ""))
