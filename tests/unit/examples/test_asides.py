"""Sections that stand under a heading and answer nothing."""

from __future__ import annotations

import pytest

from smelt.examples.asides import aside
from smelt.examples.config import ExamplesConfig
from smelt.examples.pairing import pairs


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Original KB number:   2829595", "reference_only"),
        ("Original KB number: [ACCOUNT_NUMBER_1]", "reference_only"),
        ("Article ID: KB-1024\nOriginal KB numbers: 1, 2 (retired)", "reference_only"),
        ("Note: Outlook 2016 is not affected by this issue.", "note_only"),
        (
            "Original KB number: 1\n\nImportant: Back up the registry.\n\nWarning: Problems may occur.",
            "note_only",
        ),
        ("Note: The steps apply to the web.\n1. Exit Outlook.\n2. Open it again.", None),
        ("Note: Back up first.\n\nThen install the update.", None),
        ("Original KB number: 1\n\nThis article explains how to reset a password.", None),
        ("Phone number: [PHONE_1]", None),
        ("Notes are kept in a folder of their own.", None),
        ("", None),
    ],
)
def test_what_is_no_answer(text, kind):
    assert aside(text) == kind


def test_only_articles_have_asides():
    said = [{"role": "customer", "text": "Is mine affected?", "at": None}]
    said += [{"role": "agent", "text": "Note: Outlook 2016 is not affected.", "at": None}]
    (chat,) = pairs("chats", None, said, None, ExamplesConfig())
    (article,) = pairs("articles", "Outlook stops", said[1:], None, ExamplesConfig())
    assert (chat.reasons, article.reasons) == ([], ["note_only"])
