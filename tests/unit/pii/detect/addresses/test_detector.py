"""Street addresses in text: what is one, and what only looks like one."""

from __future__ import annotations

import pytest

from smelt.pii.config import PiiConfig
from smelt.pii.detect.addresses import AddressDetector
from smelt.pii.types import TextBatch

DETECTOR = AddressDetector(PiiConfig())


def found(text: str) -> list[tuple[str, str]]:
    """The distinct (entity, text) of the sure findings of one turn, in order."""
    findings = DETECTOR.detect(TextBatch([text], [0], ["customer"], [[]]))
    return sorted({(f.entity, text[f.start : f.end]) for f in findings if f.confidence >= 0.5})


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (
            "Please ship it to 8376 Grant Street, Springfield, IL 62704. Thanks",
            "8376 Grant Street, Springfield, IL 62704",
        ),
        ("my address is 575 5 th street miami fl and phone is none", "575 5 th street miami fl"),
        ("828 atlantic st charlottesville va 22901", "828 atlantic st charlottesville va 22901"),
        (
            "Enviar para:\nRua Lima, 2\n2429-252 Vila Franca de Xira\nObrigado.",
            "Rua Lima, 2\n2429-252 Vila Franca de Xira",
        ),
        ("Spedire a Borgo Livia, 9, 72029 Piano Di Coreglia.", "Borgo Livia, 9, 72029 Piano Di Coreglia"),
        ("A minha morada é Largo Lima, 1, Rio Maior.", "Largo Lima, 1, Rio Maior"),
        ("Consegnare in Viale Liana, 8, Grazie.", "Viale Liana, 8"),
        ("Er soll in die Seidelallee 8780 in Hameln kommen.", "Seidelallee 8780 in Hameln"),
        ("It is at Via Carlo Cattaneo 130, Burgos", "Via Carlo Cattaneo 130, Burgos"),
        ("Sie wohnt Lindenstraße 12 in Berlin", "Lindenstraße 12 in Berlin"),
        (
            "Bitte an Otto-Suhr-Weg 3/8, 68595 Neunkirch vorm Wald. Danke",
            "Otto-Suhr-Weg 3/8, 68595 Neunkirch vorm Wald",
        ),
        ("Consegnare in Viale Lucarelli, 75\n42048 Versano\nGrazie", "Viale Lucarelli, 75\n42048 Versano"),
        ("Livrer au 12 bis, rue des Lilas, 66946 Hamelnec.", "12 bis, rue des Lilas, 66946 Hamelnec"),
        ("Technik jedzie na ul. Nadrzeczna 63/26 w Jasło. Drzwi", "ul. Nadrzeczna 63/26 w Jasło"),
        ("Entregar em Avenida Vicente, S/N, 2178-351 Sabugal.", "Avenida Vicente, S/N, 2178-351 Sabugal"),
        ("I live at 44 Mill Lane, Leeds. It is the red door", "44 Mill Lane, Leeds"),
        ("send to PSC 7004, Box 8380\nAPO AP 11949", "PSC 7004, Box 8380\nAPO AP 11949"),
        ("my zip code is 20547", "20547"),
        ("we stay in Apt. 391 until June", "Apt. 391"),
    ],
)
def test_addresses(text, address):
    assert any(entity == "STREET_ADDRESS" and value == address for entity, value in found(text))


@pytest.mark.parametrize(
    "text",
    [
        "under 15 U.S.C. 1681 and Section 623",
        "the IP address is wrong, please address this issue",
        "I waited 3 days for a way to pay",
        "Version 12 Build 345 of SharePoint 2013",
        "what is your address?",
        "call 24 hours a day",
        "It shows 0 unread, then counts its way up.",
        "there are 0 unread, then it counts its way up",
        "It took 5 tries each way.",
        "On 19 September 2024, Mr. FoRK wrote that it works",
        "He rang at 14:10 on 8 May 2024, Mrs. Lane answered",
        "We met 3 people, then found another way",
        "On Fri, 13 Sep 2024, Dale Alspach wrote",
        "On 10/2/02, R. A. Hettinga wrote",
        "The Wall Street Journal has a page about The New Road",
    ],
)
def test_what_is_no_address(text):
    assert [value for entity, value in found(text) if entity == "STREET_ADDRESS"] == []
