"""Phone calls as transcribed by speech recognition: JSON lines, or one WebVTT file per call."""

from __future__ import annotations

import re
from random import Random

from smelt.generate.chats import Turn
from smelt.generate.dress import changed_sentences
from smelt.generate.records import Case, Made, TruthSpans, World, add_spans
from smelt.generate.story import Story, paragraph
from smelt.generate.text import Part, render

DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
MARKS = {"@": " at ", ".": " dot ", "_": " underscore ", "-": " dash ", "+": " plus "}
NATO_WORDS = (
    "alpha bravo charlie delta echo foxtrot golf hotel india juliett kilo lima mike november oscar"
    " papa quebec romeo sierra tango uniform victor whiskey x-ray yankee zulu"
)
NATO = {word[0]: word for word in NATO_WORDS.split(" ")}
ASKED = (
    ("email address", "email"),
    ("phone number", "phone"),
    ("date of birth", "dob"),
    ("address", "address"),
    ("last four of your social", "ssn"),
    ("card number", "card"),
)


def call(world: World, case: Case) -> Made:
    """A call as one JSON object with segments."""
    key = f"CALL-{case.plan.number:08d}"
    story, own = case.story, case.own
    spans: TruthSpans = {}
    segments = []
    at = 0.4
    for number, turn in enumerate(spoken_conversation(case)):
        text, found = render(turn.parts)
        seconds = round(0.6 + len(text) / 15, 2)
        segments.append(
            {"speaker": turn.sender, "start": round(at, 2), "end": round(at + seconds, 2), "text": text}
        )
        add_spans(spans, f"segments[{number}].text", found)
        at += seconds + own.random() * 2
    payload = {
        "call_id": key,
        "direction": "inbound",
        "started_at": case.local(case.created).isoformat(timespec="seconds"),
        "duration_s": round(at, 1),
        "queue": story.issue.category,
        "priority": story.priority,
        "brand": story.company.name,
        "language": "en",
        "caller": {
            "id": f"C{case.customer.number}",
            "name": case.customer.full,
            "number": case.customer.phone,
        },
        "agent": {"id": f"A{case.agent.number}", "name": case.agent.full},
        "asr": {"engine": "asr-2", "confidence": round(0.7 + own.random() * 0.29, 3)},
        "segments": segments,
    }
    return Made(key, payload, spans)


def captions(world: World, case: Case) -> Made:
    """A call as WebVTT with voice tags; its key is the file's name."""
    key = f"CAPTION-{case.plan.number:07d}"
    own = case.own
    spans: TruthSpans = {}
    lines = ["WEBVTT", "", f"NOTE recorded {case.created:%Y-%m-%d} queue {case.story.issue.category}", ""]
    at = 0.5
    for number, turn in enumerate(spoken_conversation(case)):
        text, found = render(turn.parts)
        until = at + 0.6 + len(text) / 15
        voice = "Agent" if turn.sender == "agent" else "Caller"
        lines += [str(number + 1), f"{_clock(at)} --> {_clock(until)}", f"<v {voice}>{text}</v>", ""]
        add_spans(spans, f"cues[{number}].text", found)
        at = until + own.random()
    return Made(key, "\n".join(lines) + "\n", spans)


def spoken_conversation(case: Case) -> list[Turn]:
    """Greeting, name, problem, identification, solution and good-bye, in spoken forms without capitals and
    punctuation."""
    story = case.story
    rnd = story.rnd
    turns = [Turn("agent", story.phrase("call.greetings"))]
    problem = story.question(0.1)
    if case.plan.copy == "near":
        problem = changed_sentences(problem, case.own)
    hello = [("hi ", "")] if rnd() < 0.5 else [("hello yes ", "")]
    turns.append(Turn("caller", [*hello, *paragraph(problem)]))
    if rnd() < 0.7:
        turns.append(Turn("agent", story.phrase("call.asks_name")))
        turns.append(Turn("caller", story.phrase("call.says_name")))
    for asked, slot in story.rng.sample(ASKED, int(rnd() * 2.5)):
        question = [
            part
            for text, is_slot in story.one(story.grammar.phrases["call.asks"])
            for part in (
                [(asked, "")] if text == "asked" else story.slots.value(text) if is_slot else [(text, "")]
            )
        ]
        turns.append(Turn("agent", question))
        lead = ("sure it is ", "yes that is ", "uh ", "okay ")[int(rnd() * 4)]
        turns.append(Turn("caller", [(lead, ""), *story.slots.value(slot)]))
    opening, *rest = story.answer(numbered=False)
    if case.plan.copy == "near":
        opening = changed_sentences(opening, case.own)
    turns.append(Turn("agent", paragraph(opening)))
    turns.append(Turn("caller", [("okay", "")] if rnd() < 0.5 else [("i see and what can i do", "")]))
    turns += [Turn("agent", paragraph(part)) for part in rest]
    turns.append(Turn("caller", story.phrase("call.thanks")))
    if rnd() < 0.7:
        turns.append(Turn("agent", story.phrase("call.byes")))
    return [Turn(turn.sender, _spoken(turn, story)) for turn in turns]


def _spoken(turn: Turn, story: Story) -> list[Part]:
    parts: list[Part] = []
    for text, entity in turn.parts:
        if entity:
            parts.append((spoken_form(text, entity, story.rng), entity))
        else:
            said = re.sub(r"[,.?!:;()\"]+(?=\s|$)", "", text.lower()).replace("\n", " ")
            if turn.sender == "caller" and said.count(" ") > 4 and story.rnd() < 0.5:
                words = said.split(" ")
                filler = story.phrase("call.fillers")[0][0]
                words.insert(1 + int(story.rnd() * (len(words) - 2)), filler)
                said = " ".join(words)
            parts.append((said, ""))
    return parts


def spoken_form(text: str, entity: str, rng: Random) -> str:
    """The spoken form of a value: digits one by one, ``at`` and ``dot``, sometimes spelt with the NATO alphabet."""
    if entity == "EMAIL":
        local, _, host = text.partition("@")
        local = (
            " ".join(NATO.get(letter, _said(letter)) for letter in local)
            if rng.random() < 0.25
            else _said(local)
        )
        return f"{local} at {_said(host)}"
    if entity in ("PHONE", "US_SSN", "CREDIT_CARD", "IBAN", "IP", "USERNAME", "SECRET"):
        return _said(text.lower()) if rng.random() < 0.7 else _grouped(text)
    return text.lower().replace(",", "")


def _said(text: str) -> str:
    pieces = []
    for letter in text:
        if "0" <= letter <= "9":
            pieces.append(f" {DIGITS[int(letter)]} ")
        elif letter in " ()/":
            pieces.append(" ")
        else:
            pieces.append(MARKS.get(letter, letter))
    return " ".join("".join(pieces).split())


def _grouped(text: str) -> str:
    """Groups of digits, as a recogniser writes a number that it detects: ``415 555 2671``."""
    return " ".join(re.sub(r"[^0-9a-zA-Z]+", " ", text).lower().split())


def _clock(seconds: float) -> str:
    whole = int(seconds)
    return (
        f"{whole // 3600:02d}:{whole % 3600 // 60:02d}:{whole % 60:02d}.{int((seconds - whole) * 1000):03d}"
    )
