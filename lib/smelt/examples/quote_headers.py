"""Patterns of the header lines that mail programs put above a quoted mail, in many languages.

The strings follow the programs' translations: Gmail, Apple Mail, Outlook (labels From, Sent, To, Subject),
Thunderbird (``mailnews.reply_header_authorwroteondate`` and ``...ondateauthorwrote``), K-9 and Yahoo; written from
memory in November 2026, not compared with the programs' sources. Languages: English, German, French, Spanish,
Italian, Portuguese, Dutch, Swedish, Danish, Norwegian, Finnish, Polish, Czech, Slovak, Romanian, Russian, Ukrainian,
Turkish, Greek, Chinese, Japanese, Korean; Catalan, Croatian, Slovenian, Bulgarian, Hungarian, the Baltic languages,
Hebrew, Arabic, Persian, Vietnamese and Indonesian where a word more is enough.
"""

from __future__ import annotations

import re

VERBS = (
    r"wrote|writes|schrieb(?:en)?|schreibt|a écrit|écrivait|escribió|ha escrito|ha scritto|scrive|escreveu|schreef|"
    r"het volgende geschreven|geschreven|skrev|skriver|kirjoitti|napisał(?:a|\(a\))?|pisze|napisal(?:a|\(a\)|i)?|"
    r"napísal(?:a|\(a\))?|píše|ezt írta|írta|a scris|пишет|написал(?:а|\(а\))?|пише|написав(?:ла|\(-ла\))?|"
    r"yazdı|yazmış|napsal(?:a|\(a\)|i)?|ha escrit|va escriure|napisao(?:/la)?|napisal/-a|написа(?:о|ла|о/ла)?|напісаў|"
    r"kirjutas|rašė|parašė|rakstīja|đã viết|menulis|כתב(?:ה)?|כתב/ה|كتب(?:ت)?|نوشت|"
    r"έγραψε|写道|寫道|のメッセージ|のメール|님이 작성|작성|쓴 글"
)
"""Verbs of attribution: ``On Monday X wrote:``."""

OPENERS = (
    r"on|am|le|el|il giorno|il|em|a|à|às|no dia|op|den|w dniu|dnia|dne|dňa|în|in data|pe|στις|le jour|lø|"
    r"ma|ti|ke|to|pe|la|"
    r"su|em data|o dia|dana|v|на|у|pada|vào|kuupäev|às"
)
"""First words of such a line, unless it begins with a day, a date, or a name with its address."""

_MONTHS = (
    r"jan|feb|fév|févr|mar|mär|mars|maart|mrt|apr|avr|abr|avril|mai|may|maj|maggio|mag|mei|máj|jun|juin|giu|czerwca|jul|juil|lug|"
    r"aug|ago|août|sep|set|sept|okt|oct|out|ott|nov|dec|dez|déc|dic|gen|ene|янв|фев|мар|апр|мая|июн|июл|авг|сен|окт|ноя|дек|kvě|srp"
)
WHEN = (
    r"\d{1,2}\s?[:.h]\s?\d{2}|\d{1,2}[./-]\s?\d{1,2}[./-]\s?\d{2,4}|\d{4}[-./年]\s?\d{1,2}|"
    rf"\b(?:{_MONTHS})\w*\.?,?\s+(?:de\s+)?\d{{4}}|\b(?:19|20)\d{{2}}\b|\[(?:DATE|TIME)\w*\]"
)
"""A time of day or a date in such a line."""

ADDRESS = r"[<(\[]?<?[^\s<>()]+@[^\s<>()]+\.\w+>?[>)\]]?|<\[?[A-Z_]+\d*\]?>|\[EMAIL\w*\]|<mailto:[^>]*>"
"""A mail address, scrubbed or not."""

AT_THE_END = r"写道|寫道|쓴 글|작성|írta|yazdı|כתב|כתב/ה|כתבה|نوشت|ने लिखा"
"""Verbs that end such a line."""

LONGEST_ATTRIBUTION = 300
"""Most characters of a line of attribution, its parts joined."""

