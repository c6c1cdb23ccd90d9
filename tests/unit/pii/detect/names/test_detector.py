"""Names in text: what is one, what only looks like one, and how sure that is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smelt.pii.config import NamesConfig, PiiConfig
from smelt.pii.detect.names import NameDetector
from smelt.pii.scrubber import Scrubber
from smelt.pii.types import Known, TextBatch
from tests.linear import superlinear

DETECTOR = NameDetector(PiiConfig())


def found(
    text: str, *known: Known, role: str = "customer", sure: float = 0.5, detector: NameDetector = DETECTOR
) -> list[tuple[str, str]]:
    """The distinct (entity, text) of the findings of one turn, in order."""
    findings = detector.detect(TextBatch([text], [0], [role], [list(known)]))
    return sorted({(f.entity, text[f.start : f.end]) for f in findings if f.confidence >= sure})


def people(text: str, *known: Known, role: str = "customer") -> list[str]:
    return [value for entity, value in found(text, *known, role=role) if entity == "PERSON"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("My name is Donald van der Voet and I lost my card", "Donald van der Voet"),
        ("my name is prince joel and my ssn is 4577", "prince joel"),
        ("my name is ram", "ram"),
        ("Sometimes people call me Snežana", "Snežana"),
        ("Hello, this is Dr. Rodney Radolič. Who are you?", "Rodney Radolič"),
        ("Please fix it.\n\nKind regards,\nKenjirou Itou", "Kenjirou Itou"),
        ("Name:    Allen Akhtakhanov\nPhone: none", "Allen Akhtakhanov"),
        ("I'm Koumura, we spoke before", "Koumura"),
        ("im beatriz", "beatriz"),
    ],
)
def test_introductions(text, name):
    assert name in people(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("I want to add Christina Ochoa as a beneficiary", "Christina Ochoa"),
        ("Yesterday I spoke with Svetlana about it.", "Svetlana"),
        ("Clotilde, can I please speak to your boss?", "Clotilde"),
        ("I told Mark that it is broken", "Mark"),
        ("Hi Will, any news?", "Will"),
        ("the letter was for Elizabeth Mitchell's daughter", "Elizabeth Mitchell"),
        ("Our founders are Kovalev, Lee and Phillips", "Lee"),
        ("I asked Austin twice", "Austin"),
        ("JOHN SMITH CALLED", "JOHN SMITH"),
    ],
)
def test_people_in_sentences(text, name):
    assert name in people(text)


@pytest.mark.parametrize(
    "text",
    [
        "Will you grant me access? Mark it as done.",
        "Grant me access to the drive in May",
        "My name is wrong on the card",
        "i am not happy with this",
        "this is ridiculous",
        "Why has my new card still not come?",
        "I moved here from New York and live in Paris",
        "I pay with Apple Pay, Google Pay or American Express",
        "Smith Ltd. closed my account",
        "the file name is report and the host name is alpha",
        "Can I use the card in China and in France?",
        "XXXX told me that XXXX XXXX is closed",
        "Windows Server, SharePoint Designer and SQL Server are installed",
        "okok thanku sooo much",
        "Call me back on Monday",
        "You told me that the Seller said so",
    ],
)
def test_what_is_no_person(text):
    assert people(text) == []


@pytest.mark.parametrize(
    "turn", ["rajan", "jamai raja", "stphon", "nisha 4789", "christine robles", "name anu priya"]
)
def test_a_turn_that_is_only_a_name(turn):
    assert people(turn)


@pytest.mark.parametrize(
    "turn",
    [
        "ok",
        "good morning",
        "10 keyboards purchase",
        "hi there",
        "helloooo",
        "2 passengers",
        "okaythanks",
        "yeah",
        "plese",
    ],
)
def test_a_turn_that_is_no_name(turn):
    assert people(turn) == []


class TestKnown:
    KNOWN = (
        Known("name", "Teresa Smith-Grant"),
        Known("email", "tess99@williams.co.uk"),
        Known("phone", "+44 20 7946 0018"),
        Known("username", "xx_tess"),
    )

    @pytest.mark.parametrize(
        ("text", "hit"),
        [
            ("from TERESA smith-grant today", ("PERSON", "TERESA smith-grant")),
            ("Smith-Grant, Teresa wrote", ("PERSON", "Smith-Grant, Teresa")),
            ("ask T. Smith about it", ("PERSON", "T. Smith")),
            ("teresa is away", ("PERSON", "teresa")),
            ("tersea is away", ("PERSON", "tersea")),
            ("tersea's order", ("PERSON", "tersea")),
            ("say “tersea” – the name", ("PERSON", "tersea")),
            ("mail Tess99@Williams.co.uk now", ("EMAIL", "Tess99@Williams.co.uk")),
            ("call +44 20 7946 0018 now", ("PHONE", "+44 20 7946 0018")),
            ("log in as XX_tess please", ("USERNAME", "XX_tess")),
            ("my handle is tess99", ("USERNAME", "tess99")),
        ],
    )
    def test_is_found(self, text, hit):
        assert hit in found(text, *self.KNOWN)

    def test_a_word_needs_a_capital_or_company(self):
        known = Known("name", "Will Grant")
        assert people("will you grant it", known) == []
        assert people("I met will grant there", known) == ["will grant"]
        assert people("I will ask Grant today", known) == ["Grant"]

    def test_a_town_with_another_first_letter_is_no_typo(self):
        known = Known("name", "Justin Weller")
        assert people("the parcel is in Austin still", known) == []
        assert people("the parcel is with Dustin still", known) == ["Dustin"]

    def test_only_in_its_own_conversation(self):
        batch = TextBatch(
            ["I saw zyxo on the list again"] * 2, [0, 1], ["customer"] * 2, [[Known("name", "Zyxo")], []]
        )
        assert {f.text for f in DETECTOR.detect(batch)} == {0}

    def test_typos_can_be_switched_off(self):
        detector = NameDetector(PiiConfig(names=NamesConfig(typos=False, lexicon=False)))
        assert found("tersea is away", *self.KNOWN, detector=detector) == []


def test_an_introduced_name_is_looked_for_in_the_whole_conversation():
    batch = TextBatch(
        ["My name is Zyxona Qavarr.", "please send it", "qavarr with double r"],
        [0, 0, 0],
        ["customer"] * 3,
        [[]],
    )
    assert any(f.text == 2 and f.start == 0 and f.end == 6 for f in DETECTOR.detect(batch))


def test_configured_words_are_never_names_and_files_add_names(tmp_path):
    names = tmp_path / "names.txt"
    names.write_text("# ours\nzorblax\n", encoding="utf-8")
    config = PiiConfig(names=NamesConfig(not_names=("Svetlana",), lexicon_files=(str(names),)))
    detector = NameDetector(config)
    assert found("Yesterday Svetlana came.", detector=detector) == []
    assert ("PERSON", "Zorblax") in found("I met Zorblax there", detector=detector)


def test_unreadable_lexicons_are_all_named():
    with pytest.raises(ValueError, match=r"no1\.txt.*no2\.txt"):
        NameDetector(PiiConfig(names=NamesConfig(lexicon_files=("no1.txt", "no2.txt"))))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(max_size=80), min_size=1, max_size=6), st.sampled_from(["customer", "agent", ""]))
def test_spans_lie_in_their_text_and_reruns_agree(texts, role):
    batch = TextBatch(
        texts,
        [0] * len(texts),
        [role] * len(texts),
        [[Known("name", "İlse Żak"), Known("email", "a.b@c.de")]],
    )
    findings = DETECTOR.detect(batch)
    assert all(0 <= f.start < f.end <= len(texts[f.text]) and 0 < f.confidence <= 1 for f in findings)
    assert findings == DETECTOR.detect(batch)


UNITS = (
    "A",
    "Aa ",
    "A. ",
    "Aa-",
    "O'",
    "Van de ",
    "12 Aa ",
    "1 ",
    "my name is ",
    "street ",
    "12 street ",
    "address ",
    "hi ",
    "a b ",
    "é",
    "İ ",
    "John Smith, ",
)
"""What a text is made of, over and over."""


def test_time_is_linear_in_the_text():
    known = [Known("name", "John Smith")]
    DETECTOR.detect(TextBatch.of(["warm up, John"]))
    assert superlinear(lambda text: DETECTOR.detect(TextBatch.of([text], known)), UNITS, 25_000) == {}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Could Marcel please have a look?", "Marcel"),
        ("Did Frank leave a note?", "Frank"),
        ("Allan said it arrived broken.", "Allan"),
        ("Georgina Lee (Finance) needs a new badge.", "Georgina Lee"),
        ("Morning Meera,", "Meera"),
        ("Great work Casey!", "Casey"),
        ("Sorry Mark, my mistake.", "Mark"),
        ("La Sra. Blanco espera desde hace dos horas.", "Blanco"),
        ("O Sr. Nunes foi muito rude.", "Nunes"),
        ("Mevrouw van der Pluijm wacht al twee uur.", "van der Pluijm"),
        ("Fildans Laptop startet nicht.", "Fildans"),
        ("Gemeld door Fabienne Post", "Fabienne Post"),
    ],
)
def test_people_in_questions_titles_and_praise(text, name):
    assert name in people(text)


@pytest.mark.parametrize(
    "text",
    [
        "It is an MS Word file.",
        "The plant gives 50 MW Power.",
        "Did Support leave a note?",
        "Grazie Mille, per il vostro aiuto.",
    ],
)
def test_what_stands_behind_no_title(text):
    assert people(text) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            "We need access for Sam Bollen, Imran De Meyer and Khalid.",
            ["Sam Bollen", "Imran De Meyer", "Khalid"],
        ),
        ("Cc: Meta Ladeck, Gisela Hovel", ["Meta Ladeck", "Gisela Hovel"]),
    ],
)
def test_a_list_of_people_goes_whole(text, names):
    found = Scrubber(PiiConfig(), None).find(TextBatch.of([text]))
    assert [text[f.start : f.end] for f in found] == names


def test_a_mask_is_nobodys_name_in_the_rest_of_a_text():
    text = "Sincerely,\nXXXX, Mary Smith\n\nOn XX/XX/XXXX I called XXXX again."
    assert [value for value in people(text) if "XX" in value] == []


@pytest.mark.parametrize(
    ("text", "found_"),
    [
        ("The patient's name is joy.", ["joy"]),
        ("His wife’s name is rose.", ["rose"]),
        ("Note that header names are case insensitive.", []),
        ("No built-in sequence name is going to fit.", []),
        ("The queue name is mark-up, the label name is rich text.", []),
    ],
)
def test_a_name_is_what_a_person_is_called(text, found_):
    assert people(text) == found_
