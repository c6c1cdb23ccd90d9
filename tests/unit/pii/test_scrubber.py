"""The whole scrubber, real detectors included: scrubbing its own result changes nothing."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from functools import cache

import pytest

from smelt.pii.config import DEFAULT_RULES, PiiConfig
from smelt.pii.keys import ScrubKey
from smelt.pii.scrubber import Scrubber
from smelt.pii.types import Known, TextBatch

POLICIES = ["tag", "index", "mask", "hash", "surrogate"]
PIECES = [
    "My name is ", "John Smith", "mary", "O'Neill", " at ", "jane.roe@mail.net", "john dot doe at gmail dot com",
    "(415) 867-5309", "+44 20 7123 4567", "five five five one two one two", "4539 5787 6362 1486", "536-90-4399",
    "GB82 WEST 1234 5698 7654 32", "8.8.8.8", "https://x.io/a?mail=jane.roe@mail.net", "12 Main Street, Springfield",
    "born on 04/26/1960", "password is hunter22", "SW1A 1AA", "130692544", "account number ", "00",
    "1", ", ", "\n", " ",
    "[EMAIL_1]", "[PERSON#0011aabbccdd]", "****1234", "order 4815162342",
]  # fmt: skip


@cache
def scrubber(policy: str) -> Scrubber:
    rules = {entity: {"policy": policy} for entity in DEFAULT_RULES}
    return Scrubber(PiiConfig(entities=rules), ScrubKey("1", b"a" * 32))


def conversations(count: int, seed: int) -> TextBatch:
    """Random sequences of PIECES: one batch, as each call of the detectors has a price of its own."""
    draw = random.Random(seed)
    texts, numbers, roles = [], [], []
    for number in range(count):
        for role in ("agent", "customer", "customer")[: draw.randint(1, 3)]:
            texts.append("".join(draw.choices(PIECES, k=draw.randint(0, 8))))
            numbers.append(number)
            roles.append(role)
    known = [Known("name", "John Smith"), Known("email", "jane.roe@mail.net")]
    return TextBatch(texts, numbers, roles, [known] * count)


@pytest.mark.parametrize("policy", POLICIES)
def test_twice_is_once(policy):
    batch = conversations(120, seed=7)
    once = scrubber(policy).scrub(batch).texts
    again = scrubber(policy).scrub(replace(batch, texts=once)).texts
    assert [pair for pair in zip(batch.texts, once, again, strict=True) if pair[1] != pair[2]] == []


@pytest.mark.parametrize("policy", POLICIES)
def test_twice_is_once_on_real_text(policy, real_data):
    lines = (real_data / "pii" / "presidio_unit.jsonl").read_text("utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines]
    once = scrubber(policy).scrub(TextBatch.of(texts)).texts
    again = scrubber(policy).scrub(TextBatch.of(once)).texts
    assert [pair for pair in zip(once, again, strict=True) if pair[0] != pair[1]] == []


@pytest.mark.parametrize(
    ("text", "scrubbed"),
    [
        ("On XX/XX/XXXX, I sent a letter.", "On XX/XX/XXXX, I sent a letter."),
        ("apt 0.5.7 on RH 7.x", "apt 0.5.7 on RH 7.x"),
        ("On Wed, 18 Sep 2002, R. A. Hettinga wrote:", "On Wed, 18 Sep 2002, [PERSON_1] wrote:"),
        ("Stephen D. Williams 43392 Wayside Cir", "[PERSON_1] [STREET_ADDRESS_1]"),
        ("I am Jane Wexley.\nUser ID: wexley77, ok", "I am [PERSON_1].\nUser ID: [USERNAME_1], ok"),
        ("I am Jane Wexley, or @wexley_j there", "I am [PERSON_1], or @[HANDLE_1] there"),
        ("ok\n\nSkip> I tried that", "ok\n\n[PERSON_1]> I tried that"),
        ("To: Digital Settlement List <dbs@mail.net>\n", "To: [PERSON_1] <[EMAIL_1]>\n"),
    ],
)
def test_kinds_that_real_mail_and_calls_hold(text, scrubbed):
    assert Scrubber(PiiConfig(), None).scrub(TextBatch.of([text])).texts == [scrubbed]


def test_a_canary_leaves_no_letter_behind_in_any_layout():
    text = (
        "Hello, I am Zebulon Canaryleak.\nUser ID: canaryleak77, the log is in /home/canaryleak/logs, I am"
        " @canaryleak_z there and on https://www.linkedin.com/in/canaryleak too.\n\n"
        "On Tue, Aug 13, 2002, Quillan Canaryleak wrote:\n> It works here.\n\n"
        "From: Orsolya Canaryleak <o@canaryleak.org>"
    )
    scrubbed = Scrubber(PiiConfig(), None).scrub(TextBatch.of([text])).texts[0]
    assert "canaryleak" not in scrubbed.lower()
    assert "77" not in scrubbed
    assert "> It works here." in scrubbed
