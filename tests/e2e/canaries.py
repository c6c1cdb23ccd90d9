"""A landing folder in which every field of every source carries a canary: a made-up value that must not get out.

Every canary holds the word WORD, or one of NUMBERS; nothing else in the input does.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

WORD = "canaryleak"
NUMBERS = ("8675309", "4539578763621486", "536904399")
"""Digits of a phone, a card and a social security number, looked for with separators taken out."""

PHONE, CARD, SSN = "(415) 867-5309", "4539 5787 6362 1486", "536-90-4399"


def mail(field: str) -> str:
    """An address of the canary domain that says which field it was planted in."""
    return f"{field}@{WORD}.org"


def plant(folder: Path) -> Path:
    """Write landing files of all formats and a configuration; returns the configuration's path."""
    landing = folder / "landing"
    for name in ("tickets", "chats", "calls", "articles", "exports"):
        (landing / name).mkdir(parents=True)
    _tickets(landing / "tickets" / f"{mail('file')}.jsonl")
    _chats(landing / "chats" / f"chats of {WORD}.csv")
    _call(landing / "calls" / f"{mail('call-file')}.vtt")
    _article(landing / "articles" / f"{mail('article-file')}.md")
    (landing / "exports" / "one.txt").write_text(mail("plugin"), "utf-8")
    (folder / "reader.py").write_text(_READER, "utf-8")
    config = folder / "smelt.yaml"
    config.write_text(json.dumps(_config(folder)), "utf-8")
    return config


def _tickets(file: Path) -> None:
    rows = [_ticket(number) for number in range(3)]
    lines = [json.dumps(row) for row in rows]
    lines.append(json.dumps(_ticket(7) | {"created": mail("bad-time")}))
    lines.append('{"id": ' + json.dumps(mail("broken-line")) + ', "subject": ')
    file.write_text("\n".join(lines) + "\n", "utf-8")


def _ticket(number: int) -> dict[str, Any]:
    return {
        "id": f"{mail('key')}-{number}",
        "subject": f"Cannot sign in as {mail('subject')} on device {number}",
        "description": (
            f"Hello, I am Zebulon {WORD.title()}. I cannot sign in with {mail('body')} on device {number}, and the"
            f" page says error 17. My number is {PHONE}, my card is {CARD} and my SSN is {SSN}. What should I do?"
            f"\nUser ID: {WORD}77, the log is in /home/{WORD}/logs, I am @{WORD}_z there and on"
            f" https://www.linkedin.com/in/{WORD} too.\n\nOn Tue, Aug 13, 2002, Quillan {WORD.title()} wrote:\n"
            "> It works here."
        ),
        "resolution": f"Reset the password of {mail('resolution')} and called {PHONE}.",
        "comments": [
            {
                "author": "agent",
                "author_name": f"Orsolya {WORD.title()}",
                "body": f"Hi Zebulon {WORD.title()}, please open the settings, choose Reset, and confirm the code"
                f" that we sent to {mail('comment')}. Then sign in again on device {number}. Regards, Orsolya"
                f" {WORD.title()}",
                "at": "2026-03-01T10:05:00Z",
            },
            {
                "author": "customer",
                "author_name": mail("speaker"),
                "body": f"Works, write to {mail('turn')}!",
            },
        ],
        "requester": {
            "id": mail("customer-id"),
            "name": f"Zebulon {WORD.title()}",
            "email": mail("customer"),
        },
        "assignee": {"id": mail("agent-id"), "name": f"Orsolya {WORD.title()}"},
        "login": f"zeb{WORD}",
        "category": f"login {mail('category')}",
        "priority": mail("priority"),
        "language": mail("language"),
        "status": f"solved by {mail('status')}",
        "created": "2026-03-01T10:00:00Z",
        "custom": {mail("extra-key"): mail("extra-value")},
    }


def _chats(file: Path) -> None:
    turns = [
        ("customer", f"hi my email is {mail('chat')} and i cannot pay the invoice, what can i do about it?"),
        (
            "agent",
            f"Sorry to hear that. Please open Billing, choose Pay now and enter the code from {mail('mail')}.",
        ),
        ("customer", f"thanks, my phone is {PHONE}"),
    ]
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["conversation", "who", "said", "customer", mail("column")])
        for who, said in turns:
            writer.writerow([mail("chat-id"), who, said, mail("chat-buyer"), mail("cell")])


def _call(file: Path) -> None:
    file.write_text(
        "WEBVTT\n\n"
        f"00:00:01.000 --> 00:00:04.000\n<v Zebulon {WORD.title()}>How do I change the address"
        f" {mail('call').replace('@', ' at ').replace('.', ' dot ')} on my account?\n\n"
        f"00:00:05.000 --> 00:00:09.000\n<v Orsolya {WORD.title()}>Please open your profile, choose Contact and type"
        " the new address, then confirm it.\n",
        "utf-8",
    )


def _article(file: Path) -> None:
    file.write_text(
        f"---\ntitle: How to reset {mail('title')}\nauthor: {mail('author')}\n---\n"
        f"# Reset\n\n## Symptom\n\nThe page says that {mail('symptom')} is locked and shows the error number 17.\n\n"
        f"## Resolution\n\nOpen the settings, choose Reset and write to [{mail('link')}](mailto:{mail('href')}).\n",
        "utf-8",
    )


_READER = '''
class Reader:
    """Raises with the text of what it reads, as careless code does."""

    def read(self, text, file):
        raise ValueError(f"cannot read {text} in {file}")
'''


def _config(folder: Path) -> dict[str, Any]:
    tickets = {
        "name": "desk",
        "kind": "tickets",
        "format": "json_lines",
        "path": "tickets",
        "mapping": {
            "source_key": "id",
            "subject": "subject",
            "body": "description",
            "resolution": "resolution",
            "customer_id": "requester.id",
            "customer_name": "requester.name",
            "customer_email": "requester.email",
            "agent_id": "assignee.id",
            "agent_name": "assignee.name",
            "category": "category",
            "priority": "priority",
            "language": "language",
            "created_at": "created",
        },
        "known": {"username": "login"},
        "outcome": {"status": "status"},
        "turns": {"path": "comments", "text": "body", "role": "author", "speaker": "author_name", "at": "at"},
    }
    chats = {
        "name": "chat",
        "kind": "chats",
        "format": "csv",
        "path": "chats",
        "mapping": {"customer_id": "customer"},
        "turns": {"group_by": "conversation", "text": "said", "role": "who"},
    }
    calls = {
        "name": "calls",
        "kind": "transcripts",
        "format": "webvtt",
        "path": "calls",
        "turns": {"first_speaker": "customer"},
    }
    articles = {"name": "help", "kind": "articles", "format": "markdown", "path": "articles"}
    exports = {
        "name": "exports",
        "kind": "tickets",
        "format": "plugin",
        "reader": str(folder / "reader.py"),
        "path": "exports",
        "mapping": {"source_key": "id", "body": "text"},
    }
    return {
        "warehouse": {"root": str(folder / "warehouse")},
        "intake": {"landing": str(folder / "landing"), "sources": [tickets, chats, calls, articles, exports]},
        "pii": {"vault": {"enabled": True}},
        "spark": {"driver_memory": "1g", "shuffle_partitions": 2, "master": "local[2]"},
    }
