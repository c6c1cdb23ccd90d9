"""Names by the layout of mail, in the languages that mail programs write; and ordinary words of those languages."""

from __future__ import annotations

import pytest

from smelt.pii.config import PiiConfig
from smelt.pii.scrubber import Scrubber
from smelt.pii.types import TextBatch

SCRUBBER = Scrubber(PiiConfig(), None)


def scrubbed(text: str) -> str:
    return SCRUBBER.scrub(TextBatch.of([text])).texts[0]


@pytest.mark.parametrize(
    "line",
    [
        "On 4 May 2026, at 09:12, {} wrote:",
        "On Tue, Aug 13, 2024 at 04:10:57PM +0100, {} mentioned:",
        "Am 04.05.2026 um 09:12 schrieb {}:",
        "Le lun. 4 mai 2026 à 09:12, {} <kt@nordlys.test> a écrit :",
        "El lun, 4 may 2026 a las 9:12, {} (<kt@nordlys.test>) escribió:",
        "Il giorno lun 4 mag 2026 alle ore 09:12 {} <kt@nordlys.test> ha scritto:",
        "pon., 4 maj 2026 o 09:12 {} <kt@nordlys.test> napisał(a):",
        "Op ma 4 mei 2026 om 09:12 schreef {} <kt@nordlys.test>:",
        "> From: {} <kt@nordlys.test>",
        "Von: {} [mailto:kt@nordlys.test]",
        "09:12 {} <kt@nordlys.test>: the gate is open again",
        "The export fails again.\n\n-- \n{}\nNordlys",
    ],
)
@pytest.mark.parametrize("name", ["Kveldulf Thrainsson", "Donna K. Short", "R. A. Hettinga"])
def test_a_layout_proves_a_name(line, name):
    clean = scrubbed(line.format(name))
    assert not any(part in clean for part in name.split() if len(part) > 2)


def test_what_a_header_says_is_known_in_the_whole_conversation():
    texts = [
        "From: Kveldulf Thrainsson <kt@nordlys.test>\n\nit broke",
        "I will ask kveldulf, said THRAINSSON.",
    ]
    clean = SCRUBBER.scrub(TextBatch(texts, [0, 0], ["customer", "agent"], [[]])).texts
    assert clean[1] == "I will ask [PERSON_1], said [PERSON_1]."


@pytest.mark.parametrize(
    "text",
    [
        "Wo finde ich die Rechnung vom letzten Monat, ich brauche sie für die Steuer?",
        "Im Winter friert die Pumpe ein, im Sommer läuft sie. Liegt es am Frost?",
        "No funciona el botón. Pero antes de la actualización sí funcionaba.",
        "Uma pergunta: como posso voltar para a versão anterior? Uma vez funcionou.",
        "Nella pagina iniziale manca la barra. Nella versione precedente c'era.",
        "Het werkt niet meer sinds gisteren. Het scherm blijft zwart.",
    ],
)
def test_ordinary_words_of_other_languages_are_nobody(text):
    assert scrubbed(text) == text


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("On Monday, Kveldulf\n> Thrainsson wrote:\n> it broke", ["Kveldulf", "Thrainsson"]),
        ("Any idea?\n\nThanks\nSiva\n\n\n____", ["Siva"]),
        ("It broke again.\n\nCheers,\n  dave\n\n-- \nhill", ["dave"]),
        ("_Heather Okafor_: about", ["Heather Okafor"]),
        ("a toolkit by T.C. Zhao, and a column by A K Dewdney", ["T.C. Zhao", "A K Dewdney"]),
        ("((Udhay Shankar N)) wrote it", ["Udhay Shankar N"]),
        ("I tried the toolkit of Mark Overmars once", ["Mark Overmars"]),
        ("Kunt u Mia van Laarhoven als tweede gebruiker toevoegen?", ["Mia van Laarhoven", "Mia"]),
    ],
)
def test_names_broken_signed_and_marked(text, names):
    clean = scrubbed(text)
    assert not any(name in clean for name in names)


@pytest.mark.parametrize(
    "text",
    [
        "Opened XX/XX/2019 and closed XX/XX/2020. By XX/XX/XXXX it was gone.",
        "ms.custom:\n  - Troubleshooting\n  - Zorblat\n\nthe rest",
        "- Zorblat\n\n  Describes the connection.",
        'The folder contains "Autodiscover/CrossForest/EmailDomain".',
        "Run the following command from the Zorblat 2010 Management Shell:",
        "I want to clear my name but cannot; I am writing for myself as student.",
        "I read it in National Geo last week, Ahhh",
    ],
)
def test_a_layout_that_proves_no_name(text):
    assert "PERSON" not in scrubbed(text)


@pytest.mark.parametrize(
    "text",
    [
        "Jelszavak\n\nPár napja tudtam meg, hogy a jelszó nem működik.",
        "necesito actualizar porque no  me deja usar wsp wep",
        "Mijn bladwijzers staan op alfabet A t/m Z. Wanneer ik dat zoek, vind ik niets.",
        "Dobrý den, zrušil jsem Windovku a nainstaloval mi kamarád něco jiného.",
        "Wartość musi być True, False lub None, a nie pusta.",
    ],
)
def test_short_texts_of_other_languages(text):
    assert "PERSON" not in scrubbed(text)