ATTRIBUTION = re.compile(
    rf"^(?=.{{6,{LONGEST_ATTRIBUTION}}}$)(?:"
    rf"(?:{OPENERS})\b.{{0,250}}?(?:{VERBS})\b.{{0,120}}"  # On DATE, NAME wrote:
    rf"|(?:\d|\w{{2,4}}[.,]|\w{{3,12}},?\s+(?:den\s+)?\d|[\"“„]).{{0,250}}?(?:{VERBS}).{{0,120}}"  # Mon, DATE X wrote:
    rf"|.{{1,120}}?(?:{ADDRESS}).{{0,160}}?(?:{VERBS}).{{0,120}}"  # NAME <address> wrote (on DATE):
    rf"|[^.!?]{{1,80}}?(?:{VERBS})\b.{{0,60}}?(?:{WHEN}).{{0,40}}"  # NAME wrote on DATE:
    rf"|.{{0,30}}(?:{WHEN}).{{0,120}}(?:{ADDRESS})\)?.{{0,20}}"  # DATE, NAME <address>:   (Russian, Japanese, Czech)
    rf"|(?:wiadomość napisana przez|missatge de)\b.{{1,200}}"  # Apple Mail in Polish, Gmail in Catalan
    rf"|\* .{{1,120}}\[.{{0,40}}(?:{WHEN}).{{0,20}}\]"  # mutt: * NAME <address> [DATE]:
    rf"|.{{0,120}}(?:{WHEN}).{{0,80}}(?:{AT_THE_END})\s?"
    r")[:：]\s*$",
    re.IGNORECASE,
)
"""A whole line of attribution; it must also contain a time or an address (:data:`SIGN`)."""

ATTRIBUTED = re.compile(
    rf"{VERBS}|{AT_THE_END}|@|<\[?[A-Z_]|\[EMAIL|wiadomość napisana|missatge de|^\* ", re.IGNORECASE
)
"""Occurs in every line that :data:`ATTRIBUTION` matches, which takes long."""

ABOVE = re.compile(
    r"^[\s#>*_=—–-]*(?:"
    r"(?:please\s+)?(?:type\s+|write\s+|enter\s+|add\s+)?(?:your\s+)?(?:reply|replies|respond|answer)\s+above\s+this\s+line|"
    r"in replies all text above this line|(?:please\s+)?do not (?:write|type|reply) below this line|"
    r"bitte\s+(?:geben\s+sie\s+)?(?:ihre\s+)?antwort(?:en\s+sie)?\s+(?:bitte\s+)?(?:oberhalb|über)\s+(?:dieser\s+zeile|diese\s+zeile)|"
    r"(?:veuillez\s+|merci\s+de\s+)?(?:saisir\s+|répondre\s+|taper\s+)(?:votre\s+réponse\s+)?au-dessus\s+de\s+cette\s+ligne|"
    r"(?:por\s+favor,?\s+)?(?:escriba|responda)\s+(?:su\s+respuesta\s+)?(?:encima|por\s+encima)\s+de\s+esta\s+línea|"
    r"(?:inserisci|rispondi|scrivi)\s+(?:la\s+(?:tua\s+)?risposta\s+)?sopra\s+questa\s+riga|"
    r"(?:typ|plaats|schrijf)\s+(?:uw|je)\s+(?:antwoord|reactie)\s+boven\s+deze\s+(?:regel|lijn)|"
    r"(?:por\s+favor,?\s+)?(?:digite|escreva|responda)\s+(?:a\s+)?(?:sua\s+resposta\s+)?acima\s+desta\s+linha|"
    r"skriv\s+(?:ditt|dit)\s+svar\s+(?:ovanför|over|ovenfor)\s+(?:den\s+här\s+raden|denne\s+linje[n]?)"
    r")\b.{0,40}$",
    re.IGNORECASE,
)
"""The line above which help desks ask for an answer: below it is what they sent."""

ABOVE_WORDS = (
    "above this line", "below this line", "oberhalb", "über diese", "au-dessus", "encima", "sopra questa", "boven deze",
    "acima desta", "denne linje", "den här raden",
)  # fmt: skip
"""Words of which a text with such a line contains one; searching the whole text is faster than testing each line."""

DASHED = re.compile(r"^\s*-{2,6}\s*(\S.{10,250}?)\s*-{2,6}\s*$")
"""``---- On DATE NAME <address> wrote ----`` (Zoho Mail)."""

