"""A signature goes where it is one; dashes and thanks that stand before content do not take it away."""

from __future__ import annotations

import pytest

from smelt.examples.signatures import without_signature

ANSWER = "Turn the wheel below the lamp to the left."


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nOtto Brandt\nFjord Lighting",
        "--\nOtto Brandt | Support\nTel: +49 30 1234567\nwww.fjord.test",
        "--\n[PERSON_1]\nHead of Service\n[EMAIL_1]\n[PHONE_1]",
        (
            "--\nFjord GmbH, Hafenweg 3\nThis message is confidential and only for the intended "
            "recipient. Delete it if it is not yours."
        ),
        "Best regards,\nOtto",
        "Kind regards\n\nOtto Brandt\nService Desk\nFjord Lighting Ltd.",
        "Thanks,\nOtto\nFjord",
        "Cheers",
        "Thank you very much!",
        "Mit freundlichen Grüßen\nOtto Brandt",
        "Viele Grüße\nOtto",
        "Cordialement,\nOtto Brandt\nService client",
        "Un saludo,\nOtto",
        "Met vriendelijke groet,\nOtto",
        "Med vänlig hälsning\nOtto",
        "Cordiali saluti\nOtto",
        "Atenciosamente,\nOtto",
        "Pozdrawiam\nOtto",
    ],
)
def test_a_signature_goes(signature):
    assert without_signature(f"{ANSWER}\n\n{signature}") == ANSWER


@pytest.mark.parametrize(
    "text",
    [
        "By hand\n--\nTurn the wheel until it clicks.\n\nBy app\n--\nOpen the page of the lamp.",
        "The lamp flickers.\n--\nModel: L-20\nVoltage: 230\nAge: two years",
        "SELECT 1;\n--\nDROP TABLE lamps;",
        "Two things are needed.\n--\n- a screwdriver\n- a ladder",
        "It flickers.\n--\nWhat can I do?",
        "lamp:\n--\n  dim: 20",
        "Hello\n\nThanks!\n\nThe lamp in the hall flickers since Monday.",
        "Hi Otto,\nmany thanks\nThe second lamp still flickers.\nWhat now?",
        "Thank you.\n\nTurn it off first.\nThen take the bulb out.",
        "Cheers\n1. Turn it off\n2. Take the bulb out",
        "Danke\nDie zweite Lampe flackert aber noch immer.",
        "Merci\nLa deuxième lampe clignote encore depuis lundi.",
        "Thanks\nThe model is L-20 and it was bought in spring",
        "Thanks",
        "--\nOtto Brandt",
    ],
)
def test_content_after_dashes_or_thanks_stays(text):
    assert without_signature(text) == text


def test_what_is_added_below_the_name_stays():
    assert without_signature(f"{ANSWER}\n\nThanks,\nOtto\n\nP.S.: Take the bulb out first,\nit is hot.") == (
        f"{ANSWER}\n\nP.S.: Take the bulb out first,\nit is hot."
    )


@pytest.mark.parametrize("mark", ["--", "-- ", "—", "_______________"])
def test_marks_that_programs_make_of_two_dashes(mark):
    assert without_signature(f"Turn it left.\n\n{mark}\nOtto Brandt\nAcme Support") == "Turn it left."
    halves = f"Turn it left.\n{mark}\nThen turn it to the right until it clicks."
    assert without_signature(halves) == halves
