from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from smelt.examples.cleaning import Cleaner
from smelt.examples.config import CleaningConfig
from smelt.examples.terminology import Terminology

CLEANER = Cleaner(CleaningConfig())


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        (None, None),
        ("   \n ", None),
        (
            "It works now.\n\nOn Mon, 3 Mar 2025 at 10:12, Help <help> wrote:\n> have you tried\n> this",
            "It works now.",
        ),
        ("Yes.\n-----Original Message-----\nFrom: x\nold text", "Yes."),
        ("Fine\n> quoted\nmore", "Fine\nmore"),
        ("> only a quote", "> only a quote"),
        ("Please reset it.\n\nBest regards,\n[PERSON_1]\nHead of Sales", "Please reset it."),
        ("Please reset it.\n-- \nAcme Inc", "Please reset it."),
        ("Thanks", "Thanks"),
        (
            "Thanks\nfor all the fish, I would like to know where the fish went to, which is a longer line than 80",
            None,
        ),
        ("Where is my order? [Ticket: 4F-221] Thank you.", "Where is my order? Thank you."),
        ("Hello\nSent from my iPhone", "Hello"),
        ("##- Please type your reply above this line -##\nIt broke.", "It broke."),
        ("Anhang siehe unten.\nAm 3. März 2025 um 10:12 schrieb Hilfe:\n> alt", "Anhang siehe unten."),
    ],
)
def test_artifacts_go(raw, clean):
    expected = raw if clean is None and raw and raw.strip() else clean
    assert CLEANER.clean([raw]) == [expected]


@pytest.mark.parametrize(
    "line",
    [
        "Von meinem iPhone gesendet", "Envoyé de mon iPhone", "Enviado desde mi iPhone", "Inviato da iPhone",
        "Verstuurd vanaf mijn iPhone", "Enviado do meu iPhone", "Skickat från min iPhone", "Sendt fra min iPhone",
        "Wysłane z iPhone'a", "Lähetetty iPhonesta", "Отправлено с iPhone", "iPhoneから送信", "发自我的iPhone",
        "Outlook für iOS beziehen", "Obtenir Outlook pour iOS", "Sent with Proton Mail secure email.",
        "Sent from Mail for Windows", "Gesendet mit der GMX Mail App", "Sent via the Samsung Galaxy S21",
        "Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.",
    ],
)  # fmt: skip
def test_the_line_of_a_device_goes_in_every_language(line):
    assert CLEANER.clean([f"Turn it left.\n\n{line}"]) == ["Turn it left."]


@pytest.mark.parametrize(
    "text",
    [
        "Sent to your mobile is a code of six digits.",
        "Sent via DHL on Monday, the number is on the slip.",
        "Gesendet an Ihr Handy wird ein Code mit sechs Ziffern.",
        "Enviado ayer, llega el lunes.",
        "Use items[#1] and (#2) of the list.",
    ],
)
def test_a_sentence_that_begins_like_one_stays(text):
    assert CLEANER.clean([text]) == [text]


@pytest.mark.parametrize(
    "line",
    [
        "Diese E-Mail enthält vertrauliche Informationen und ist nur für den Empfänger bestimmt.",
        "Ce message et ses pièces jointes sont confidentiels et destinés à leur seul destinataire.",
        "Este mensaje y sus anexos son confidenciales y se dirigen a su destinatario.",
        "Questo messaggio e i suoi allegati sono riservati.",
        "CONFIDENTIALITY NOTICE: the addressee alone may read this.",
        "CAUTION: This email originated from outside of the organization. Do not click links.",
        "[EXTERNAL] CAUTION: This email originated from outside of Acme.",
        "ACHTUNG: Diese E-Mail stammt von einem externen Absender.",
        "You don't often get email from iris@fjord.test. Learn why this is important",
    ],
)
def test_what_mail_servers_add_goes(line):
    assert CLEANER.clean([f"{line}\n\nIt hums."]) == ["It hums."]


@pytest.mark.parametrize(
    "text",
    [
        "Diese Nachricht erscheint, wenn der Filter voll ist.",
        "Caution: the cover is hot, wait for ten minutes.",
    ],
)
def test_a_sentence_about_messages_or_danger_stays(text):
    assert CLEANER.clean([text]) == [text]


