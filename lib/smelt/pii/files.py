"""Scrubs JSON lines: one object in, one object out, in order, as soon as input arrives."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from io import BufferedIOBase
from typing import Any, BinaryIO

from smelt.errors import ConfigError
from smelt.json_lines import BadLineError, json_object
from smelt.pii.config import PiiConfig
from smelt.pii.keys import load_keys
from smelt.pii.result import Replaced
from smelt.pii.scrubber import Scrubber
from smelt.pii.types import Known, TextBatch

CHUNK = 1 << 20
"""Most bytes read at a time. A pipe returns what is available, so each line is answered at once."""

_PHONE_LIKE = re.compile(r"[+(]?[\d(][\d\s().+-]{5,}")


def scrubber_of(config: PiiConfig) -> Scrubber:
    """A scrubber with the configured key, or without a key if none is configured and no policy needs one."""
    try:
        key = load_keys(config.key).current
    except ConfigError:
        if config.key.source != "env" or _has_value(config):
            raise
        key = None
    return Scrubber(config, key)


def _has_value(config: PiiConfig) -> bool:
    import os

    return bool(os.environ.get(config.key.name, "").strip())


def scrub_lines(source: BufferedIOBase, sink: BinaryIO, scrubber: Scrubber) -> int:
    """Write the result of each line of ``source`` to ``sink``; returns the number of bad lines."""
    number = bad = 0
    for lines in _whole_lines(source):
        answers, failed = _answers(lines, number, scrubber)
        number += len(lines)
        bad += failed
        sink.write(b"".join(answers))
        sink.flush()
    return bad


def scrub_text(source: BufferedIOBase, sink: BinaryIO, scrubber: Scrubber) -> None:
    """Scrub all of ``source`` as one text; invalid UTF-8 becomes U+FFFD."""
    text = source.read().decode("utf-8", "replace")
    sink.write(scrubber.scrub(TextBatch.of([text])).texts[0].encode())


def _whole_lines(source: BufferedIOBase) -> Iterator[list[bytes]]:
    """Lists of complete lines as they arrive; the last line needs no line feed."""
    pending: list[bytes] = []
    while chunk := source.read1(CHUNK):
        head, feed, rest = chunk.rpartition(b"\n")
        if not feed:
            pending.append(chunk)
            continue
        yield b"".join((*pending, head)).split(b"\n")
        pending = [rest] if rest else []
    if pending:
        yield b"".join(pending).split(b"\n")


def _answers(lines: list[bytes], before: int, scrubber: Scrubber) -> tuple[list[bytes], int]:
    answers: dict[int, dict[str, Any]] = {}
    texts: list[tuple[int, str, list[Known]]] = []
    for number, line in enumerate(lines, start=before + 1):
        try:
            texts.append((number, *_parse(line, is_first=number == 1)))
        except BadLineError as problem:
            answers[number] = {"error": str(problem), "line": number}
    failed = len(answers)
    try:
        scrubbed = _scrub(texts, scrubber)
    except Exception:
        # A text on which a detector fails must not affect the other lines.
        scrubbed = {}
        for text in texts:
            try:
                scrubbed |= _scrub([text], scrubber)
            except Exception as error:
                failed += 1
                number = text[0]
                scrubbed[number] = {
                    "error": f"could not be scrubbed ({type(error).__name__})",
                    "line": number,
                }
    answers |= scrubbed
    return [
        json.dumps(answers[number], ensure_ascii=False).encode() + b"\n" for number in sorted(answers)
    ], failed


def _scrub(texts: list[tuple[int, str, list[Known]]], scrubber: Scrubber) -> dict[int, dict[str, Any]]:
    batch = TextBatch(
        [text for _, text, _ in texts], range(len(texts)), [""] * len(texts), [known for _, _, known in texts]
    )
    result = scrubber.scrub(batch)
    answers: dict[int, dict[str, Any]] = {
        number: {"text": text, "findings": []}
        for (number, _, _), text in zip(texts, result.texts, strict=True)
    }
    for entry in result.replaced:
        answers[texts[entry.text][0]]["findings"].append(_finding(entry))
    for conversation, entities in result.rejected.items():
        answers[texts[conversation][0]]["rejected"] = entities
    return answers


def _finding(entry: Replaced) -> dict[str, Any]:
    return {
        "entity": entry.entity,
        "start": entry.start,
        "end": entry.end,
        "confidence": round(entry.confidence, 4),
    }


def _parse(line: bytes, *, is_first: bool) -> tuple[str, list[Known]]:
    given = json_object(line, is_first=is_first)
    text = given.get("text")
    if not isinstance(text, str):
        raise BadLineError("text is missing" if text is None else "text is not a string")
    known = given.get("known")
    if known is not None and not isinstance(known, list):
        raise BadLineError("known is not a list")
    return text, [_known(entry) for entry in known or ()]


def _known(entry: object) -> Known:
    """``"John Smith"``, or ``{"kind": "name", "value": "John Smith"}``."""
    if isinstance(entry, dict):
        kind, value = entry.get("kind"), entry.get("value")
        if isinstance(value, str) and (kind is None or isinstance(kind, str)):
            return Known(kind or kind_of(value), value)
    elif isinstance(entry, str):
        return Known(kind_of(entry), entry)
    raise BadLineError("known has an entry that is neither a string nor an object with kind and value")


def kind_of(value: str) -> str:
    """Guess the kind of an identity without one: email, phone, or name."""
    if "@" in value:
        return "email"
    return "phone" if _PHONE_LIKE.fullmatch(value.strip()) else "name"
