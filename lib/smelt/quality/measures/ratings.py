"""Converts customer ratings of help desks to one scale, from 0 (worst) to 1 (best).

By vendor (from memory of their documentation, not compared with it):
Zendesk good, bad, goodwithcomment, offered, unoffered;
Help Scout Great, Okay, Not Good; Freshdesk 103 (extremely happy) over 100 (neutral) to -103 (extremely unhappy);
Intercom 1 to 5 or faces; HubSpot, Jira Service Management, Salesforce 1 to 5 or stars; LiveChat good, bad, rated_good;
Net Promoter Score promoter, passive, detractor; Likert words of surveys, in 16 languages, strengthened or denied by the
words before them.
"""

from __future__ import annotations

import re

_LOWEST = (
    "bad|badwithcomment|bad with comment|not good|rated bad|poor|very poor|terrible|awful|horrible|worst|"
    "negative|thumbs down|"
    "thumb down|dislike|disliked|down|unhappy|very unhappy|extremely unhappy|angry|sad|frustrated|"
    "dissatisfied|very dissatisfied|"
    "extremely dissatisfied|unsatisfied|very unsatisfied|not satisfied|not at all satisfied|not helpful|unhelpful|"
    "not resolved|detractor|no|schlecht|sehr schlecht|unzufrieden|sehr unzufrieden|mangelhaft|ungenügend|mauvais|"
    "très mauvais|insatisfait|pas satisfait|très insatisfait|malo|mala|muy malo|insatisfecho|"
    "muy insatisfecho|male|pessimo|"
    "cattivo|insoddisfatto|slecht|zeer slecht|ontevreden|zeer ontevreden|ruim|mau|péssimo|insatisfeito|"
    "muito insatisfeito|"
    "dålig|dåligt|missnöjd|dårlig|dårligt|utilfreds|misfornøyd|disagree|strongly disagree|dreadful|useless|"
    "unacceptable|"
    "appalling|disappointed|disappointing|false|red|one|nein|non|insatisfaite|insatisfecha|insoddisfatta|insatisfeita|"
    "zły|źle|niezadowolony|niezadowolona|плохо|плохой|ужасно|недоволен|недовольна|kötü|memnun değilim|huono|"
    "tyytymätön|špatné|špatně|nespokojen|nespokojená|不满意|不滿意|差|很差|悪い|不満|나쁨|불만족"
)
_LOW = (
    "somewhat dissatisfied|slightly dissatisfied|rather dissatisfied|somewhat unhappy|below average|fair|"
    "weniger zufrieden|"
    "eher unzufrieden|peu satisfait|ausreichend|needs improvement|needs work|two|somewhat disagree|"
    "poco satisfecho|poco soddisfatto"
)
_MIDDLE = (
    "ok|okay|neutral|average|mixed|so so|medium|moderate|passive|acceptable|neither|mittel|befriedigend|"
    "geht so|moyen|regular|"
    "neutre|neutro|normale|sufficiente|gemiddeld|neutraal|medel|middel|neither satisfied nor dissatisfied|"
    "neither agree nor disagree|three|yellow|amber|średnio|нормально|普通|一般|보통|orta"
)
_HIGH = (
    "good|goodwithcomment|good with comment|rated good|great|excellent|very good|amazing|awesome|perfect|"
    "best|positive|thumbs up|"
    "thumb up|like|liked|up|happy|very happy|extremely happy|satisfied|very satisfied|extremely satisfied|"
    "somewhat satisfied|"
    "rather satisfied|helpful|resolved|promoter|yes|gut|sehr gut|zufrieden|sehr zufrieden|bon|bien|très bien|satisfait|"
    "très satisfait|bueno|buena|muy bueno|satisfecho|muy satisfecho|buono|ottimo|soddisfatto|goed|zeer goed|tevreden|"
    "zeer tevreden|bom|ótimo|satisfeito|muito satisfeito|bra|nöjd|god|tilfreds|fornøyd|agree|strongly agree|"
    "true|green|five|fantastic|brilliant|outstanding|delighted|hilfreich|utile|útil|nuttig|ja|oui|sí|sì|satisfaite|satisfecha|soddisfatta|satisfeita|"
    "dobry|dobrze|zadowolony|zadowolona|хорошо|отлично|доволен|довольна|iyi|memnunum|hyvä|tyytyväinen|dobré|spokojen|"
    "spokojená|满意|滿意|好|很好|良い|満足|좋음|만족"
)
_WORDS = {
    word: share
    for words, share in ((_LOWEST, 0.0), (_LOW, 0.25), (_MIDDLE, 0.5), (_HIGH, 1.0))
    for word in words.split("|")
}
_VERY = re.compile(
    r"^(?:very|extremely|really|so|totally|completely|highly|most|quite|absolutely|sehr|äußerst|völlig|très|muy|molto|zeer|"
    r"heel|erg|muito|mycket|väldigt|meget|veldig|bardzo|очень|çok|erittäin|velmi)\s+|^(?:非常|很|とても|매우)"
)
_NOT = re.compile(
    r"^(?:not at all|not|isn t|wasn t|gar nicht|überhaupt nicht|nicht|pas du tout|pas|no|nada|non|per niente|"
    r"helemaal niet|niet|não|inte alls|inte|slet ikke|ikke|nie|совсем не|не|ei|ne)\s+(?:very\s+|really\s+|sehr\s+|"
    r"at all\s+)?(?=\w)|^不"
)
"""Words before a rating that strengthen or negate it."""
_ABOUT = re.compile(
    r"^(?:i m|i am|i was|rated|rating|score|csat|ces|answer|feedback|satisfaction|experience|ich bin)\s+"
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SMILEYS = {
    **dict.fromkeys((":-1:", ":thumbsdown:", ":(", ":-(", ":'(", "thumbsdown"), 0.0),
    **dict.fromkeys(("+1", ":+1:", ":thumbsup:", ":)", ":-)", ":d", "thumbsup"), 1.0),
    **dict.fromkeys((":|", ":-|", ":/", ":-/"), 0.5),
}
_FACES = {
    **dict.fromkeys("🔴👎😠😡🤬😞😢😭☹🙁😟😣😖🤮💔😤", 0.0),
    **dict.fromkeys("😕😒", 0.25),
    **dict.fromkeys("🟡😐😶🤷", 0.5),
    **dict.fromkeys("🟢👍😀😃😄😁🙂😊😍🤩🥰😻❤💚🎉👏", 1.0),
}
_OUT_OF = re.compile(r"^(\d+(?:[.,]\d+)?)\s*(?:/|out of|of|von|sur|de|su|van)\s*(\d+)\b")
_PERCENT = re.compile(r"^(\d+(?:[.,]\d+)?)\s*(?:%|percent|prozent)")
_STARS = re.compile(r"^(\d+(?:[.,]\d+)?)\s*(?:-?\s*stars?|sterne?|étoiles?|estrellas?|stelle|★|⭐)")
_OF_PROMOTERS = re.compile(r"^nps\s*[:=_-]?\s*(\d+(?:[.,]\d+)?)$")
_LABELLED = re.compile(r"^(?:csat|ces|rating|score|stars?)\s*[:=_]?\s*([-+]?\d.*)$")
_NUMBER = re.compile(r"^([-+]?\d+(?:[.,]\d+)?)(?:\s*[-–:(]\s*\D.*)?$")


def rating_share(rating: object) -> float | None:
    """The rating in [0, 1]; None if it is none (``unoffered``, no number, no known word)."""
    written = " ".join(_CAMEL.sub(" ", str(rating if rating is not None else "")).split())
    text = written.casefold()
    if not text:
        return None
    if text in _SMILEYS:
        return _SMILEYS[text]
    if (found := _OF_PROMOTERS.match(text)) is not None:
        return 0.0 if _number(found[1]) <= 6 else 0.5 if _number(found[1]) <= 8 else 1.0
    if (said := _said_of_promoters(text)) is not None:
        return said
    if (found := _LABELLED.match(text)) is not None:
        text = found[1]
    if (found := _PERCENT.match(text)) is not None:
        return _of_stars(_number(found[1]) / 20)
    if (found := _OUT_OF.match(text)) is not None and int(found[2]) > 1:
        return _of_stars(5 * _number(found[1]) / int(found[2]))
    if (found := _STARS.match(text)) is not None:
        return _of_stars(_number(found[1]))
    if (found := _NUMBER.match(text)) is not None:
        return _of_number(_number(found[1]))
    faces = [_FACES[character] for character in text if character in _FACES]
    if faces:
        return min(faces)
    filled = text.count("★") + text.count("⭐")
    if filled:
        return _of_stars(filled if "☆" in text or filled <= 5 else 5)
    first = re.split(r"[,;:–—]|\s-\s|\(", text)[0]
    for part in (text, first):
        share = _of_words(" ".join(re.findall(r"[^\W\d_]+", part)).partition(" with comment")[0])
        if share is not None:
            return share
    return None


def _of_words(words: str) -> float | None:
    """The words of a rating without preceding words that strengthen or negate it."""
    words = _ABOUT.sub("", words)
    if words in _WORDS:
        return _WORDS[words]
    if denied := _NOT.match(words):
        share = _of_words(words[denied.end() :])
        return None if share is None else 0.0 if share > 0.5 else 1.0 if share < 0.5 else None
    if strengthened := _VERY.match(words):
        return _WORDS.get(words[strengthened.end() :])
    return None


def _said_of_promoters(text: str) -> float | None:
    for word in ("detractor", "passive", "promoter"):
        if word in text:
            return _WORDS[word]
    return None


def _of_number(value: float) -> float:
    """A bare number: on Freshdesk's scale around 100, or 1 to 5, or (above 5) 1 to 10, or (above 10) out of 100."""
    if value in (101, 102, 103) or value < 0:
        return 1.0 if value > 0 else 0.0
    if value > 10:
        return _of_stars(value / 20)
    return value / 10 if value > 5 else _of_stars(value)


def _of_stars(stars: float) -> float:
    """1 to 5 stars as a share; 1 star is 0."""
    return min(max((stars - 1) / 4, 0.0), 1.0)


def _number(text: str) -> float:
    return float(text.replace(",", "."))
