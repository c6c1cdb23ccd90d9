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