DIRECTIONS = dict.fromkeys(
    map(ord, "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
)
"""Bidirectional control characters, which Gmail puts around names and addresses in Hebrew and Arabic."""

SIGN = re.compile(rf"{WHEN}|{ADDRESS}", re.IGNORECASE)
MAY_BE_SIGN = re.compile(r"[\d@<\[]")
"""Occurs in everything that SIGN matches, which takes long."""
BY_READER = re.compile(
    rf"\b(?:you|we|i|they|sie|ich|wir|vous|je|nous|u|je|usted|tu)\s+(?:{VERBS})", re.IGNORECASE
)
"""``You wrote on Monday:``, an ordinary sentence if no quote follows."""

ORIGINAL = re.compile(
    r"^\s*[-_=*—–\s]{2,}\s*(?:"
    r"original message|original e-?mail|original appointment|ursprüngliche nachricht|original[- ]?nachricht|"
    r"ursprüngliche mail|"
    r"message d['’]origine|message original|message initial|mensaje original|messaggio originale|mensagem original|"
    r"oorspronkelijk bericht|origineel bericht|ursprungligt meddelande|originalmeddelande|oprindelig meddelelse|"
    r"original meddelelse|opprinnelig melding|alkuperäinen viesti|wiadomość oryginalna|"
    r"oryginalna wiadomość|původní (?:zpráva|e-?mail)|"
    r"pôvodn(?:á správa|ý e-?mail)|pôvodná správa|eredeti üzenet|mesaj original|mesajul original|"
    r"исходное сообщение|оригинальное сообщение|"
    r"вихідне повідомлення|orijinal mesaj|özgün ileti|原始邮件|邮件原件|原始郵件|元のメッセージ|원본 메시지"
    r")\s*:?\s*[-_=*—–\s]{2,}\s*$",
    re.IGNORECASE,
)
"""The line above an answered mail (Outlook Express, GMX, QQ)."""

ORIGINAL_WORDS = (
    "original", "ursprüngliche", "message initial", "oorspronkelijk", "origineel", "ursprungligt", "oprindelig",
    "opprinnelig", "alkuperäinen", "oryginaln", "původní", "pôvodn", "eredeti", "исходное", "оригинальное", "вихідне",
    "orijinal", "ori̇ji̇nal", "özgün", "原始", "邮件原件", "元のメッセージ", "원본",
)  # fmt: skip
"""Words, in lower case, of which a text with such a line contains one."""

FORWARDED = re.compile(
    r"^\s*[-_=*—–\s]*\s*(?:begin )?(?:"
    r"forwarded message|forwarded e-?mail|weitergeleitete nachricht|anfang der weitergeleiteten nachricht|"
    r"anfang der weitergeleiteten e-?mail|message transféré|message réexpédié|début du message réexpédié|"
    r"début du message transféré|mensaje reenviado|inicio del mensaje reenviado|messaggio inoltrato|"
    r"inizio messaggio inoltrato|mensagem encaminhada|mensagem reencaminhada|início da mensagem reencaminhada|"
    r"doorgestuurd bericht|begin doorgestuurd bericht|vidarebefordrat meddelande|vidarebefordrat mejl|"
    r"vidarebefordrat brev|videresendt meddelelse|videresendt besked|start på videresendt besked|videresendt melding|"
    r"videresendt e-post|välitetty viesti|edelleenlähetetty viesti|przekazana wiadomość|"
    r"treść przekazanej wiadomości|přeposlaná zpráva|preposlaná správa|továbbított üzenet|mesaj redirecționat|"
    r"пересылаемое сообщение|начало переадресованного сообщения|переслане повідомлення|iletilen ileti|"
    r"yönlendirilen ileti|"
    r"转发的邮件|轉寄郵件|転送されたメッセージ|전달된 메시지"
    r")\s*:?\s*[-_=*—–\s]*$",
    re.IGNORECASE,
)
"""The line above a forwarded mail, which is kept because it is new in this conversation."""

FORWARDED_WORDS = (
    "forwarded", "weitergeleitet", "transfér", "réexpédi", "reenviado", "inoltrat", "caminhada", "doorgestuurd",
    "vidarebefordrat", "videresendt", "välitetty", "edelleenlähetetty", "przekazan", "přeposlan", "preposlan",
    "továbbított", "redirecționat", "пересылаемое", "переадресованного", "переслане", "letilen", "yönlendirilen",
    "转发", "轉寄", "転送", "전달된",
)  # fmt: skip
"""Words, in lower case, of which a text with such a line contains one."""

LABELS: dict[str, str] = dict.fromkeys(
    ("from", "von", "de", "da", "van", "från", "fra", "lähettäjä", "od", "feladó", "de la", "от", "від", "kimden",
     "šalje", "pošiljatelj", "מאת", "من", "از", "nuo", "kellelt", "saatja", "no", "từ", "dari",
     "gönderen", "από", "发件人", "發件人", "寄件者", "差出人", "送信者", "보낸 사람"), "from"
) | dict.fromkeys(
    ("sent", "date", "gesendet", "datum", "envoyé", "date d'envoi", "enviado", "enviado el", "enviado em", "enviada em",
     "enviada", "fecha", "data", "inviato", "verzonden", "skickat", "sendt", "dato", "lähetetty", "päivämäärä",
     "päiväys", "wysłano", "odesláno", "odoslané", "dátum", "elküldve", "trimis", "data:", "отправлено",
     "дата", "надіслано",
     "gönderildi", "gönderilme tarihi", "tarih", "στάλθηκε", "ημερομηνία", "发送时间", "發送時間", "日期", "時間",
     "送信日時",
     "日付", "日時", "보낸 날짜", "날짜", "寄件日期", "傳送日期", "poslano", "datum slanja", "נשלח", "תאריך",
     "تم الإرسال",
     "التاريخ", "تاريخ", "enviat", "enviat el", "изпратено", "išsiųsta", "saadetud", "nosūtīts", "đã gửi", "ngày",
     "dikirim", "tanggal"), "sent"
) | dict.fromkeys(
    ("to", "an", "à", "a", "para", "aan", "till", "til", "vastaanottaja", "do", "komu", "címzett", "către",
     "кому", "kime",
     "prima", "primatelj", "אל", "إلى", "الى", "per a", "до", "kam", "kellele", "đến", "kepada",
     "alıcı", "προς", "收件人", "收件者", "宛先", "받는 사람", "destinataire", "destinatario", "destinatário"), "to"
) | dict.fromkeys(
    ("cc", "bcc", "kopie", "copie", "copia", "cópia", "kopi", "kopia", "kopio", "dw", "kopie (cc)", "másolat",
     "копия", "копія",
     "bilgi", "κοινοποίηση", "抄送", "副本", "참조", "reply-to", "antwort an", "répondre à"), "cc"
) | dict.fromkeys(
    ("subject", "betreff", "thema", "objet", "asunto", "oggetto", "assunto", "onderwerp", "ämne", "emne", "aihe",
     "temat", "předmět",
     "naslov", "zadeva", "נושא", "الموضوع", "موضوع", "относно", "tema", "teema", "temats", "chủ đề", "subjek",
     "predmet", "tárgy", "subiect", "тема", "konu", "θέμα", "主题", "主題", "主旨", "件名", "제목"), "subject"
) | dict.fromkeys(
    ("please respond to", "bitte antworten an", "veuillez répondre à"), "cc"
) | dict.fromkeys(
    ("importance", "priority", "attachments", "wichtigkeit", "priorität", "anlagen", "importancia",
     "importância", "priorità",
     "pièces jointes", "adjuntos", "allegati", "bijlagen", "bilagor"), "other"
)  # fmt: skip
"""Label in Outlook's header -> its meaning (from, sent, to, cc, subject, other)."""

LABEL_LINE = re.compile(r"^[\s>]*[*_]{0,2}([^\W\d_][\w' ()-]{0,24}?)[*_]{0,2}\s?[:：][*_]{0,2}\s*(.*)$")


def label_of(line: str) -> str | None:
    """The meaning of a label line (a value of LABELS); None for any other line."""
    found = LABEL_LINE.match(line) if ":" in line or "：" in line else None
    return LABELS.get(found[1].strip().casefold()) if found else None
