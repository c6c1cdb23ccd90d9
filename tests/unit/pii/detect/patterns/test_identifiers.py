"""Identifiers of business and machines: found by their labels and check digits; what stands beside them stays."""

from __future__ import annotations

import pytest

from smelt.pii.config import PiiConfig
from smelt.pii.scrubber import Scrubber
from smelt.pii.types import TextBatch

SCRUBBER = Scrubber(PiiConfig.model_validate({"min_confidence": 0.5}), None)


def scrubbed(text: str) -> str:
    return SCRUBBER.scrub(TextBatch.of([text])).texts[0]


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("My policy is bdg 458963745 and it lapsed.", "My policy is [POLICY_1] and it lapsed."),
        ("bdg 458963745", "[POLICY_1]"),
        ("The serial number is QF81422907K.", "The serial number is [SERIAL_1]."),
        ("Seriennummer: QF8-1422907", "Seriennummer: [SERIAL_1]"),
        ("VIN 1M8GDM9AXKP042788 has a recall.", "VIN [VIN_1] has a recall."),
        ("IMEI 490154203237518", "IMEI [IMEI_1]"),
        ("key: VK7JG-NPHTM-C97JM-9MPGT-3V66T works", "key: [LICENCE_KEY_1] works"),
        ("files in /home/jdoe/reports", "files in /home/[PATH_USER_1]/reports"),
        (r"C:\Users\jdoe\AppData was full", r"C:\Users\[PATH_USER_1]\AppData was full"),
        ("user=bmeyer77 status=failed", "user=[LOGIN_1] status=failed"),
        ("ssh bmeyer77@backup01 hangs", "ssh [LOGIN_1]@backup01 hangs"),
        ("Ask @bmeyer on the forum.", "Ask @[HANDLE_1] on the forum."),
    ],
)
def test_the_value_goes_and_its_neighbours_stay(text, clean):
    assert scrubbed(text) == clean


@pytest.mark.parametrize(
    "text",
    [
        "/home/user/project and /Users/Shared/x",
        "@media print, @Override, @types/node",
        "My account balance is wrong.",
        "Started at 1723456789 and stopped at 1723457089.",
        "The file has 2346924544 bytes.",
        "add-on {982f583c-4629-4142-b240-af5855267e15} and reader-9127@addons.example-store.org are on",
    ],
)
def test_what_names_nobody_stays(text):
    assert scrubbed(text) == text
