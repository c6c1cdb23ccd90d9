"""Firms, places, corners and identifiers that are named like people, and people beside them."""

from __future__ import annotations

import pytest

from smelt.pii.detect.names.lexicon import load
from smelt.pii.detect.names.things import is_coded
from tests.unit.pii.detect.names.test_detector import people


@pytest.mark.parametrize(
    "text",
    [
        "I called Hunter Portfolio Management, LLC about it",
        "a letter from Nelson & Kowalski about my debt",
        "They passed it to Lyons, Doughty & Veldhuis last week",
        "Stenger and Stenger refuse to validate it",
        "a call from a company named Franklin about it",
        "It was sold to the debt collection agency Nelson",
        "I spoke with the Department of Justice about it",
        "under Indiana law and Georgia statutes",
        "N.J. Code Ann 2A:50-3",
        "my loan is with Sallie Mae now",
        "Is breakfast included at Sam Wo Restaurant?",
        "Does Rosa's Noodle House take cards?",
        "Is there parking at Hotel Vitale?",
        "Wifi is free at Cornell Hotel de France.",
        "Yes, Balompie Cafe is good for groups.",
        "I want a taxi from 5th and Murray to 'Forbes and Murray'",
        "Go east on Forbes, then turn right on El Camino Real.",
        "Our roof has leaked since hurricane Harvey.",
        "Restart HostingServiceWatchdog and DivXNetworks, then SuSE",
        "The sensor reads 40 C. The fan is loud.",
        "Pay on time? I. They never answer",
        "They sent a Bill of Sale to my office",
        "The F.C.C. World and the U.S. Bancorp",
        "Theres no account number, thats all",
        "I can meet her on Wendesday, do you agree?",
        "My Mom said that it was shipped",
        "Thanks to Dad, I could pay",
        "the title went to the Virginia DMV",
    ],
)
def test_what_is_named_like_a_person(text):
    assert people(text) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("I spoke with Tom & Mary about it", "Mary"),
        ("Please send it to John and Mary", "Mary"),
        ("I told Anna Kovalev, who agreed", "Anna Kovalev"),
        ("Margaret Okafor PhD called me", "Margaret Okafor"),
        ("I asked LaToya twice", "LaToya"),
        ("The form was sent to DeShawn McCain", "DeShawn McCain"),
        ("Rosa's house is not insured, Rosa told me", "Rosa"),
        ("Ask Donna K. Short about it", "Donna K. Short"),
        ("Yesterday I met J. Short", "J. Short"),
        ("I wrote to T.C. Zhao", "T.C. Zhao"),
    ],
)
def test_people_beside_such_things(text, name):
    assert any(name in found for found in people(text))


@pytest.mark.parametrize(
    ("word", "is_identifier"),
    [
        ("DisablePST", True),
        ("LexisNexis", True),
        ("CSSTroubleshoot", True),
        ("AccountTransUnionXX", True),
        ("McCain", False),
        ("O'Brien", False),
        ("JoAnn", False),
        ("TimH", False),
        ("LEE", False),
        ("Jean-Luc", False),
    ],
)
def test_capitals_inside_a_word(word, is_identifier):
    assert is_coded(word, load()) is is_identifier


def test_a_brand_is_no_introduced_name():
    assert "Disney" not in people("Walt Disney was a person. I called Disney about it.")
