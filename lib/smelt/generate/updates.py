"""Planted updates: a record that arrives again later, in another file, with the same key and more content."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from smelt.generate.plan import BLOCK, Plan, plan
from smelt.generate.randomness import stream
from smelt.generate.records import Made

LATER = 2 * BLOCK
"""An update of record n is written together with record n + LATER of its stream."""

SHARE = 0.01
"""Share of records that are updated, never copies, originals that may be copied, or damaged ones."""

_REST = timedelta(days=1)
_SAID = "Thank you, it has worked since."


def updated(seed: int, source: str, number: int, *, duplicates: float, messy: float) -> Plan | None:
    """The plan of the record whose update is written with record ``number``; None if there is none."""
    earlier = number - LATER
    if source not in UPDATES or earlier < 0 or earlier % BLOCK == 0:
        return None
    if stream(seed, f"{source}/update", earlier).random() >= SHARE:
        return None
    planned = plan(seed, source, earlier, duplicates=duplicates, messy=messy)
    return None if planned.copy or planned.damage else planned


def ticket_update(made: Made) -> Made:
    """The ticket a day later: closed, with one more comment by its customer."""
    ticket: dict[str, Any] = made.payload
    comments = ticket["comments"]
    at = _a_day_after(ticket["updated_at"])
    said = {"id": comments[-1]["id"] + 5, "body": _SAID, "created_at": at}
    ticket.update(status="closed", updated_at=at, comments=[*comments, comments[0] | said])
    return made


def chat_update(made: Made) -> Made:
    """The chat, taken up by its visitor again a day later."""
    chat: dict[str, Any] = made.payload
    turns = chat["turns"]
    said = {
        "sender": "visitor",
        "name": chat["visitor"]["name"].split(" ")[0],
        "text": _SAID,
        "time": turns[-1]["time"] + _REST // timedelta(milliseconds=1),
    }
    chat.update(ended_at=_a_day_after(chat["ended_at"]), turns=[*turns, said])
    return made


def _a_day_after(stamp: str) -> str:
    utc = stamp.endswith("Z")
    moment = datetime.fromisoformat(stamp.removesuffix("Z")) + _REST
    return moment.isoformat(timespec="seconds") + ("Z" if utc else "")


UPDATES: Mapping[str, Callable[[Made], Made]] = {"tickets": ticket_update, "chats": chat_update}
"""Streams whose records say when they were last changed."""
