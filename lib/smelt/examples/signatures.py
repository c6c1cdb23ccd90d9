"""Removes signatures: cuts after a ``--`` line or a farewell if what follows looks like a signature.

``--`` on a line (RFC 3676, section 4.3) and ``Thanks,`` end a message if names, titles and addresses follow. If
sentences, questions, steps, code or a list of facts follow, that is content and kept.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

MAY_BE_SIGNED = (
    r"(?im)^-- ?$|^[—–] ?$|^_{5,}\s*$|^\W*(?:(?:with |many |kind |best |warm|yours |sincere)?\p{L}{0,9} ?regards|best|"
    r"cheers|.{0,9}thank|thx|sincere|"
    r"yours|respectful|mit |mfg|lg\b|vg\b|viele|beste|liebe|freundlich|danke|vielen|schöne|cord|bien |"
    r"merci|salutations|saludos|un |atent|"
    r"atenc|gracias|cordiali|distinti|grazie|cumpriment|obrigad|abraço|met |groet|vriendelijk|bedankt|mvg|med |"
    r"mvh|hälsn|vänlig|tack|hilsen|"
    r"venlig|vennlig|takk?\b|pozdr|z poważ|dzięk|s pozdr|ystäv|terveis|kiit|с уваж|спасибо|saygı|teşek)"
)
"""Rust regex that matches every text that may have a signature."""

_CLOSING = re.compile(
    r"(?i)^\W*(?:(?:with )?(?:my |our )?(?:very )?(?:kind|kindest|best|warm|warmest)? ?regards|"
    r"(?:all the )?best(?: wishes)?|cheers|"
    r"(?:many |a lot of |lots of )?thanks(?: (?:again|in advance|so much|a lot|and regards|very much))?|thx|"
    r"thank you(?: (?:so much|very much|again|in advance|and (?:kind |best )?regards))?|sincerely(?: yours)?|"
    r"yours (?:sincerely|faithfully|truly)|yours|respectfully|"
    r"(?:mit )?(?:freundlichen?|besten?|vielen?|lieben?|herzlichen?|schönen?) grü(?:ß|ss)en?(?: aus \w+)?|mfg|lg|vg|"
    r"danke(?: schön| im voraus)?|"
    r"vielen dank(?: im voraus)?|besten dank|"
    r"(?:bien )?cordialement|bien à vous|(?:meilleures )?salutations(?: distinguées)?|merci(?: beaucoup| d'avance)?|"
    r"(?:un )?(?:cordial )?saludos?(?: cordial(?:es)?)?|atentamente|(?:muchas )?gracias|"
    r"(?:cordiali|distinti) saluti|(?:molte )?grazie(?: mille)?|"
    r"(?:com os melhores )?cumprimentos|atenciosamente|(?:muito )?obrigad[oa]|abraços?|"
    r"met (?:vriendelijke|hartelijke) groet(?:en)?|(?:vriendelijke )?groet(?:en|jes)?|(?:hartelijk )?bedankt|mvg|"
    r"(?:med )?(?:vänliga?|bästa) hälsning(?:ar)?|mvh|hälsningar|tack(?: på förhand)?|"
    r"(?:med )?(?:venlig|vennlig|bedste) hilsen|hilsen|tak+|"
    r"(?:serdecznie )?pozdrawiam|z poważaniem|(?:z góry )?dziękuję|s pozdravem|"
    r"(?:ystävällisin )?terveisin|kiitos|с уважением|спасибо|saygılarımla|teşekkürler"
    r")[,.!:;\s]*$"
)
_MARK = re.compile(r"^(?:-- ?|[—–] ?|_{5,}\s*)$")
"""The signature separator of RFC 3676, and variants of it by mail programs."""
_MARKS = ("-", "—", "–", "_")
_LONGEST_CLOSING = 60
"""No formula of ``_CLOSING`` has more characters, the punctuation around it apart."""
_PS = re.compile(r"^\W*(?:p\.?\s?s\.?|n\.?b\.?|post scriptum|ps)\b\s*[:.,–-]?", re.IGNORECASE)
_KEPT = 4_096
"""Lines of which the verdict is kept: signatures repeat, and so do the lines of which they consist."""
_MOST_LINES = 12
_MOST_BELOW = 60
"""Most lines of a signature, legal notices included."""
_MOST_CHARACTERS = 80
_SMALL = frozenset((
    "of", "and", "the", "for", "at", "in", "de", "van", "von", "der", "den", "la", "le", "di", "du", "da",
    "und", "für", "im",
    "et", "y", "e", "og", "och", "your", "our", "team", "support", "service", "customer", "care", "help",
    "desk", "sales",
    "manager", "engineer", "office", "department", "from", "by", "on", "a", "an", "to", "via",
))  # fmt: skip
"""Lower-case words in signatures: particles of names, offices."""
_CONTACT = re.compile(
    r"(?i)^\W*(?:tel|telephone|phone|mobile|mob|cell|fax|e-?mail|mail|web|website|www|skype|direct|office|address|adresse|t|m|e|f|p|w|d|"
    r"telefon|handy|mobil|twitter|linkedin|facebook|hours|opening hours|team|department|abteilung|ticket|"
    r"ref)\b\s*[.:|]|"
    r"@|https?://|www\.|\[(?:EMAIL|PHONE|URL|ADDRESS|PERSON|LOCATION|ORG)|\+\d[\d ()/-]{5,}|^\W*[\d ()/+-]{7,}\W*$"
)
_FACT = re.compile(r"^\W*[\w ./()-]{1,30}\s?[:=]\s*\S")
_STEP = re.compile(r"^\s*(?:[-*•]\s+\S|\d{1,2}[.)]\s+\S|\[[ xX]\])")
_CODE = re.compile(
    r"[;{}]\s*$|[=<>]{2}|\w\(|^\s*(?:\$|#|//|SELECT|INSERT|UPDATE|DELETE|CREATE|BEGIN|COMMIT|DROP|ALTER)\b|^\s{2,}\S"
)
_LEGAL = (
    "confidential", "intended recipient", "intended only", "intended for", "privileged", "disclaimer", "registered in",
    "registered office", "registered company", "company no", "company number", "company reg", "vat", "unsubscribe",
    "consider the environment", "vertraulich", "geschäftsführer", "handelsregister", "amtsgericht", "ust", "sitz der",
    "confidentiel", "confidencial", "riservat", "vertrouwelijk", "sent from my", "get outlook", "all rights",
    "powered by", "virus",
)  # fmt: skip
"""Words of legal notices, in lower case."""
_ENDS = re.compile(r"[.!?…:]\W*$")


def without_signature(text: str) -> str:
    """Remove the signature; a text that is only a signature is returned unchanged."""
    lines = text.split("\n")
    for at in range(max(0, len(lines) - _MOST_BELOW), len(lines)):
        if (
            lines[at][:1] in _MARKS
            and _MARK.match(lines[at])
            and _is_signature(lines[at + 1 :])
            and _says_something(lines[:at])
        ):
            return "\n".join(lines[:at]).rstrip()
    for at in range(len(lines) - 1, max(-1, len(lines) - _MOST_LINES - 2), -1):
        if not _is_closing(lines[at].strip()) or not _says_something(lines[:at]):
            continue
        after = lines[at + 1 :]
        if _is_signature(after, needs_sign=False):
            return "\n".join(lines[:at]).rstrip()
        after_ps = next((number for number, line in enumerate(after) if _PS.match(line)), None)
        if after_ps is not None and _is_signature(after[:after_ps], needs_sign=False):
            return "\n".join([*lines[:at], *after[after_ps:]]).rstrip()
    return text


def _is_closing(line: str) -> bool:
    """Whether a line, without white space around it, is a closing formula."""
    if len(line) <= _LONGEST_CLOSING:
        return _is_formula(line)
    if line[0].isalpha() and len(line.rstrip(",.!:; ")) > _LONGEST_CLOSING:
        return False  # sentences, which are most lines
    return _CLOSING.match(line) is not None


@lru_cache(maxsize=_KEPT)
def _is_formula(line: str) -> bool:
    return _CLOSING.match(line) is not None


def _says_something(lines: Sequence[str]) -> bool:
    return any(line.strip() for line in lines)


def _is_signature(lines: Sequence[str], *, needs_sign: bool = True) -> bool:
    """Whether the lines are only names, titles, addresses and legal notices; ``needs_sign``: at least one is evidently
    so."""
    head: list[str] = []
    for line in filter(str.strip, lines):
        if _is_legal(line):  # everything after a legal notice belongs to it
            return True
        if len(head) == _MOST_LINES or _is_content(line):
            return False
        head.append(line)
    return not needs_sign or any(_CONTACT.search(line) or _is_name(line) for line in head)


@lru_cache(maxsize=_KEPT)
def _is_legal(line: str) -> bool:
    lowered = line.lower()
    return any(words in lowered for words in _LEGAL)


@lru_cache(maxsize=_KEPT)
def _is_content(line: str) -> bool:
    """Whether a line is content: a question, a sentence, a step, code, a fact."""
    said = line.strip()
    if _CONTACT.search(said):
        return said.endswith("?")
    if len(said) > _MOST_CHARACTERS or said.endswith("?") or _STEP.match(line) or _CODE.search(line):
        return True
    if _FACT.match(said) or re.match(r"^[-–—]{2,}$", said):
        return True
    words = re.findall(r"[^\W\d_]{2,}", said)
    plain = [word for word in words if word[0].islower() and word not in _SMALL]
    return bool(plain) and (
        (bool(_ENDS.search(said)) and len(words) >= 3) or (len(words) >= 5 and len(plain) >= 3)
    )


def _is_name(line: str) -> bool:
    """Whether a line is a few words that begin with capitals: a person, a company, a title."""
    words = re.findall(r"[^\W\d_][\w.'’-]*", line)
    return 0 < len(words) <= 7 and not any(word[0].islower() and word not in _SMALL for word in words)
