"""What systems write is a notice; what people write about the same things is not."""

from __future__ import annotations

import polars as pl
import pytest

from smelt.conversations.notices import OF_CUSTOMERS, are_courtesies, are_notices

NOTICES = [
    'This ticket was closed and merged into ticket #118 "Lamp".',
    "Ticket 77 was merged with this one. Last comment in ticket 77: any news?",
    "Closed as a duplicate of DESK-12.",
    "Hi Iris,\nas we have not received any reply from you, this case was closed automatically.\nKind regards",
    "Your request has been marked as solved due to inactivity.",
    "This conversation has ended.",
    "Otto has left the chat.",
    "Thank you for your mail. I am on annual leave and will be back on 3 June. For urgent matters call the desk.",
    "Ich bin derzeit nicht im Büro. Automatische Antwort.",
    "Réponse automatique : je suis absent du bureau jusqu'au 3 juin.",
    "We have received your request and one of our agents will get back to you within 24 hours.",
    "Your ticket (#4410) has been created. To add further comments, reply to this e-mail.",
    "Ihre Anfrage ist bei uns eingegangen.",
    "The team usually replies within a few hours. You'll be notified here and by email.",
    "All of our agents are currently busy, please stay on the line.",
    "How would you rate this conversation?",
    "Please take our short survey. How satisfied were you with the answer?",
    "Inbound call from +49 30 1234. Call duration: 3 minutes. Listen to the recording.",
    "Voicemail from Iris. Length of the call: 42 seconds.",
    "This message has been deleted.",
    "You deleted this message.",
    "Diese Nachricht wurde gelöscht.",
    "I will transfer you to a specialist of our technical team.",
    "Otto joined the chat. You are now chatting with Otto.",
    "Your case has been escalated to our second level.",
    "Please see my comments below in red.",
    "Answered inline.",
    "I replied to you in the other ticket.",
]
ANSWERS = [
    "Open the ticket, click Merge, choose the other ticket and confirm; both were then merged into one.",
    "Your ticket is closed in the app when you swipe it to the left, swipe it to the right to open it again.",
    "Set an out of office message: open Settings, choose Automatic replies and enter the text.",
    "The survey is sent a day after the ticket is solved. Switch it off under Admin, Surveys.",
    "To transfer a call, press the hold key, dial the extension of your colleague and hang up.",
    "I have merged both orders, the lamp and the cable leave tomorrow in one parcel, and you pay for one delivery.",
    (
        "You will receive the parcel within two days, it was received by the carrier this morning, the "
        "number is on the slip."
    ),
    "Turn the wheel to the left until it clicks.",
    "The line is busy when another phone of the house is off the hook; put it back and dial again after a minute.",
]


def test_notices():
    texts = pl.Series(NOTICES)
    assert [text for text, found in zip(NOTICES, are_notices(texts), strict=True) if not found] == []


def test_answers_that_speak_of_such_things_are_none():
    found = are_notices(pl.Series(ANSWERS))
    assert [text for text, wrong in zip(ANSWERS, found, strict=True) if wrong] == []


def test_a_notice_before_an_answer_does_not_take_it_away():
    answer = (
        "Thank you for contacting us. We have received your request. Turn the wheel to the left until it "
        "clicks twice."
    )
    assert not are_notices(pl.Series([answer]))[0]


def test_customers_ask_about_what_systems_tell():
    asked = pl.Series(["My ticket was closed automatically.", "This message was deleted.", None, ""])
    assert are_notices(asked, OF_CUSTOMERS).tolist() == [False, True, False, False]


@pytest.mark.parametrize(
    ("text", "is_courtesy"),
    [
        ("You're welcome! Have a nice day.", True),
        ("Glad to hear, thanks!", True),
        ("Gern geschehen!", True),
        ("Thanks, turn the wheel.", False),
        ("Turn the wheel.", False),
    ],
)
def test_courtesy_alone(text, is_courtesy):
    assert are_courtesies(pl.Series([text])).tolist() == [is_courtesy]
