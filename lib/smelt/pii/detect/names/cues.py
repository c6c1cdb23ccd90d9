"""The cues of introductions: words that a name may follow, by kind, in the languages of a text.

An Aho-Corasick automaton finds them all in one pass.
"""

from __future__ import annotations

from functools import lru_cache

import ahocorasick

from smelt.pii.detect.names.languages import languages

NAMED, CALLED, WEAK, SIGNED, FORM, TITLED = "named", "called", "weak", "signed", "form", "titled"
CUES = {
    NAMED: ("name; names; myself"),
    CALLED: ("call me; calls me; calling me; named; speaking is; speaking with; signed by; signed"),
    WEAK: (
        "i am; i'm; i’m; im; this is; that's; that’s; that is; its; it's; it’s; it is; here is; hi; hi "
        "there; hello; hallo; hola; hey; dear; good morning; good afternoon; good evening; good day; "
        "morning; afternoon; evening; sorry; welcome; welcome back; welcome aboard; well done; kudos to; "
        "great work; good work; nice work; great job; good job; congrats; congratulations; happy birthday; good luck; "
        "thanks; thank you; thx; many thanks; speak to; speak with; spoke to; spoke with; talk to; talk "
        "with; talked to; talked with; talking to; talking with; chatted with; chatting with; on behalf "
        "of; it's under; it’s under; is under; registered under; booked under; account under; yes; sure; "
        "okay; ok"
    ),
    SIGNED: (
        "regards; wishes; sincerely; yours truly; yours faithfully; cheers; respectfully; cordially; "
        "best; love; grüßen; cordialement; saludos; thanks; thank you; thx"
    ),
    FORM: (
        "customer:; user:; caller:; agent:; from:; to:; client:; cc:; contact:; patient:; passenger:; "
        "attn:; attention:; attn; cardholder:; account holder:; employee:; requester:"
    ),
    TITLED: (
        "mr; mrs; ms; miss; mx; dr; prof; mister; herr; herrn; frau; sr; sra; srta; señor; señora; sig; signor; "
        "signora; monsieur; madame; mme; mlle; dhr; mevr; mw; meneer; mevrouw; pan; pani; panu; pana; paní; pán"
    ),
}

_BEFORE_CUE = (" ", "\n", "\t", ".", ",", "!", "?", "(", '"', ">", "*", ":", "-", ";")
"""Characters before a cue; they are part of the automaton's words, so that the ``hi`` of ``this`` does not match."""


_LISTS = ((CALLED, "introductions"), (WEAK, "greetings"), (WEAK, "apologies"), (SIGNED, "closings"))
"""Kind of cue -> list in conf/lexicons/people with each language's cues."""


@lru_cache(maxsize=256)
def automaton_of(codes: tuple[str, ...] = ()) -> ahocorasick.Automaton:
    """The automaton of the cues of a text's languages; English if there are none, or among them."""
    automaton = ahocorasick.Automaton()
    kinds: dict[str, tuple[str, ...]] = {}
    for kind, cues in CUES.items():
        for cue in cues.split("; ") if not codes or "en" in codes or kind in (FORM, TITLED) else ():
            kinds[cue] = (*kinds.get(cue, ()), kind)
    for code in codes:
        for kind, name in _LISTS:
            for cue in languages()[code].entries(name):
                kinds[cue] = tuple(dict.fromkeys((*kinds.get(cue, ()), kind)))
        for label in languages()[code].entries("header_labels"):
            kinds[f"{label}:"] = tuple(dict.fromkeys((*kinds.get(f"{label}:", ()), FORM)))
    for cue, found in kinds.items():
        bounded = (cue,) if cue.startswith("name") else tuple(before + cue for before in _BEFORE_CUE)
        for word in bounded:
            automaton.add_word(word, (len(cue), found))
    automaton.make_automaton()
    return automaton
