"""Quoted mail goes, in whatever language its header is; what is written between its lines stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smelt.examples.quotes import without_quotes

OWN = "Turn the wheel below the lamp to the left."
OLD = "How do I dim the lamp in the hall?"

ATTRIBUTIONS = [
    "On Tue, Jun 3, 2025 at 4:05 PM Iris Okafor <iris@fjord.test> wrote:",
    "On 3 Jun 2025, at 16:05, Iris Okafor <iris@fjord.test> wrote:",
    "On 03/06/2025 16:05, Iris Okafor wrote:",
    "On Tuesday, June 3, 2025, 04:05:11 PM GMT+2, Iris Okafor\n<iris@fjord.test> wrote:",
    "Am 03.06.25 um 16:05 schrieb Iris Okafor:",
    "Am Di., 3. Juni 2025 um 16:05 Uhr schrieb Iris Okafor <\niris@fjord.test>:",
    "Iris Okafor schrieb am 03.06.2025 um 16:05:",
    "Le mar. 3 juin 2025 à 16:05, Iris Okafor <iris@fjord.test> a écrit :",
    "Le 03/06/2025 à 16:05, Iris Okafor a écrit :",
    "El mar, 3 jun 2025 a las 16:05, Iris Okafor (<iris@fjord.test>) escribió:",
    "El 3/6/25 a las 16:05, Iris Okafor escribió:",
    "Il giorno mar 3 giu 2025 alle ore 16:05 Iris Okafor <iris@fjord.test> ha scritto:",
    "Il 03/06/2025 16:05, Iris Okafor ha scritto:",
    "Em ter., 3 de jun. de 2025 às 16:05, Iris Okafor <iris@fjord.test> escreveu:",
    "Em 03/06/2025 16:05, Iris Okafor escreveu:",
    "Iris Okafor <iris@fjord.test> escreveu no dia terça, 3/06/2025 à(s) 16:05:",
    "Op di 3 jun 2025 om 16:05 schreef Iris Okafor <iris@fjord.test>:",
    "Op 03-06-2025 om 16:05 schreef Iris Okafor:",
    "Iris Okafor <iris@fjord.test> heeft op 3 jun 2025 om 16:05 het volgende geschreven:",
    "Den tis 3 juni 2025 kl 16:05 skrev Iris Okafor <iris@fjord.test>:",
    "3 juni 2025 kl. 16:05 skrev Iris Okafor <iris@fjord.test>:",
    "Den tirs. 3. jun. 2025 kl. 16.05 skrev Iris Okafor <iris@fjord.test>:",
    "tir. 3. juni 2025 kl. 16:05 skrev Iris Okafor <iris@fjord.test>:",
    "ti 3. kesäk. 2025 klo 16.05 Iris Okafor (iris@fjord.test) kirjoitti:",
    "wt., 3 cze 2025 o 16:05 Iris Okafor <iris@fjord.test> napisał(a):",
    "W dniu 3.06.2025 o 16:05, Iris Okafor pisze:",
    "út 3. 6. 2025 v 16:05 odesílatel Iris Okafor <iris@fjord.test> napsal:",
    "вт, 3 июн. 2025 г. в 16:05, Iris Okafor <iris@fjord.test>:",
    "03.06.2025 16:05, Iris Okafor пишет:",
    "Iris Okafor <iris@fjord.test>, 3 Haz 2025 Sal, 16:05 tarihinde şunu yazdı:",
    "Iris Okafor <iris@fjord.test> ezt írta (időpont: 2025. jún. 3., K, 16:05):",
    "În mar., 3 iun. 2025 la 16:05, Iris Okafor <iris@fjord.test> a scris:",
    "2025年6月3日(火) 16:05 Iris Okafor <iris@fjord.test>:",
    "Iris Okafor <iris@fjord.test> 于2025年6月3日周二 16:05写道：",
    "2025년 6월 3일 (화) 오후 4:05, Iris Okafor <iris@fjord.test>님이 작성:",
    "在 2025/6/3 16:05, Iris Okafor 写道:",
    "Iris Okafor 於 2025/6/3 下午 04:05 寫道:",
    "2025-06-03 오후 4:05에 Iris Okafor 이(가) 쓴 글:",
    "Dne 03. 06. 25 v 16:05 Iris Okafor napsal(a):",
    "Wiadomość napisana przez Iris Okafor <iris@fjord.test> w dniu 03.06.2025, o godz. 16:05:",
    "Às 16:05 de 03/06/2025, Iris Okafor escreveu:",
    "El 3/6/25 a les 16:05, Iris Okafor ha escrit:",
    "Missatge de Iris Okafor <iris@fjord.test> del dia dt., 3 de juny 2025 a les 16:05:",
    "Dana 3. 6. 2025. u 16:05, Iris Okafor napisao/la je:",
    "V 3. 6. 2025 ob 16:05 je Iris Okafor napisal/-a:",
    "На 3.06.25 г. в 16:05, Iris Okafor написа:",
    "2025. 06. 03. 16:05 keltezéssel, Iris Okafor írta:",
    "2025-06-03 16:05, Iris Okafor rašė:",
    "Iris Okafor kirjutas 03.06.2025 kell 16:05:",
    "Vào 03/06/2025 16:05, Iris Okafor đã viết:",
    "Pada 03/06/2025 16.05, Iris Okafor menulis:",
    "\u200fבתאריך 03/06/2025 16:05, Iris Okafor כתב:",
    "\u202bבתאריך יום ג׳, 3 ביוני 2025 ב-16:05 מאת "
    "\u202aIris Okafor\u202c\u200f <\u202airis@fjord.test\u202c\u200f>:\u202c",
    "* Iris Okafor <iris@fjord.test> [2025-06-03 16:05]:",
    "---- On Tue, 03 Jun 2025 16:05:11 +0200 Iris Okafor <iris@fjord.test> wrote ----",
    "Iris Okafor <iris@fjord.test> hat am 03.06.2025 16:05 CEST geschrieben:",
    "Am Dienstag, 3. Juni 2025 um 16:05:11 MESZ hat Iris Okafor <iris@fjord.test> Folgendes geschrieben:",
    "On [DATE_1], [PERSON_1] <[EMAIL_1]> wrote:",
    "El mar, 3 jun 2025 a las 16:05, [PERSON_1] (<[EMAIL_1]>) escribió:",
]
BLOCKS = [
    "From: Iris Okafor <iris@fjord.test>\nSent: Tuesday, June 3, 2025 4:05 PM\nTo: Desk\nSubject: Lamp",
    "*From:* Iris Okafor\n*Date:* Tuesday, June 3, 2025\n*To:* Desk\n*Subject:* Lamp",
    "**Von:** Iris Okafor\n**Gesendet:** Dienstag, 3. Juni 2025 16:05\n**An:** Desk\n**Betreff:** Lampe",
    "Von: Iris\nGesendet: Dienstag, 3. Juni 2025 16:05\nAn: Desk\nCc: Otto\nBetreff: Lampe",
    "Gesendet: Dienstag, 03. Juni 2025 um 16:05 Uhr\nVon: Iris\nAn: Desk\nBetreff: Lampe",
    "De : Iris\nEnvoyé : mardi 3 juin 2025 16:05\nÀ : Desk\nObjet : lampe",
    "De: Iris\nEnviado el: martes, 3 de junio de 2025 16:05\nPara: Desk\nAsunto: lámpara",
    "Da: Iris\nInviato: martedì 3 giugno 2025 16:05\nA: Desk\nOggetto: lampada",
    "De: Iris\nEnviada em: terça-feira, 3 de junho de 2025 16:05\nPara: Desk\nAssunto: lâmpada",
    "Van: Iris\nVerzonden: dinsdag 3 juni 2025 16:05\nAan: Desk\nOnderwerp: lamp",
    "Från: Iris\nSkickat: den 3 juni 2025 16:05\nTill: Desk\nÄmne: lampa",
    "Fra: Iris\nSendt: 3. juni 2025 16:05\nTil: Desk\nEmne: lampe",
    "Lähettäjä: Iris\nLähetetty: tiistai 3. kesäkuuta 2025 16:05\nVastaanottaja: Desk\nAihe: lamppu",
    "Od: Iris\nWysłano: wtorek, 3 czerwca 2025 16:05\nDo: Desk\nTemat: lampa",
    "Od: Iris\nOdesláno: úterý 3. června 2025 16:05\nKomu: Desk\nPředmět: lampa",
    "От: Iris\nОтправлено: 3 июня 2025 г. 16:05\nКому: Desk\nТема: лампа",
    "Kimden: Iris\nGönderildi: 3 Haziran 2025 Salı 16:05\nKime: Desk\nKonu: lamba",
    "发件人: Iris\n发送时间: 2025年6月3日 16:05\n收件人: Desk\n主题: 灯",
    "寄件者: Iris\n寄件日期: 2025年6月3日 下午 04:05\n收件者: Desk\n主旨: lamp",
    "De: Iris\nEnviat el: dimarts, 3 de juny de 2025 16:05\nPer a: Desk\nTema: llum",
    "Šalje: Iris\nPoslano: 3. lipnja 2025. 16:05\nPrima: Desk\nPredmet: lampa",
    "От: Iris\nИзпратено: вторник, 3 юни 2025 г. 16:05\nДо: Desk\nОтносно: лампа",
    "מאת: Iris\nנשלח: יום שלישי 03 יוני 2025 16:05\nאל: Desk\nנושא: lamp",
    "من: Iris\nتم الإرسال: الثلاثاء، 3 يونيو 2025 16:05\nإلى: Desk\nالموضوع: lamp",
    "---------- Původní e-mail ----------\nOd: Iris\nKomu: Desk\nDatum: 3. 6. 2025 16:05:11\nPředmět: lampa",
    "-----Original-Nachricht-----\nBetreff: Lampe\nDatum: 2025-06-03T16:05:11+0200\nVon: Iris\nAn: Desk",
    "##- Please type your reply above this line -##",
    "##- Bitte geben Sie Ihre Antwort oberhalb dieser Zeile ein. -##",
    "-- Please reply above this line --",
    "--- Reply above this line to respond ---",
    "—-—-—-—\nReply above this line.",
    "-----Original Message-----\nFrom: Iris\nSent: Tuesday, June 3, 2025\nTo: Desk\nSubject: Lamp",
    "-------- Ursprüngliche Nachricht --------",
    "----- Mensaje original -----",
    (
        "________________________________\nFrom: Iris <iris@fjord.test>\nSent: Tuesday, June 3, 2025 "
        "4:05 PM\nSubject: Lamp"
    ),
]


@pytest.mark.parametrize("header", ATTRIBUTIONS + BLOCKS)
def test_a_header_goes_with_the_mail_below(header):
    assert without_quotes(f"{OWN}\n\n{header}\n\n{OLD}").strip() == OWN


@pytest.mark.parametrize("header", ATTRIBUTIONS)
def test_a_header_goes_with_marked_lines_and_what_is_between_them_stays(header):
    text = f"See below.\n\n{header}\n> {OLD}\n\n{OWN}\n\n> And the door?\n\nIt stays open."
    assert without_quotes(text).split("\n") == ["See below.", "", "", OWN, "", "", "It stays open."]


@pytest.mark.parametrize(
    "text",
    [
        "Write it like this:\nFrom: your address\nTo: ours\nand send it.",
        "On Monday at 9:00 the door opens for these:\nstaff\nguests",
        "As you wrote on 3 June 2025:\nthe lamp is out. Turn it.",
        "The steps are:\n1. Turn the wheel.",
        "Halves of the answer\n____________________\nTurn the wheel.",
        "Type this:\n>>> import lamp\n>>> lamp.dim()",
        "Go to:\n> Settings\n> Lamps\n> Dim",
        "Run:\n> npm install\n> npm start\nand open the page.",
        "As the manual has it:\n\n> Turn it left.\n\nSo do that.",
        "Run it:\n```\n> npm install\n```\nThen start.",
        "Date: the day of the order\nNumber: on the slip",
        "The manual wrote:\nnothing of it.",
    ],
)
def test_what_a_writer_meant_is_kept(text):
    assert without_quotes(text) == text


@pytest.mark.parametrize(
    "line", ["Iris wrote:", "You asked:", "04.05.2026, 09:12, Iris Okafor:", "iris@fjord.test:"]
)
def test_a_line_that_names_who_wrote_introduces_a_quote(line):
    assert OLD not in without_quotes(f"{line}\n> {OLD}\n\n{OWN}")


def test_a_quoted_line_that_was_wrapped_goes_whole():
    text = f"> {'long words of the customer that go on and on ' * 2}until the line\nwas too long\n{OWN}"
    assert without_quotes(text) == OWN


def test_answers_below_a_header_without_marks_stay_where_the_writer_points_there():
    text = f"Please see our answers below.\n\n{BLOCKS[0]}\n\n{OLD}\n[Desk] {OWN}"
    assert f"[Desk] {OWN}" in without_quotes(text)
    assert "Subject:" not in without_quotes(text)


@pytest.mark.parametrize(
    "pointer",
    [
        "Inline.", "See below", "Replies in-line.", "Meine Antworten stehen unten.", "Mes réponses sont ci-dessous.",
        "Mis respuestas, abajo.", "Le mie risposte qui sotto.", "As respostas estão abaixo.",
        "Mijn antwoorden hieronder.",
        "Mina svar nedan.", "Se mine svar nedenfor.", "Moje odpowiedzi poniżej.", "Ответы ниже.",
    ],
)  # fmt: skip
def test_the_writer_may_point_there_in_his_language(pointer):
    kept = without_quotes(f"{pointer}\n\n{BLOCKS[0]}\n\n{OLD}\n{OWN}")
    assert kept.startswith(pointer)
    assert OWN in kept


def test_the_line_above_which_answers_are_asked_for_cuts_nothing_where_it_is_the_first():
    text = f"##- Please type your reply above this line -##\n{OWN}"
    assert without_quotes(text) == text


def test_a_mail_that_is_passed_on_is_what_its_sender_wants_to_say():
    passed = f"Can you help her?\n\n---------- Forwarded message ---------\n{BLOCKS[0]}\n\n{OLD}"
    assert without_quotes(passed).split("\n") == ["Can you help her?", "", "", "", OLD]
    explained = passed.replace("Can you help her?", f"{OWN} {OWN}")
    assert OLD not in without_quotes(explained)


def test_nothing_but_a_quote_stays():
    assert without_quotes(f"> {OLD}") == f"> {OLD}"
    assert without_quotes(f"{ATTRIBUTIONS[0]}\n\n{OLD}") == f"{ATTRIBUTIONS[0]}\n\n{OLD}"


PIECES = st.sampled_from([OWN, OLD, f"> {OLD}", "", *ATTRIBUTIONS[:3], *BLOCKS[:2], "```", "See below."])


@given(st.lists(PIECES, max_size=8))
def test_own_lines_above_a_quote_are_never_lost(pieces):
    text = "\n".join(["My own words.", *pieces])
    assert without_quotes(text).startswith("My own words.")


NOTES = [
    "Iris Okafor/Oslo/FJORD\n06/03/2025 04:05 PM\n\nTo\nTeo Brandt/FJORD@FJORD\ncc\n\nSubject\nRe: lamp\n",
    "Iris Okafor@FJORD\n03/06/2025 16:05\n\n        To:      Teo Brandt/FJORD@FJORD\n        cc:\n"
    "        Subject: Re: lamp\n",
    "Iris Okafor <iris@fjord.test>\n03.06.2025 16:05\nBitte antworten an\niris@fjord.test\n\nAn\nteo@fjord.test\n"
    "Kopie\n\nThema\nLampe\n",
    "[PERSON_1]/Oslo/FJORD\n2025-06-03 16:05:11\n\nTo: [EMAIL_1]\ncc:\nSubject: lamp\n",
]


@pytest.mark.parametrize("header", NOTES)
def test_the_header_of_lotus_notes(header):
    assert without_quotes(f"{OWN}\n\n{header}\n{OLD}").strip() == OWN


@pytest.mark.parametrize(
    "text",
    [
        f"{OWN}\n\nMaintenance window\n03/06/2025 16:05\n\nThe lamp is off until five.",
        f"The log of the lamp:\nstarted\n03/06/2025 16:05\nTo restart it, press reset.\n{OWN}",
    ],
)
def test_a_date_of_the_writer_is_no_header(text):
    assert without_quotes(text) == text


def test_initials_before_quoted_lines():
    quoted = "TB>> Which lamp did you buy?\n    IO> The old one."
    text = f"Hello Iris,\n\nIO> {OLD}\nIO> It is too bright.\n\n{OWN}\n\n{quoted}"
    assert without_quotes(text).split() == ["Hello", "Iris,", *OWN.split()]


@pytest.mark.parametrize(
    "text",
    [
        f"{OWN}\nSQL> select the name from the lamps\nSQL> commit",
        f"{OWN}\nPS> Get-Item of the lamp that you want",
        f"{OWN}\nABC> run(lamp)\nABC> x = 3",
        f"{OWN}\n```\nIO> how do I dim the lamp\n```",
    ],
)
def test_prompts_are_no_initials(text):
    assert without_quotes(text) == text
