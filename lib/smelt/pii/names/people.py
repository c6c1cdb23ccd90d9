"""People named in running text: what speaks for and against a run of capitalised words being one.

Every run is scored by what it consists of (given names, family names, words, unknown words) and then
raised or lowered by what stands around it. The scores are set by hand on half of a labelled corpus;
:data:`RAISE` and :data:`LOWER` say what each piece of evidence is worth.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from smelt.pii.names.lexicon import FAMILY, GIVEN, WORD, Lexicon, fold
from smelt.pii.names.runs import PARTICLES, Token, capitalised_runs, starts_sentence

TITLE_BEFORE = re.compile(r"\b(?:mr|mrs|ms|mx|miss|dr|prof|professor|sir|madam|dame|lord|lady|herr|frau|señora?|sra?|mme|mlle|monsieur|madame|signora?|captain|sergeant|judge|nurse|detective|officer|rev|father|sister|uncle|aunt|president|senator)\.?\s{1,3}$", re.I)
PERSON_BEFORE = re.compile(
    r"\b(?:named|called|calls? (?:me|him|her|them)|said|says|asked|told|tell|with|by|for|thank(?:s| you),?|dear|hi|hello|hey|hola|bonjour|hallo"
    r"|contact(?:ed)?|met|meet|ask|emailed|messaged|phoned|rang|love|friend|wife|husband|son|daughter|mother|father|mom|dad|brother|sister|boss|manager"
    r"|colleague|agent|owner|guardian|beneficiary|cc|attn|from:|to:|name(?:\s+(?:is|was))?:?|names?:|signed|sincerely|regards|best|cheers|and|&)[\s,:*]{1,4}$", re.I)
SURELY_PERSON_BEFORE = re.compile(
    r"\b(?:sa(?:id|ys?)(?: to)?|(?:shout|yell|wav|smil|laugh)(?:ed|s|ing)? at|told|tell|ask(?:ed|s)?|thanked|named (?:him|her|it|them)|call(?:s|ed)? (?:me|him|her|them)|gave|given|married|divorced"
    r"|(?:star|featur)(?:red|ring|s|ed|ing)|(?:direct|sung|written|produc|perform|record|sign|report|sent|handl)(?:ed)? by|(?:leave|left|love[sd]?|miss(?:ed)?|hate[sd]?|thank) (?:me|you)"
    r"|friend|wife|husband|spouse|partner|son|daughter|mother|father|mom|mum|dad|brother|sister|boss|manager|colleague|neighbou?r|guardian|beneficiary|assistant|producer|singer|author|commenter|founders?:"
    r"|spoke (?:to|with)|talk(?:ed|ing) (?:to|with)|speak (?:to|with)|chatt?(?:ed|ing) with|meeting with|deal(?:t|ing) with|help(?:ed)? (?:me )?(?:by|from)|follow(?:ing)? up with)[\s,:]{1,3}$", re.I)
SURELY_PERSON_AFTER = re.compile(
    r"^(?:,?\s+(?:said|says|told|tells|asked|asks|shouted|yelled|replied|answered|explained|explains|wrote|writes|thinks|thought|laughed|smiled|listed|promised|assured|apologi[sz]ed|had given|lives (?:at|in)|lived)\b"
    r"|,\s+(?:can|could|please|would you|will you|do you|are you|thanks|thank you|I (?:am|have|need|want|would)|i['’]m)\b|['’]s\s+(?:address|wife|husband|daughter|son|mother|father|house|home|phone|e-?mail|account|name|birthday|number|mobile|card|order)\b)", re.I)
GREETED = re.compile(r"\b(?:hi|hello|hey|dear|thanks|thank you|hola|cheers)[ ,]{1,2}$", re.I)
ARTICLE_BEFORE = re.compile(r"\b(?:the|a|an|my|your|our|their|his|her|this|that|no|any|some)\s+$", re.I)
PLACE_BEFORE = re.compile(
    r"\b(?:in|at|near|from|to|visit(?:ed|ing)?|toward|towards|across|around|outside|inside|throughout|via|leave|leaving|reach|city of|town of|of|live in|the)\s+$", re.I)
OF_PLACE = re.compile(r"\b(?:in|near|around|outside|city of|town of|visit(?:ed|ing)?|to visit|moved to|moved here from|originally from|fly(?:ing)? to|trip to|coming to|travel(?:l?ing)? to)\s+$", re.I)
PERSON_AFTER = re.compile(
    r"^(?:,?\s+(?:said|says|told|tells|asked|asks|wrote|writes|called|calls|lives?|lived|works?|worked|thinks?|thought|replied|answered|explained|explains"
    r"|shouted|helped|was born|has|had|is|was|will|would|can|could|did|does|wants?|wanted|needs?|spent|gave|sent|promised|confirmed|assured|listed|points?|just|here|speaking"
    r"|who|whose|and I|and me|from)\b|['’]s\b|,\s+(?:can|could|please|i|I|thanks|thank|we|you|are|do|is)\b|:\s)")
ORGANISATION = frozenset(
    "ltd limited inc incorporated llc llp corp corporation gmbh ag sa nv bv plc co company group holdings partners associates brothers bros sons"
    " university college school institute foundation bank hospital church department ministry agency association society club band orchestra"
    " records studios software systems solutions technologies technology tech labs industries services international enterprises ventures"
    " capital insurance energy motors airlines airways media networks network weekly times post news radio television tv award awards".split()
)
STREET = frozenset(
    "street st road rd avenue ave lane ln drive dr boulevard blvd court ct square sq terrace way place pl crescent close parkway highway hwy"
    " plaza alley row hill bridge island river lake mountain mount valley bay beach park avenue county city airport station".split()
)
ALSO_FAMILY = frozenset("hill park lake bridge river bay beach valley street place lane close banks rivers church post sons".split())
NUMBER_BEFORE = re.compile(r"(?:\d[\w/-]*,?[ \t]+|#\s?|&\w+;?)$")
STREET_NUMBER_AFTER = re.compile(r"^[ \t]+\d{1,5}\b(?![:/.]\d|\s*(?:am|pm|year|day|time|month|week|%))")
PATRONYMIC = re.compile(
    r"(?:ov|ev|ova|eva|sky|ski|ska|skaya|czyk|wicz|vich|vić|ić|ič|enko|chuk|shvili|dze|yan|sson|sdóttir|sdottir|ssen|sen|qvist|berg|mann|stein|bauer"
    r"|escu|poulos|idis|akis|opoulos|ellis?|etti|ucci|ini|ová|šek|ček|nen|veld|huis|stra|sma|aert|ez|inho|eira|oglu|zadeh|pour|nejad|singh|walla|swamy|murthy|appa|amma|esh|ndran)$"
)
CERTAIN, LIKELY, POSSIBLE = 0.9, 0.75, 0.6


class Person(NamedTuple):
    """A span of a text that may name a person, and how sure that is."""

    start: int
    end: int
    confidence: float


def people(text: str, lexicon: Lexicon, skip: set[str], known_words: dict[str, int]) -> list[Person]:
    """People named in one cased text.

    ``skip`` holds capitalised words known to be no name and ``known_words`` the lexicon's verdict by
    surface; both are caches that this function fills.
    """
    found: list[Person] = []
    weak: list[Person] = []
    for run in capitalised_runs(text, skip):
        if len(run) == 1:
            word = run[0].text
            verdict = known_words.get(word)
            if verdict is None:
                verdict = known_words[word] = _verdict(word, lexicon)
                if verdict == PLAIN:
                    skip.add(word)
            if verdict == PLAIN:
                continue
        person = _score(text, run, lexicon)
        if person is not None:
            (found if person.confidence >= 0.5 else weak).append(person)
    if weak and found:
        found += _coordinated(text, found, weak)
    return found


PLAIN, UNKNOWN, NAME = 0, 1, 2


def _is_whole_line(text: str, start: int, end: int) -> bool:
    before, after = text[max(0, start - 3) : start], text[end : end + 2]
    return (not before.strip(" >?*\t-") or before.rstrip(" >?*\t-").endswith("\n")) and after.lstrip(" \t,")[:1] in ("", "\n", "\r")


def _is_place(text: str, run: list[Token], kept: list[Token], flags: list[int], before: str, lexicon: Lexicon) -> bool:
    """``New York``, ``Paris`` after a preposition; not ``Austin said``, which is a given name too."""
    tail = fold(text[max(0, kept[0].start - 10) : kept[-1].end])
    if any(tail.endswith(f"{prefix} {fold(kept[-1].text)}") and f"{prefix} {fold(kept[-1].text)}" in lexicon.places for prefix in _PLACE_PREFIXES):
        return True
    if fold(text[kept[0].start : kept[-1].end]) not in lexicon.places:
        return False
    if len(kept) > 1 or not flags[0] & GIVEN:
        return True
    return bool(PLACE_BEFORE.search(before)) and not SURELY_PERSON_BEFORE.search(before)


_PLACE_PREFIXES = ("new", "san", "santa", "los", "las", "el", "st", "saint", "north", "south", "east", "west", "fort", "port", "cape", "costa", "la")


def _verdict(word: str, lexicon: Lexicon) -> int:
    folded = fold(word)
    if (word.isupper() and len(word) < 6) or folded in lexicon.not_names:
        return PLAIN
    if lexicon.names.get(folded, 0):
        return NAME
    return PLAIN if len(word) < 3 or folded in lexicon.words else UNKNOWN


def _score(text: str, run: list[Token], lexicon: Lexicon) -> Person | None:
    run, dropped_left = _without_leading_words(text, run, lexicon)
    kept = _without_trailing_words(run, lexicon)
    if not kept:
        return None
    dropped = {fold(token.text) for token in run[len(kept) :]}
    after = text[kept[-1].end : kept[-1].end + 24]
    next_word = re.match(r"[ \t]+([^\W\d_]+)", after)
    strong_given = lexicon.names.get(fold(kept[0].text), 0) & (GIVEN | WORD) == GIVEN
    if strong_given and len(kept) == 1 and len(dropped) == 1 and dropped <= ALSO_FAMILY and not NUMBER_BEFORE.search(text[max(0, kept[0].start - 8) : kept[0].start]):
        kept, dropped = run[:2], set()
        after = text[kept[-1].end : kept[-1].end + 24]
        next_word = re.match(r"[ \t]+([^\W\d_]+)", after)
    following = dropped | ({fold(next_word.group(1))} if next_word else set())
    if following & ORGANISATION or following & STREET or {fold(t.text) for t in kept} & ORGANISATION:
        return None
    start, end = kept[0].start, kept[-1].end
    before = text[max(0, start - 32) : start]
    titled = bool(TITLE_BEFORE.search(before))
    if not titled and (NUMBER_BEFORE.search(before) or STREET_NUMBER_AFTER.match(after)):
        return None
    flags = [lexicon.names.get(fold(t.text), 0) or lexicon.flags(t.text) for t in kept]
    if not titled and _is_place(text, run, kept, flags, before, lexicon):
        return None
    names = [token for token in kept if token.text not in PARTICLES]
    if not names:
        return None
    sentence = starts_sentence(text, start) and not dropped_left
    if titled:
        confidence = CERTAIN
    elif len(names) == 1:
        confidence = _single(text, names[0], flags[-1], before, after, sentence, lexicon, trimmed=dropped_left)
    else:
        confidence = _several(names, [f for t, f in zip(kept, flags, strict=True) if t.text not in PARTICLES], before, sentence)
    if dropped and not titled:
        confidence -= 0.25
    elif len(names) > 1 and confidence < LIKELY and any(flags) and _is_whole_line(text, start, end):
        confidence += 0.2
    return Person(start, end, round(min(confidence, CERTAIN), 2)) if confidence > 0.1 else None


def _single(text: str, token: Token, flags: int, before: str, after: str, sentence: bool, lexicon: Lexicon, *, trimmed: bool) -> float:
    folded = fold(token.text)
    person_before = bool(PERSON_BEFORE.search(before))
    person_after = bool(PERSON_AFTER.match(after))
    surely = bool(SURELY_PERSON_BEFORE.search(before)) or bool(SURELY_PERSON_AFTER.match(after))
    if folded in lexicon.not_names or len(folded) < 3:
        return 0.0
    if flags & WORD:
        if folded in lexicon.common:
            return _word(flags, before, sentence, trimmed)
        score = 0.15 if sentence else 0.35
    elif flags & GIVEN:
        score = 0.6 if sentence else 0.7
    elif flags & FAMILY:
        score = 0.4 if sentence else 0.5
    else:
        if token.text.isupper():
            return 0.0
        score = 0.15 if sentence else 0.25
        if PATRONYMIC.search(token.text):
            score += 0.25
    if surely:
        return score + 0.35
    if person_before:
        score += 0.2
    if person_after:
        score += 0.15 if not sentence or flags & (GIVEN | FAMILY) else 0.05
    if OF_PLACE.search(before):
        score -= 0.1 if flags & GIVEN and folded not in lexicon.places else 0.4
    elif PLACE_BEFORE.search(before) and not flags & GIVEN:
        score -= 0.25
    return score


def _word(flags: int, before: str, sentence: bool, trimmed: bool) -> float:
    """``Will``, ``Mark``, ``Grant``: a common word is a name only where what stands before it says so."""
    if sentence or trimmed or not flags & GIVEN:
        return 0.15 if GREETED.search(before) is None else 0.65
    if SURELY_PERSON_BEFORE.search(before):
        return 0.7
    if PERSON_BEFORE.search(before):
        return 0.5
    return 0.0 if ARTICLE_BEFORE.search(before) else 0.3


def _several(names: list[Token], flags: list[int], before: str, sentence: bool) -> float:
    strong = [f and not f & WORD for f in flags]
    initials = [len(t.text) == 1 for t in names]
    if len(names) > 4 or (all(initials[:-1]) and flags[-1] & WORD and not initials[-1]):
        return 0.3
    if flags[0] & GIVEN and strong[0]:
        score = 0.85
    elif any(strong):
        score = LIKELY
    elif flags[0] & GIVEN and not sentence:
        score = POSSIBLE
    elif flags[0] & GIVEN and flags[-1] & FAMILY:
        score = 0.55
    elif any(flags):
        score = 0.4
    else:
        score = 0.3
    if not flags[-1] and PATRONYMIC.search(names[-1].text):
        score += 0.2
    if any(initials) and any(flags):
        score += 0.1
    if PERSON_BEFORE.search(before):
        score += 0.15
    if OF_PLACE.search(before):
        score -= 0.3
    return score


def _without_leading_words(text: str, run: list[Token], lexicon: Lexicon) -> tuple[list[Token], bool]:
    """Drop ``Hi``, ``Dear``, ``When``, ``Unlike``: words that only a sentence's start capitalises."""
    first = 0
    while first < len(run) - 1:
        folded = fold(run[first].text)
        is_plain = folded in lexicon.words or (folded in lexicon.not_names and not lexicon.names.get(folded))
        weak_start = first == 0 and lexicon.names.get(folded, 0) & WORD and _starts_with_a_verb(folded)
        if not (is_plain or weak_start or TITLE_BEFORE.search(run[first].text + " ")):
            break
        first += 1
    return run[first:], first > 0


