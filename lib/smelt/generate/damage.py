"""Planted damage: unusable records, and records that cleaning must repair."""

from __future__ import annotations

from typing import Any

from smelt.generate.dress import mojibake
from smelt.generate.plan import UNUSABLE, Damage
from smelt.generate.records import Made


def expected_reason(stream: str, damage: Damage) -> str | None:
    """The expected reason of quarantine for a damaged record; None if cleaning repairs it."""
    if damage not in UNUSABLE:
        return None
    if stream == "chat_turns" and damage in ("broken_line", "invalid_utf8"):
        return "row_has_more_fields_than_the_header"
    if stream == "call_captions":
        return "unreadable_file:MalformedFileError"
    if damage == "invalid_utf8":
        return "invalid_encoding"
    if stream in ("articles", "articles_html"):
        return "no_text"
    return {"broken_line": "invalid_json", "no_key": "missing_key"}.get(damage, "no_text")


DIRT = {
    "mojibake": " " + mojibake("It’s urgent – we can’t wait, thanks… “really”"),
    "controls": " \x00\x07\u200b\ufeff\x1b[0m",
    "spaces": "   \t \r\n\r\n\r\n      \n\t\t   ",
}
"""Appended to a text, so that spans of personal data before it stay valid."""

TEXT_LISTS = {"tickets": ("comments", "body"), "chats": ("turns", "text"), "calls": ("segments", "text")}
KEYS = {"tickets": "id", "chats": "chat_id", "calls": "call_id"}


def damaged_fields(stream: str, made: Made, damage: Damage) -> Made:
    """Damage the fields of a JSON record; damage to the line itself is done when it is written."""
    payload: dict[str, Any] = made.payload
    items, text = TEXT_LISTS[stream]
    if damage == "no_key":
        del payload[KEYS[stream]]
    elif damage == "no_text":
        payload[items] = []
        for name in ("subject", "description", "resolution"):
            if name in payload:
                payload[name] = "" if name == "subject" else "  \n"
    elif damage in DIRT:
        payload[items][0][text] += DIRT[damage]
        if "description" in payload:
            payload["description"] += DIRT[damage]
    elif damage == "extra_fields":
        payload["x_legacy"] = {"import_batch": 17, "flags": ["a", "b"], "note": None}
    return made


def damaged_rows(made: Made, damage: Damage) -> Made:
    """Damage CSV rows. An unusable chat is one row, so that others in the file stay intact."""
    rows: list[list[str]] = made.payload
    if damage == "no_key":
        return Made(made.key, [["", *rows[0][1:]]])
    if damage == "no_text":
        return Made(made.key, [[*rows[0][:6], "   ", *rows[0][7:]]])
    if damage in ("broken_line", "invalid_utf8"):
        return Made(made.key, [[*rows[0], "surplus", "surplus"]])
    if damage in ("mojibake", "spaces"):
        rows[0][6] += DIRT[damage]
    return made


def damaged_document(stream: str, made: Made, damage: Damage) -> Made:
    """Damage a file that is one record: empty it, or append to it.

    Parsers skip some lines of captions, so invalid UTF-8 would not always make these unusable.
    """
    if damage in ("no_text", "no_key", "broken_line") or (stream, damage) == (
        "call_captions",
        "invalid_utf8",
    ):
        return Made(made.key, "  \n")
    if damage in ("mojibake", "spaces"):
        return Made(made.key, made.payload + DIRT[damage] + "\n", made.spans)
    return made
