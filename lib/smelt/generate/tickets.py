"""Support tickets, one JSON object per line, with the fields of a help desk's export."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from smelt.generate.dress import Block, as_html, as_text, changed_sentences, mail
from smelt.generate.records import Case, Made, TruthSpans, World, add_spans
from smelt.generate.story import Story, paragraph
from smelt.generate.text import Rendered, render

CHANNELS = ("email", "email", "web", "web", "api", "mobile")
FIRST_ID = 100_000


def ticket(world: World, case: Case) -> Made:
    """A ticket: subject and description by the customer, comments by both sides, with HTML, signatures and quotes."""
    story, own = case.story, case.own
    spans: TruthSpans = {}
    subject = render(story.subject())
    description, is_html = _description(world, case)
    reply = _reply(case)
    identifier = FIRST_ID + case.plan.number
    hours = timedelta(minutes=int(own.random() * 4000) + 5)
    solved = case.created + hours
    customer, agent = case.customer, case.agent
    comments = [_comment(identifier * 10, customer.number, True, description.text, case, case.created)]
    add_spans(spans, "subject", subject.spans)
    add_spans(spans, "description", description.spans)
    add_spans(spans, "comments[0].body", description.spans)
    if own.random() < 0.25:
        note = render(
            [("internal: see ", ""), *story.phrase("outcomes"), (" cust. ", ""), (customer.full, "PERSON")]
        )
        comments.append(
            _comment(identifier * 10 + 1, -agent.number - 1, False, note.text, case, case.created + hours / 2)
        )
        add_spans(spans, f"comments[{len(comments) - 1}].body", note.spans)
    comments.append(_comment(identifier * 10 + 2, -agent.number - 1, True, reply.text, case, solved))
    add_spans(spans, f"comments[{len(comments) - 1}].body", reply.spans)
    if own.random() < 0.15:
        thanks = render([*story.phrase("thanks"), (", it works now.\n", ""), (customer.first, "PERSON")])
        comments.append(
            _comment(identifier * 10 + 3, customer.number, True, thanks.text, case, solved + hours)
        )
        add_spans(spans, f"comments[{len(comments) - 1}].body", thanks.spans)
    payload: dict[str, Any] = {
        "id": identifier,
        "url": f"https://{_slug(story.company.name)}.example.com/api/v2/tickets/{identifier}.json",
        "type": "incident" if own.random() < 0.4 else "question",
        "subject": subject.text,
        "description": description.text,
        "description_format": "html" if is_html else "text",
        "priority": story.priority,
        "status": "solved" if own.random() < 0.6 else "closed",
        "category": story.issue.category,
        "brand": story.company.name,
        "product": story.slots.product,
        "locale": "en",
        "tags": [_slug(story.issue.category), _slug(story.slots.product), story.company.industry],
        "via": {"channel": CHANNELS[int(own.random() * len(CHANNELS))]},
        "requester": {
            "id": 5_000_000 + customer.number,
            "name": customer.full,
            "email": customer.email,
            "phone": customer.phone if own.random() < 0.6 else None,
        },
        "requester_id": 5_000_000 + customer.number,
        "assignee": {"id": 900_000 + agent.number, "name": agent.full},
        "assignee_id": 900_000 + agent.number,
        "created_at": _stamp(case, case.created),
        "updated_at": _stamp(case, solved),
        "satisfaction_rating": {"score": ("good", "good", "offered", "bad")[int(own.random() * 4)]},
        "reopens": int(own.random() * own.random() * 3),
        "comments": comments,
    }
    if own.random() < 0.35:
        payload["resolution"] = reply.text
        add_spans(spans, "resolution", reply.spans)
    return Made(str(identifier), payload, spans)


def _description(world: World, case: Case) -> tuple[Rendered, bool]:
    story, own = case.story, case.own
    sentences = story.question(0.3)
    if case.plan.copy == "near":
        sentences = changed_sentences(sentences, own)
    blocks: list[Block] = []
    rnd = story.rnd
    if rnd() < 0.7:
        blocks.append([*story.phrase("greetings"), (",", "")])
    if len(sentences) > 4 and rnd() < 0.6:
        blocks += [paragraph(sentences[:3]), paragraph(sentences[3:])]
    else:
        blocks.append(paragraph(sentences))
    dressed = mail(story, blocks, case.customer, world.people, story.rng)
    if rnd() < 0.18:
        return as_html(dressed, story.rng), True
    return as_text(dressed), False


def _reply(case: Case) -> Rendered:
    story: Story = case.story
    rnd = story.rnd
    blocks: list[Block] = [[*story.phrase("agent_greetings"), (",", "")]]
    paragraphs = story.answer(numbered=rnd() < 0.45)
    if case.plan.copy == "near":
        paragraphs[0] = changed_sentences(paragraphs[0], case.own)
    blocks += [paragraph(sentences) for sentences in paragraphs]
    blocks.append(
        [
            *story.phrase("closings"),
            (",\n", ""),
            (story.agent.first, "PERSON"),
            (f"\n{story.company.name}", ""),
        ]
    )
    if rnd() < 0.3:
        blocks.append(story.phrase("macros"))
    return as_text(blocks)


def _comment(
    identifier: int, author: int, public: bool, body: str, case: Case, at: datetime
) -> dict[str, Any]:
    is_customer = author >= 0
    return {
        "id": identifier,
        "author_id": 5_000_000 + author if is_customer else 900_000 - author - 1,
        "author_role": "end-user" if is_customer else "agent",
        "public": public,
        "body": body,
        "created_at": _stamp(case, at),
    }


def _stamp(case: Case, moment: datetime) -> str:
    local = case.local(moment).isoformat(timespec="seconds")
    return local[:-6] + "Z" if local.endswith("+00:00") else local


def _slug(name: str) -> str:
    return name.lower().replace(" ", "_")
