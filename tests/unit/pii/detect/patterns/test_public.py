"""What names nobody stays: pages for everybody, private networks, public resolvers; and nothing else."""

from __future__ import annotations

import pytest

from smelt.pii.config import PiiConfig
from smelt.pii.scrubber import Scrubber
from smelt.pii.types import TextBatch

SCRUBBER = Scrubber(PiiConfig(), None)


def scrub(text: str, scrubber: Scrubber = SCRUBBER) -> str:
    """The scrubbed text."""
    return scrubber.scrub(TextBatch.of([text])).texts[0]


@pytest.mark.parametrize(
    "text",
    [
        "see https://docs.python.org/3/library/re.html now",
        "open www.openstreetmap.org/help",
        "https://support.microsoft.com/en-us/windows#printing",
        "ping 192.168.0.1, then 10.0.0.7 and ::1",
        "set the resolver to 8.8.8.8 or 1.1.1.1",
    ],
)
def test_what_names_nobody_stays_and_is_counted(text):
    result = SCRUBBER.scrub(TextBatch.of([text]))
    assert result.texts == [text]
    assert {entry.policy for entry in result.replaced} == {"keep"}


@pytest.mark.parametrize(
    "url",
    [
        "https://www.linkedin.com/in/jroe",
        "https://github.com/jroe",
        "https://janeroe.com/cv",
        "https://jroe.blogspot.com/",
        "https://mail.net/reset?token=8f3a",
        "https://mail.net/d/3f9a1c0b7d2e44aa",
        "https://mail.net/orders/4815162",
        "https://mail.net/people/list",
        "https://mail.net/~jroe/",
        "https://mail.net/jane-williams/",
        "https://jroe@mail.net/x",
    ],
)
def test_what_could_lead_to_somebody_goes(url):
    assert url not in scrub(f"see {url} now")
    if "@" not in url:
        assert scrub(f"see {url} now") == "see [URL_1] now"


def test_addresses_of_somebodys_line_go():
    assert scrub("from 81.2.69.160") == "from [IP_1]"


def test_both_can_be_replaced():
    everything = Scrubber(PiiConfig(public={"urls": "replace", "ips": "replace"}), None)
    assert scrub("https://docs.python.org/3/ at 10.0.0.7", everything) == "[URL_1] at [IP_1]"
