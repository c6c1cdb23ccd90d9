"""Chats: one JSON object with nested turns, or CSV with one row per turn."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

from smelt.generate.dress import changed_sentences
from smelt.generate.records import Case, Made, TruthSpans, World, add_spans
from smelt.generate.story import Story, paragraph
from smelt.generate.text import Part, joined, render

CSV_COLUMNS = (
    "conversation_id",
    "turn",
    "timestamp",
    "sender",
    "sender_name",
    "customer_email",
    "message",
    "topic",
    "rating",
)

ASKED = (
    ("email address", "email", "EMAIL"),
    ("phone number", "phone", "PHONE"),
    ("date of birth", "dob", "DATE_OF_BIRTH"),
    ("home address", "address", "STREET_ADDRESS"),
    ("social security number", "ssn", "US_SSN"),
    ("card number", "card", "CREDIT_CARD"),
    ("user name", "username", "USERNAME"),
)


class Turn(NamedTuple):
    """A turn by ``visitor``, ``agent`` or ``bot``."""

    sender: str
    parts: list[Part]


def chat(world: World, case: Case) -> Made:
    """A chat as one JSON object: visitor, agent and their turns."""
    story, own = case.story, case.own
    key = f"CH{case.plan.number:08d}"
    spans: TruthSpans = {}
    turns = []
    at = case.created
    for number, turn in enumerate(conversation(case)):
        text, found = render(turn.parts)
        at += timedelta(seconds=5 + int(own.random() * 90))
        name = {"visitor": case.customer.first, "agent": case.agent.first}.get(turn.sender, "assistant")
        turns.append({"sender": turn.sender, "name": name, "text": text, "time": int(at.timestamp() * 1000)})
        add_spans(spans, f"turns[{number}].text", found)
    payload = {
        "chat_id": key,
        "started_at": case.local(case.created).isoformat(timespec="seconds"),
        "ended_at": case.local(at).isoformat(timespec="seconds"),
        "channel": "web" if own.random() < 0.7 else "app",
        "brand": story.company.name,
        "topic": story.issue.category,
        "priority": story.priority,
        "language": "en",
        "visitor": {
            "id": f"V{case.customer.number}",
            "name": case.customer.full,
            "email": case.customer.email,
            "username": case.customer.username,
            "ip": story.slots.text("ip"),
        },
        "agent": {"id": f"A{case.agent.number}", "name": case.agent.full},
        "rating": 1 + int(own.random() * 5) if own.random() < 0.7 else None,
        "turns": turns,
    }
    return Made(key, payload, spans)


def chat_rows(world: World, case: Case) -> Made:
    """A chat as CSV rows in the order of CSV_COLUMNS; times are New York's local times without zone."""
    story, own = case.story, case.own
    key = f"LC-{case.plan.number:07d}"
    spans: TruthSpans = {}
    rows = []
    at = case.created.replace(tzinfo=None) - timedelta(hours=5)
    rating = str(1 + int(own.random() * 5)) if own.random() < 0.6 else ""
    for number, turn in enumerate(conversation(case)):
        parts = turn.parts
        if own.random() < 0.06:
            parts = [*parts, ("\n", ""), ('see "details" below', "")]
        text, found = render(parts)
        at += timedelta(seconds=5 + int(own.random() * 120))
        name = {"visitor": case.customer.full, "agent": case.agent.full}.get(turn.sender, "")
        rows.append(
            [
                *(key, str(number + 1), _stamp(at), turn.sender.capitalize(), name),
                *(case.customer.email, text, story.issue.category, rating),
            ]
        )
        add_spans(spans, f"rows[{number}].message", found)
    return Made(key, rows, spans)


def conversation(case: Case) -> list[Turn]:
    """Greeting, problem, follow-up questions, identification, cause and steps, good-bye; each part may be missing."""
    story = case.story
    rnd = story.rnd
    turns: list[Turn] = []
    if rnd() < 0.25:
        turns.append(
            Turn(
                "bot",
                [(f"Hello! I am the assistant of {story.company.name}. A colleague joins us soon.", "")],
            )
        )
    if rnd() < 0.6:
        turns.append(Turn("visitor", story.phrase("chat.hello")))
        turns.append(Turn("agent", story.phrase("chat.agent_hello")))
    problem = story.question(0.25)
    if case.plan.copy == "near":
        problem = changed_sentences(problem, case.own)
    if len(problem) > 3 and rnd() < 0.5:
        turns += [Turn("visitor", paragraph(problem[:2])), Turn("visitor", paragraph(problem[2:]))]
    else:
        turns.append(Turn("visitor", paragraph(problem)))
    for _ in range(int(rnd() * 2.4)):
        turns.append(Turn("agent", story.phrase("chat.probes")))
        turns.append(Turn("visitor", story.phrase("chat.probe_answers")))
    if rnd() < 0.55:
        turns += _identification(story)
    opening, *rest = story.answer(numbered=rnd() < 0.15)
    if case.plan.copy == "near":
        opening = changed_sentences(opening, case.own)
    if rnd() < 0.4:
        turns.append(Turn("agent", paragraph(opening)))
        turns.append(
            Turn(
                "visitor",
                story.phrase("chat.wraps") if rnd() < 0.3 else [("ok and what do I have to do now?", "")],
            )
        )
        turns.append(Turn("agent", joined([paragraph(part) for part in rest], "\n")))
    else:
        turns.append(Turn("agent", joined([paragraph(part) for part in (opening, *rest)], "\n")))
    if rnd() < 0.85:
        turns.append(Turn("visitor", story.phrase("chat.wraps")))
        turns.append(Turn("agent", story.phrase("chat.byes")))
    return [_typed(turn, story.rng) for turn in turns]


def _identification(story: Story) -> list[Turn]:
    asked, slot, _ = ASKED[int(story.rnd() ** 2 * len(ASKED))]
    question: list[Part] = []
    for text, is_slot in story.one(story.grammar.phrases["chat.verify"]):
        question.append((asked, "") if is_slot and text == "asked" else (text, ""))
    lead = ("", "sure, ", "it is ", "yes: ", "that would be ")[int(story.rnd() * 5)]
    reply: list[Part] = [(lead, ""), *story.slots.value(slot)]
    if story.rnd() < 0.3:
        reply += [(", name is ", ""), (story.customer.full, "PERSON")]
    turns = [Turn("agent", question), Turn("visitor", reply)]
    if story.rnd() < 0.6:
        turns.append(
            Turn(
                "agent",
                [
                    ("Thank you, ", ""),
                    (story.customer.first, "PERSON"),
                    (". ", ""),
                    *story.phrase("chat.waits"),
                ],
            )
        )
    return turns


def _typed(turn: Turn, rng: Random) -> Turn:
    """Remove capitals and full stops from some visitors' turns."""
    if turn.sender != "visitor" or rng.random() > 0.35:
        return turn
    return Turn(
        turn.sender,
        [
            (text.lower().replace(".", ""), "") if not entity else (text, entity)
            for text, entity in turn.parts
        ],
    )


def _stamp(moment: datetime) -> str:
    return moment.strftime("%m/%d/%Y %H:%M:%S")
