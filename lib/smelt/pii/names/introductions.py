"""Names that the text itself announces: introductions, greetings, signatures, forms.

A cue decides how much a following word must prove. After ``my name is`` nearly anything is a name;
after ``i am`` or ``hello`` only what the lexicon knows, or an unknown word with a capital.
"""

from __future__ import annotations

import re

from smelt.pii.names.caseless import nearly_a_word
from smelt.pii.names.lexicon import FAMILY, GIVEN, WORD, Lexicon, fold
from smelt.pii.names.people import ORGANISATION, Person
from smelt.pii.names.runs import PARTICLES, Token, tokens

CUES = (
    "name", "i am", "i'm", "i’m", "im ", "this is", "its ", "it's ", "it’s ", "it is", "call me", "calls me", "myself", "named", "speaking",
    "hi ", "hi,", "hello", "hey ", "dear", "regards", "sincerely", "cheers", "yours", "thanks", "thank you", "signed", "best,", "attn", "user:", "customer:", "from:", "agent:",
)  # fmt: skip
_SPACE = r"[ \t\u00a0]"
STRONG = re.compile(
    rf"\b(?:(?:my|his|her|their|the|full|first|given|last|family|middle|maiden|legal|card ?holder(?:['’]?s)?|account|customer|user|passenger|caller|contact|real|me|and|sur|fore)"
    rf"{_SPACE}+){{0,3}}(?:sur|fore|nick)?name(?:['’]?s)?{_SPACE}*(?:{_SPACE}(?:is|was|as|goes by|would be|are){_SPACE}+|[:=-]+{_SPACE}*|{_SPACE})"
    rf"|\b(?:call me|calls me|calling me|named|myself|cardholder|name of|attn:?|attention:|signed by|signed,?|speaking (?:is|with)){_SPACE}+"
    rf"|^(?:customer|user|caller|agent|from|to|client|cc|contact|patient|passenger|attn)(?: name)?:{_SPACE}+",
    re.I | re.M,
)  # fmt: skip
WEAK = re.compile(
    rf"\b(?:i am|i['’]?m|this is|that['’]?s|that is|its|it['’]s|it is|here is|hi(?: there)?|hello|hallo|hola|hey|dear|good (?:morning|afternoon|evening|day)"
    rf"|thanks|thank you|thx|many thanks|speak(?:ing)? (?:to|with)|spoke (?:to|with)|talk(?:ed|ing)? (?:to|with)|chatt(?:ed|ing) with|in the name of|on behalf of"
    rf"|(?:it['’]?s|is|registered|booked|account) under|yes|sure|okay|ok){_SPACE}*,?{_SPACE}+",
    re.I,
)  # fmt: skip
SIGNATURE = re.compile(
    r"(?:^|\n|[.!?]\s)\s*(?:(?:best|kind|warm|many|with kind|with best)\s+)?(?:regards|wishes|thanks|thank you|thx|sincerely|yours(?: (?:truly|sincerely|faithfully))?"
    r"|sincerely yours|cheers|respectfully|cordially|best|love|mit freundlichen grüßen|cordialement|saludos)[,.!]*[ \t]*\n+[ \t>*_-]*(?=\S)",
    re.I,
)
STOP = frozenset(
    "and or but with from my your his her our their i you he she we they it is are was were am be been the a an to for of in on at by as that this these those"
    " not no yes so if then please can could would will shall should do does did have has had need want like just also here there where when how what why who which"
    " phone number no email mail address contact account card booking confirmation ssn last four digits password code id order ph dob date birth spelled calling"
    " live living speaking having unable trying looking sure ok okay thanks thank sorry good fine happy glad very really still now about because since"
    " hi hello hey dear sir madam mam team all everyone guys folks there customer first middle name names full user".split()
)
AFTER_NAME = re.compile(r"^\s*(?:$|[,.;:!?\n)(\"/]|\d|(?:and|my|or|but|from|with|here|phone|email|mail|ssn|the|is|i|number|no|calling|address|account|ac|acc|card|contact|ph|last|booking|confirmation|code|password|sir|mam|speaking)\b)", re.I)
LONGEST_NAME = 4


def introduced(text: str, lexicon: Lexicon) -> list[Person]:
    """Names that follow a cue; certain ones after a strong cue. Overlaps are possible."""
    found: list[Person] = []
    caseless = text.islower()
    for cue, pattern in ((0.9, STRONG), (0.65, WEAK), (0.8, SIGNATURE)):
        for match in pattern.finditer(text):
            name = _name_at(text, match.end(), lexicon, strong=pattern is STRONG, caseless=caseless)
            if name is not None:
                start, end, certainty = name
                found.append(Person(start, end, round(cue * certainty, 2)))
    return found


def _name_at(text: str, start: int, lexicon: Lexicon, *, strong: bool, caseless: bool) -> tuple[int, int, float] | None:
    kept: list[Token] = []
    proof = 0.0
    for token in tokens(text, start, start + 80):
        gap = text[kept[-1].end if kept else start : token.start]
        if (kept and gap not in (" ", "  ", ". ", ".", ", Dr. ")) or (not kept and gap.strip(" \"'“‘*_(")) or len(kept) == LONGEST_NAME:
            break
        worth = _worth(text, token, lexicon, first=not kept, strong=strong, caseless=caseless)
        if worth is None:
            break
        if gap.startswith(".") and len(kept[-1].text) > 2:
            break
        kept.append(token)
        proof = max(proof, worth)
    while kept and (kept[-1].text in PARTICLES or (len(kept) > 1 and fold(kept[-1].text) in ORGANISATION)):
        kept.pop()
    if not kept or proof <= 0 or (len(kept) == 1 and len(kept[0].text) < 2):
        return None
    return kept[0].start, kept[-1].end, proof


def _worth(text: str, token: Token, lexicon: Lexicon, *, first: bool, strong: bool, caseless: bool) -> float | None:
    """How well ``token`` proves a name in [0, 1]; None where the name has ended before it."""
    folded = fold(token.text)
    capital = token.text[0].isupper()
    if folded in PARTICLES and not first:
        return 0.0
    if folded in STOP or (folded in lexicon.not_names and not (strong and folded in lexicon.names) and (first or not capital)):
        return None
    flags = lexicon.names.get(folded, 0) or lexicon.flags(token.text)
    ends = bool(AFTER_NAME.match(text[token.end : token.end + 16]))
    if flags and not flags & WORD:
        return 1.0 if flags & GIVEN or strong else 0.9
    if len(folded) == 1:
        return 0.0 if capital or (ends and not first) or strong else None
    if flags and (strong or not first):
        return 0.9 if capital or (first and flags & (GIVEN | FAMILY)) or ends else None
    if flags:
        return 0.7 if (capital or folded not in lexicon.common) and flags & GIVEN else 0.0 if flags & GIVEN and not ends else None
    if lexicon.is_word(token.text):
        if first:
            return 0.75 if strong and capital and ends else None
        return 0.0 if ends and (capital or strong) else None
    if strong:
        return 0.95 if capital else 0.85
    if capital and not token.text.isupper():
        return 0.8
    if not first:
        return 0.0
    return 0.8 if ends and caseless and len(folded) > 3 and not nearly_a_word(folded, lexicon) else None