def _starts_with_a_verb(folded: str) -> bool:
    return folded in _VERBS


_VERBS = frozenset("will may can did do does has have is are was were mark grant bill drew says so in an my no but see the how why who hi hey dear for as at if on it we he she you i am by her his our your their this that these those and or not to from with of let ask tell call send".split())


def _without_trailing_words(run: list[Token], lexicon: Lexicon) -> list[Token]:
    last = len(run)
    while last > 1:
        folded = fold(run[last - 1].text)
        if run[last - 1].text in PARTICLES or (not lexicon.names.get(folded) and (folded in lexicon.words or folded in lexicon.not_names)):
            last -= 1
        elif last == 1 or not (folded in ORGANISATION or folded in STREET):
            break
        else:
            last -= 1
    return run[:last]


_JOINT = re.compile(r"\s*(?:,|,?\s+(?:and|or|&|to|with)\s)\s*$", re.I)


def _coordinated(text: str, found: list[Person], weak: list[Person]) -> list[Person]:
    """Weak candidates that stand in a list with a person: ``Kovalev, Lee and Phillips``."""
    raised: list[Person] = []
    people_now = sorted(found)
    for _ in range(3):
        added = []
        for candidate in weak:
            if any(
                _JOINT.fullmatch(text[a.end : b.start])
                for other in people_now
                for a, b in ((other, candidate), (candidate, other))
                if 0 < b.start - a.end < 8
            ):
                added.append(candidate._replace(confidence=max(candidate.confidence, POSSIBLE)))
        if not added:
            break
        weak = [w for w in weak if all(w.start != a.start for a in added)]
        people_now += added
        raised += added
    return raised
