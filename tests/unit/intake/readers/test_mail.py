"""Mail: what a program sent by itself is left out, what only looks so is read."""

from __future__ import annotations

from typing import Any

import pytest

from smelt.intake.source import SourceConfig
from tests.unit.intake.intake_builders import parse_one

EML = SourceConfig.model_validate({"name": "mail", "preset": "eml", "path": "x"})


def read(headers: str, subject: str = "Lamp") -> dict[str, Any]:
    mail = (
        f"From: Iris Okafor <iris@fjord.test>\nTo: help@desk.test\nSubject: {subject}\n"
        f"Date: Mon, 2 Mar 2026 08:00:00 +0000\nMessage-ID: <e1@fjord.test>\n{headers}\n\nHow do I dim the lamp?\n"
    )
    return parse_one(EML, mail.encode())


@pytest.mark.parametrize(
    "headers",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated (vacation)",
        "X-Autoreply: yes",
        "Precedence: auto_reply",
        "Precedence: bulk",
        "X-Failed-Recipients: iris@fjord.test",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
    ],
)
def test_what_a_header_calls_automatic_is_left_out(headers):
    assert read(headers)["exclusions"] == ["excluded:automatic"]


@pytest.mark.parametrize(
    "subject",
    [
        "Automatic reply: Lamp", "Out of Office: Lamp", "Autoreply: Lamp", "Automatische Antwort: Lampe",
        "Abwesenheitsnotiz: Lampe", "Réponse automatique : lampe", "Respuesta automática: lámpara",
        "Risposta automatica: lampada", "Resposta automática: lâmpada", "Automatisch antwoord: lamp", "Autosvar: lampa",
        "Automatisk svar: lampe", "Odpowiedź automatyczna: lampa", "Автоответ: лампа", "自动回复: 灯",
        "Undeliverable: Lamp", "Delivery Status Notification (Failure)", "Unzustellbar: Lampe",
    ],
)  # fmt: skip
def test_what_a_program_writes_into_the_subject_is_left_out(subject):
    assert read("X-Mailer: any", subject)["exclusions"] == ["excluded:automatic"]


@pytest.mark.parametrize(
    ("headers", "subject"),
    [
        ("Auto-Submitted: no", "Lamp"),
        ("X-Auto-Response-Suppress: All", "Re: Lamp"),  # set by help desks on what agents write
        ("Precedence: bulk\nList-Id: <lamps.fjord.test>", "Lamp"),  # a mailing list
        ("Precedence: list", "Lamp"),
        ("X-Mailer: any", "Automatic replies do not stop, how do I switch them off?"),
        ("X-Mailer: any", "Automation of the lamp"),
    ],
)
def test_what_people_write_is_read(headers, subject):
    assert read(headers, subject)["exclusions"] == []


@pytest.mark.parametrize(
    "prefix", ["Re: ", "AW: Re: ", "Antw: ", "SV: ", "Odp: ", "Ynt: ", "Отв: ", "回复：", "答复: "]
)
def test_the_topic_is_the_subject_without_marks_of_answers(prefix):
    assert read("X-Mailer: any", f"{prefix}Lamp")["subject"] == "Lamp"