@pytest.mark.parametrize(
    "reference",
    [
        "[example.com #4521]", "[GLPI #0004521]", "[Shop - Bug #12]", "##4521##", "[##RE-4521##]", "[SR#12-3456789]",
        "CRM:0012345", "Ref:MSG0012345", "[Case 00012345]",
    ],
)  # fmt: skip
def test_what_a_help_desk_writes_into_a_subject_goes(reference):
    assert CLEANER.clean([f"Lamp in the hall {reference}"]) == ["Lamp in the hall"]


@settings(max_examples=50)
@given(st.lists(st.text(alphabet="ab>\n -:,Thanksregards ", max_size=80)))
def test_cleaning_twice_changes_nothing(texts):
    once = CLEANER.clean(texts)
    twice = CLEANER.clean(once)
    assert CLEANER.clean(twice) == twice


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("My e-mail and E-Mail and E-MAIL", "My email and Email and EMAIL"),
        ("e-mailing", "e-mailing"),
        ("wifi WIFI Wifi", "Wi-Fi Wi-Fi Wi-Fi"),
        ("log  in page", "sign in page"),
        (None, None),
    ],
)
def test_terms_are_whole_words_in_sensible_case(text, made):
    terms = Terminology({"e-mail": "email", "wifi": "Wi-Fi", "log in": "sign in"})
    assert terms.apply([text]) == [made]


def test_terms_that_lead_in_circles_are_refused():
    with pytest.raises(ValidationError, match="name the final term"):
        CleaningConfig(terminology={"a": "b", "B": "c"})


def test_indentation_stays_and_gaps_between_words_go():
    code = "theme:\n  colours:\n    - red\n\t- blue"
    cleaner = Cleaner(CleaningConfig())
    assert cleaner.clean([code, "red  or \t blue  \n\n\n\nok", "[ref: 12] Hello\n[ref: 13] Bye"]) == [
        code,
        "red or blue\n\nok",
        "Hello\nBye",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Type cp lamp.conf . and press Enter.",
        "Run it here:\nfind . -name lamp\ndu -sh .",
        "Call dim() or lamps[] = [] before the loop ( ) ends.",
        "lamp:\n    level: 20\n    days:\n        - Monday",
        "def dim(n):\n\treturn n - 1",
        "- [ ] lamp off\n- [x] bulb cold",
        'Enter "a  b" with two spaces.',
        "x  = 1\nlong = 2",
        "In case: 3 lamps of 4 fail, call us.",
        "It is the lamp of ticket #81 and of case 7.",
        "Ref. 12 on the plan is the switch.",
        "```\nif a :\n    b  =  c .\n```",
    ],
)
def test_what_a_writer_meant_comes_out_as_it_went_in(text):
    assert CLEANER.clean([text]) == [text]


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("[Ticket #81] Lamp flickers", "Lamp flickers"),
        ("Ticket #81: Lamp flickers", "Lamp flickers"),
        ("Lamp flickers - Case: 00081234", "Lamp flickers"),
        ("Re: Lamp flickers (Ticket: 81)", "Re: Lamp flickers"),
        ("Turn it.\n\n[ ref:!00D5f0.!5005f01abc:ref ]", "Turn it."),
        ("Turn it.\nref:_00D5f0._5005f01abc:ref", "Turn it."),
        ("Turn it.\nthread::abcDEF_123-xyz::", "Turn it."),
        ("Turn it. {#HS:123456789-42#}", "Turn it."),
        ("Turn it.\n[GQ1Y5Y-N5QE]", "Turn it."),
        ("[#INC-204] Lamp flickers", "Lamp flickers"),
        ("--- Please type your reply above this line ---\nTurn it.", "Turn it."),
        ("##- Bitte geben Sie Ihre Antwort oberhalb dieser Zeile ein. -##\nDreh es.", "Dreh es."),
        ("See the plan ( [Ticket #81] ) for it.", "See the plan for it."),
    ],
)
def test_references_of_help_desks_go_whole(text, clean):
    assert CLEANER.clean([text]) == [clean]
