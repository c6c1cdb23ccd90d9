"""What systems write is a notice; what people write about the same things is not."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smelt.conversations import notices
from smelt.conversations.notices import OF_CUSTOMERS, SECTIONS, are_courtesies, are_notices

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
    "Closing as duplicate of #118.",
    "Diese Anfrage wurde geschlossen und in diese Anfrage eingefügt. Letzter Kommentar in Anfrage 118: Hallo?",
    "Esta solicitud se cerró y se fusionó con la solicitud n.º 118.",
    "To zgłoszenie zostało zamknięte i scalone ze zgłoszeniem nr 118.",
    "Этот запрос был закрыт и объединен с запросом № 118.",
    "此工单已关闭并合并到工单 #118。",
    "Da wir seit 7 Tagen nichts von Ihnen gehört haben, wurde die Anfrage automatisch geschlossen.",
    "Votre demande a été fermée automatiquement, faute de réponse de votre part.",
    "Como no hemos recibido respuesta, hemos cerrado su solicitud.",
    "Non avendo ricevuto risposta, abbiamo chiuso la richiesta.",
    "Aangezien we niets meer van u hebben vernomen, sluiten we dit ticket.",
    "Como não recebemos resposta, este chamado foi encerrado automaticamente.",
    "Eftersom vi inte har hört från dig stänger vi ärendet.",
    "You have been disconnected.",
    "Vielen Dank für Ihre Nachricht. Ich bin bis zum 14. Juni im Urlaub. Ihre E-Mail wird nicht weitergeleitet.",
    "Ich bin vom 3. bis 14. Juni nicht im Büro. In dringenden Fällen wenden Sie sich bitte an das Sekretariat.",
    "Je suis absent jusqu'au 14 juin. En cas d'urgence, contactez le standard.",
    "Estoy de vacaciones hasta el 14 de junio. Para asuntos urgentes contacte con la centralita.",
    "Sarò assente fino al 14 giugno.",
    "Ik ben tot 14 juni afwezig. Voor dringende zaken kunt u bellen met de receptie.",
    "Estarei ausente até 14 de junho.",
    "Jestem na urlopie do 14 czerwca. W pilnych sprawach proszę o kontakt z sekretariatem.",
    "Jag är på semester till den 14 juni.",
    "Jeg er ikke på kontoret og er tilbage 14. juni.",
    "Olen lomalla 14.6. asti.",
    "Я в отпуске до 14 июня. По срочным вопросам обращайтесь к коллегам.",
    "休暇中のため、6月14日まで返信できません。",
    "I am on PTO until June 14.",
    "Your message could not be delivered. The recipient's mailbox is full.",
    "Thanks for reaching out! We'll get back to you as soon as possible.",
    "You've reached us outside of business hours. Leave your email and we'll get back to you.",
    "Ihr Ticket wurde erfolgreich erstellt. Ihre Ticketnummer lautet 4410.",
    "Votre demande (4410) a bien été reçue et est en cours de traitement par notre équipe.",
    "Su solicitud (4410) ha sido recibida y está siendo revisada por nuestro equipo.",
    "La tua richiesta (4410) è stata ricevuta ed è in fase di esame.",
    "Uw verzoek (4410) is ontvangen en wordt behandeld door ons team.",
    "A sua solicitação (4410) foi recebida e está sendo analisada.",
    "Dziękujemy za wiadomość. Odpowiemy najszybciej, jak to możliwe.",
    "Tack för ditt meddelande. Vi återkommer så snart vi kan.",
    "您的请求已收到，我们会尽快回复您。",
    "Wie würden Sie unseren Support bewerten? Gut, ich bin zufrieden. Schlecht, ich bin unzufrieden.",
    "¿Cómo calificaría la asistencia que recibió? Buena, estoy satisfecho. Mala, no estoy satisfecho.",
    "Hoe zou u de ontvangen ondersteuning beoordelen? Goed, ik ben tevreden.",
    "Hur nöjd är du med vår support?",
    "Verpasster Anruf von +49 30 1234567",
    "Call with Iris (+49 30 1234567). Duration 00:04:12. Recording: https://x.test/r/1",
    "Ce message a été supprimé.",
    "Se eliminó este mensaje.",
    "Это сообщение удалено.",
    "このメッセージは削除されました。",
    "[deleted]",
    "You are being transferred to a human agent.",
    "Je vous mets en relation avec un conseiller.",
    "Voy a transferirle con un agente.",
    "Ik verbind u door met een collega.",
    "Vou transferir você para um atendente.",
    "Перевожу вас на специалиста.",
    "转接人工客服，请稍候。",
    "Assigned to Otto Brandt",
    "Ticket status changed from Open to Pending",
    "Mijn antwoorden staan hieronder.",
    "Please see the attachment.",
    "Siehe Anhang.",
    "As discussed on the phone.",
]
ANSWERS = [
    "The message is deleted on all devices within a minute when you hold it and choose Delete for everyone.",
    "Sie sind im Urlaub? Dann stellen Sie die Heizung auf Abwesenheit, das spart Gas.",
    "Um die Anfrage zu schließen, öffnen Sie das Menü und wählen Sie Schließen.",
    "Pour fusionner deux demandes, ouvrez la première et choisissez Fusionner.",
    "Para cerrar la solicitud, abra el menú y elija Cerrar.",
    "Il pacco è stato spedito ieri e arriva domani.",
    "Paczka została wysłana wczoraj.",
    "Посылка отправлена вчера, номер стоит на квитанции.",
    "包裹昨天已发出，请在应用中查看快递单号，预计明天下午送达。",
    "Your refund of 20 euros was issued today and reaches you within 5 working days.",
    "I have attached the manual; page 4 shows how to set the timer.",
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


NOT_UNDERSTOOD = [
    "I'm sorry, I don't understand.",
    "Sorry, I did not get that. Could you say that again?",
    "I am sorry, I could not quite understand what you mean.",
    "I didn't understand your question, please rephrase it.",
    "Das habe ich leider nicht verstanden.",
    "Désolé, je n'ai pas compris votre question.",
    "Lo siento, no he entendido.",
    "Scusa, non ho capito.",
    "Desculpe, não entendi.",
    "Przepraszam, nie rozumiem pytania.",
    "Извините, я не понял вопрос.",
]

UNDERSTOOD = [
    "If you do not understand a step of the manual, the pictures on page four show where the switch of the lamp is.",
    "The old lamp does not understand the new remote control; take the grey one that came with it.",
    "You cannot get that lamp in blue, but the shop in Oslo sells a blue shade for it.",
    "I don't understand what you mean. I can help you to choose a lamp, to order it and to send it back.",
    "I understand. Turn the wheel below the lamp to the left, and it gets darker.",
    "Sorry, I did not get that at first: your lamp needs the adapter, which we send you today at no charge.",
]


@pytest.mark.parametrize("text", NOT_UNDERSTOOD)
def test_an_answer_that_nothing_was_understood_is_none(text):
    assert are_notices(pl.Series([text])).tolist() == [True]
    assert are_notices(pl.Series([text]), OF_CUSTOMERS).tolist() == [False]


@pytest.mark.parametrize("text", UNDERSTOOD)
def test_an_answer_about_understanding_is_one(text):
    assert are_notices(pl.Series([text])).tolist() == [False]


PARTS = [part for text in NOTICES + ANSWERS for part in text.split(". ")]


@given(st.lists(st.lists(st.sampled_from(PARTS), max_size=3).map(". ".join), max_size=8), st.data())
def test_an_entry_is_tried_where_it_may_match(texts, data):
    texts = [data.draw(st.sampled_from([text, text.upper(), text.title()])) for text in texts]
    sections = (*SECTIONS, "around", "beside")
    tried = {
        entry: [row for row in rows if entry.pattern.search(texts[row])]
        for entry, rows in notices._rows_by_entry(texts, sections)
    }
    every = {
        entry: [row for row, text in enumerate(texts) if entry.pattern.search(text)]
        for entry in notices._lexicon(sections)[0]
    }
    assert {entry: rows for entry, rows in tried.items() if rows} == {
        entry: rows for entry, rows in every.items() if rows
    }


def test_letters_that_match_others_without_case():
    texts = ["THIS TICKET WAS CLOſED AND MERGED INTO TICKET #118.", "ThIS MEſſAGE HAS BEEN DELETED."]
    assert are_notices(pl.Series(texts)).tolist() == [True, True]
