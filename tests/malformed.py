"""Malformed records of every format, as many as wanted: good ones damaged in the ways in which exports are."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator

_TEXTS = (
    "How do I reset my router?", "Mail me at jane.roe@mail.net or call +1 415 555 2671.", "", "   ", "\u0000\u0001",
    "<div>" * 600 + "x", '<ol start="\u00b2"><li>a', "<table><tr><td>" * 300, "<!--" * 400, "[!INCLUDE[" * 200,
    "\ud83d", "\ufdd0\ufdd1", "\u202e\u200b\u00ad", "\U0001f642" * 200, "a" * 20_000, "1" * 5_000, "-" * 3_000,
    "\u00e2\u20ac\u2122 \u00c3\u00a9", "[EMAIL_1] [PERSON_2] [", "eyJ-" * 300, "=cmd|' /C calc'!A0",
    "'; DROP TABLE x; --",
    "\u0627\u0644\u0633\u0644\u0627\u0645", "\u540d\u524d" * 300, "<script>while(1);</script>", "a\u0301" * 500,
    "\r\r\n\n\r",
)  # fmt: skip
_TIMES = (
    "2026-03-02T12:00:00Z", "Mon, 1 Jan " + "9" * 25 + " 00:00:00 +0000", "9" * 5_000, "0000-00-00", "2024-02-30",
    -1, 0, 10**30, 1e308, True, [], {}, "now", "\u0662\u0660\u0662\u0664-\u0660\u0661-\u0660\u0661", "1e5", "NaN",
    None, "24:61",
    "2024-01-01T00:00:00+99:99", "Thu, 32 Foo 2024 25:61:61 XYZ", "",
)  # fmt: skip
_ODD = (
    None,
    True,
    -0.0,
    1e400,
    10**40,
    [],
    {},
    [None],
    [[[[]]]],
    {"": {"": ""}},
    "x",
    3.5,
    [1, "a", None],
    {"a": [{"b": 1}]},
)


def nested(depth: int) -> str:
    """JSON of that many lists in each other."""
    return "[" * depth + "]" * depth


def tickets(count: int, seed: int) -> Iterator[bytes]:
    """JSON lines of tickets (id, subject, body, customer, email, created, tags), many of them damaged; none blank."""
    chance = random.Random(seed)
    for number in range(count):
        record = {
            "id": chance.choice(
                [f"t{number}", f"t{number}", f"t{number}", number, None, "", [number], {"a": 1}, "t0"]
            ),
            "subject": chance.choice((*_TEXTS, *_ODD)),
            "body": chance.choice((*_TEXTS, *_ODD)),
            "customer": chance.choice((*_TEXTS[:5], *_ODD, f"c{number % 50}")),
            "email": chance.choice(("jane.roe@mail.net", "@", "a@b", None, 7, ["x@y.de"], "x" * 3_000)),
            "created": chance.choice(_TIMES),
            "tags": chance.choice(_ODD),
        }
        line = json.dumps(record, ensure_ascii=chance.random() < 0.5).encode("utf-8", "surrogatepass")
        yield _damaged(line, chance) or b"?"


def rows(count: int, seed: int) -> Iterator[bytes]:
    """CSV rows of id, body and time under no header, each damaged in some way; none begins a row of several lines."""
    chance = random.Random(seed)
    for number in range(count):
        text = chance.choice(_TEXTS)[:2_000].replace("\n", " ").replace("\r", " ").replace('"', "'") or "x"
        cells = [f"r{number}", text, str(chance.choice(_TIMES))[:200]]
        cells = cells[: chance.choice((3, 3, 3, 2, 1))] + ["more"] * chance.choice((0, 0, 0, 1, 30))
        line = ",".join(f'"{cell}"' if chance.random() < 0.5 else cell.replace(",", ";") for cell in cells)
        yield line.encode("utf-8", "surrogatepass").replace(b"t", chance.choice((b"t", b"t", b"\xff")), 1)


def _damaged(line: bytes, chance: random.Random) -> bytes:
    match chance.randrange(12):
        case 0:
            return line[: chance.randrange(1, len(line))].replace(b"\n", b"")
        case 1:
            place = chance.randrange(len(line))
            return line[:place] + bytes([chance.choice((0, 9, 34, 92, 128, 255, 123))]) + line[place + 1 :]
        case 2:
            return line[:-1] + b', "deep": ' + nested(chance.choice((10, 300, 900, 5_000))).encode() + b"}"
        case 3:
            return line[:-1] + b', "number": ' + b"9" * chance.choice((30, 400, 5_000)) + b"}"
        case 4:
            return chance.choice(
                (b"[]", b"null", b"1", b'"text"', b"{", b"}", b"[" * 200_000, b"{}", b"NaN", b"\x00")
            )
        case 5:
            return b"\xef\xbb\xbf" + line
        case 6:
            return line[:-1] + b', "id": "again", "": 1, "\\ud83d": "\\udc00", "x": -Infinity}'
        case _:
            return line
