"""What stands around a name: the words that speak for a person, a place or an organisation.

Everything is a look-up of the one or two words beside a candidate, not a pattern over the text, since
each capitalised word of a corpus asks.
"""

from __future__ import annotations

from typing import NamedTuple

TITLES = frozenset(
    "mr mrs ms mx miss dr prof professor sir madam dame lord lady herr frau señor señora sr sra mme mlle monsieur madame signor signora captain sergeant judge nurse"
    " detective officer rev father sister uncle aunt aunty president senator mister missus".split()
)
PERSON_BEFORE = frozenset(
    "with by for thanks you dear hi hello hey hola bonjour hallo contact contacted met meet emailed messaged phoned rang love cc attn from: to: name names sincerely regards best"
    " cheers and user: customer: agent: called named & than or but when while if that".split()
)
SURELY_BEFORE = frozenset(
    "told tell tells asked ask asks thanked thank gave given give married said says say starring featuring friend wife husband spouse partner son daughter mother father mom mum dad"
    " brother sister boss manager colleague neighbor neighbour guardian beneficiary assistant producer singer author commenter founders: girlfriend boyfriend fiance fiancee cousin"
    " nephew niece grandson granddaughter grandmother grandfather roommate landlord landlady supervisor representative rep agent".split()
)
SURELY_PAIRS = frozenset(
    f"{verb} {word}"
    for verbs, words in (
        ("said spoke talked speak talk speaking talking chatted chatting listened wrote", "to with"),
        ("shouted yelled waved smiled laughed looked", "at to"),
        ("named called call calls calling", "me him her them"),
        ("leave left miss missed", "me you"),
        ("directed sung written produced performed signed sent handled helped answered advised recorded", "by"),
        ("meeting dealing dealt meet spoken met", "with"),
        ("up", "with"),
    )
    for verb in verbs.split()
    for word in words.split()
)
NEVER_BEFORE = frozenset("the a an my your our their his her this that no any some every each per".split())
IN_PLACE = frozenset("in near around outside inside throughout across".split())
IN_PLACE_PAIRS = frozenset("city of,town of,moved to,here from,originally from,flying to,fly to,trip to,coming to,come to,travel to,traveling to,travelling to,visit to,went to,going to".split(","))
TO_PLACE = frozenset("at from to via visit visited visiting toward towards leave leaving reach of the".split())
GREETINGS = frozenset("hi hello hey dear thanks you hola cheers".split())
SAID = frozenset(
    "said says told tells asked asks shouted yelled replied answered explained explains wrote writes thinks thought laughed smiled listed promised assured apologized apologised".split()
)
DOES = frozenset(
    "called calls lives lived works worked helped was is has had will would can could did does wants wanted needs spent gave sent confirmed listed points just here speaking who whose from and".split()
)
VOCATIVE = frozenset("can could please would will do are thanks thank i'm".split())
BELONGINGS = frozenset("address wife husband daughter son mother father house home phone email e-mail account name birthday number mobile card order".split())
ORGANISATION = frozenset(
    "ltd limited inc incorporated llc llp corp corporation gmbh ag sa nv bv plc co company group holdings partners associates brothers bros sons"
    " university college school institute foundation bank hospital church department ministry agency association society club band orchestra office"
    " records studios software systems solutions technologies technology tech labs industries services service international enterprises ventures"
    " capital insurance energy motors airlines airways media networks network weekly times post news radio television tv award awards financial mortgage"
    " mortgages card cards credit loan loans lending servicing finance payments store stores app supervisor federal national bureau server studio framework".split()
)
STREET = frozenset(
    "street st road rd avenue ave lane ln drive dr boulevard blvd court ct square sq terrace way place pl crescent close parkway highway hwy"
    " plaza alley row hill bridge island river lake mountain mount valley bay beach park county city airport station".split()
)
_PUNCTUATION = " \t\n.,:;!?\"'“”‘’()[]*_>-–"


class Around(NamedTuple):
    """The words beside a candidate, lower case: ``last`` and ``pair`` before it; ``first`` and ``second`` after it.

    ``last`` keeps a colon. ``touch`` is what stands directly behind the candidate, up to three characters.
    """

    last: str
    pair: str
    first: str
    second: str
    touch: str

    @classmethod
    def of(cls, text: str, start: int, end: int) -> Around:
        """The surroundings of ``text[start:end]`` on its own line."""
        before = text[max(0, start - 30) : start].lower().rsplit("\n", 1)[-1].split()
        after = text[end : end + 30].lower().split("\n", 1)[0]
        last = before[-1].strip(" \"'“(*_>") if before else ""
        last = last if last.endswith(":") else last.strip(_PUNCTUATION)
        previous = before[-2].strip(_PUNCTUATION) if len(before) > 1 else ""
        words = after.split()
        glued = bool(after) and not after[0].isspace()
        shift = 1 if glued and words else 0
        first = words[shift].strip(_PUNCTUATION) if len(words) > shift else ""
        second = words[shift + 1].strip(_PUNCTUATION) if len(words) > shift + 1 else ""
        return cls(last, f"{previous} {last}", first, second, after[:3])

    @property
    def titled(self) -> bool:
        """``Mr.``, ``Frau`` stand before it."""
        return self.last in TITLES

    @property
    def surely(self) -> bool:
        """A person for certain: ``told X``, ``spoke with X``, ``X said``, ``X, could you``, ``X's daughter``."""
        if self.last in SURELY_BEFORE or self.pair in SURELY_PAIRS:
            return True
        if self.touch[:1] == " " or self.touch[:2] == ", ":
            if self.first in SAID:
                return True
            if self.touch[:1] == "," and (self.first in VOCATIVE or f"{self.first} {self.second}" in ("i am", "i have", "i need", "i want", "i would")):
                return self.first not in ("would", "will", "do", "are") or self.second in ("you", "there")
        return self.touch[:2] in ("'s", "’s") and self.first in BELONGINGS

    @property
    def person_before(self) -> bool:
        """``with X``, ``dear X``, ``X and Y``: often a person."""
        return self.last in PERSON_BEFORE or self.last in SURELY_BEFORE

    @property
    def person_after(self) -> bool:
        """``X is``, ``X's``, ``X:``: often a person."""
        return (self.touch[:1] == " " and self.first in DOES) or self.touch[:2] in ("'s", "’s") or self.touch[:1] == ":" or self.first in SAID

    @property
    def in_place(self) -> bool:
        """``in X``, ``moved to X``: a place."""
        return self.last in IN_PLACE or self.pair in IN_PLACE_PAIRS

    @property
    def to_place(self) -> bool:
        """``from X``, ``at X``: a place, or a person."""
        return self.last in TO_PLACE or self.last in IN_PLACE
