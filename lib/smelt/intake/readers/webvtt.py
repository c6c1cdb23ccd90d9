"""WebVTT: the cues of a call, with the speaker from a voice tag or a name before the words.

Forms: w3.org/TR/webvtt1 (voices; references such as ``&amp;``), and what meetings write: see conf/presets, ``*_vtt``.
"""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from html import unescape
from typing import Any, NamedTuple

import webvtt

from smelt.intake.readers.cue_times import with_plain_times
from smelt.intake.records import Bad, Record, SourceFile
from smelt.intake.speakers import is_phone, usual_role
from smelt.intake.vocabulary import CUES, NO_NAMES, UNKNOWN_SPEAKER, Reason

_VOICE = re.compile(r"<v(?:\.[^\s>]+)*(?:\s+([^>]*))?>")
_ABOVE = re.compile(r"^\s*\d+\s+\"([^\"]*)\"")
"""Webex writes the speaker in the line above the time: ``1 "Iris Okafor" (42)``, ``1 "" (0)`` if unknown."""
_TAG = re.compile(r"</?[^<>]*>")
_PREFIX = re.compile(r"^\s*(?:[-–]|>{2,3})?\s*([^\s:：<>][^:：<>\n]{0,60}?)\s*(?::\s+|：\s*)(?=\S)")
"""``Iris: words``, ``>> IRIS: words`` (captions written by hand)."""
_BRACKETED = re.compile(
    r"^\s*(?:[-–]|>{2,3})?\s*[\[(]([^\[\]()\n]{2,60})[\])]\s*(?:\d{1,2}:\d{2}(?::\d{2})?\s*$|:?\s*)"
)
"""``[Iris] words``; ``(Iris)`` or ``[Iris] 10:00:05`` on a line of its own."""
_SOUNDS = frozenset((
    "music", "applause", "laughter", "laughs", "laughing", "silence", "noise", "inaudible", "unintelligible",
    "crosstalk", "pause", "beep", "ringing", "coughs", "cough", "sighs", "sigh", "foreign", "speaking", "background",
    "musik", "gelächter", "applaus", "stille", "unverständlich", "musique", "rires", "applaudissements", "música",
    "risas", "aplausos", "redacted", "pii", "blank",
))  # fmt: skip
"""Descriptions of sounds in captions, also in brackets."""
_MOST_WORDS = 8
"""Words of the longest name ("Ragna Solheim (she/her) | Nordlys AS, Oslo")."""
_SENTENCE = re.compile(r"[.?!]\s+\S+\s+\S+\s|[?!;]")
"""Text that cannot be part of a name: the end of a sentence followed by more."""
_NAME = re.compile(
    r"^(?:[A-ZÀ-ÞĀ-Ž0-9][\w.'’-]*|d[aeiou]|van|von|der|den|ten|ter|la|le|di|al|bin|y|e)(?:\s+|$)", re.UNICODE
)
_LEADS = frozenset((
    "note", "tip", "warning", "caution", "important", "question", "answer", "step", "example", "error", "result", "yes",
    "no", "ok", "okay", "so", "first", "second", "third", "then", "next", "finally", "remember", "listen",
    "look", "well",
    "also", "and", "but", "or", "because", "option", "code", "password", "address", "number", "email", "ps", "hinweis",
    "achtung", "frage", "antwort", "schritt",
))  # fmt: skip
"""Words before a colon that are no speaker."""


class WebVttReader:
    """Reads one call per file: its cues, merged while the same speaker goes on."""

    format = "vtt"

    def read(self, text: str, file: SourceFile) -> Iterator[Record | Bad]:
        """One record with ``cues`` (speaker, text, start and end in seconds) and ``duration_seconds``."""
        try:
            captions = _captions(text, self.format)
        except Exception as error:  # for damaged files the library raises its own and built-in errors
            yield Bad(text, "file", (f"{Reason.UNREADABLE}:{type(error).__name__}",))
            return
        cues = joined(captions)
        yield Record({CUES: cues, "duration_seconds": cues[-1]["end"] if cues else 0}, "file")


class _Line(NamedTuple):
    """A piece of a cue: the words of one voice tag, or one line if there are no voice tags."""

    speaker: str | None
    text: str
    start: float
    end: float
    begins_cue: bool


def _captions(text: str, kind: str) -> list[dict[str, Any]]:
    plain = with_plain_times(text.lstrip("\ufeff"), kind)
    parsed = webvtt.WebVTT.from_buffer(io.StringIO(plain), format=kind)
    lines = [line for caption in parsed.captions for line in _lines_of(caption)]
    return [
        {"speaker": line.speaker, "text": line.text, "start": line.start, "end": line.end}
        for line in _with_prefixes(lines)
    ]


def _lines_of(caption: Any) -> Iterator[_Line]:
    raw = caption.raw_text
    start, end = caption.start_in_seconds, caption.end_in_seconds
    voices = list(_VOICE.finditer(raw))
    if metadata := _metadata(raw):
        yield _Line(*metadata, start, end, True)
        return
    if voices:
        begun = _plain(raw[: voices[0].start()])
        if begun:
            yield _Line(None, begun, start, end, True)
        stops = [voice.start() for voice in voices[1:]] + [len(raw)]
        for voice, stop in zip(voices, stops, strict=True):
            yield _Line(_named(voice[1]), _plain(raw[voice.end() : stop]), start, end, True)
        return
    above = _ABOVE.match(caption.identifier or "")
    if above:
        yield _Line(_named(above[1]), _plain(raw), start, end, True)
        return
    for number, line in enumerate(raw.split("\n")):
        if said := _plain(line):
            yield _Line(None, said, start, end, number == 0)


def _plain(text: str) -> str:
    return " ".join(unescape(_TAG.sub("", text)).split())


def _named(name: str | None) -> str:
    """The name in a tag; an empty one means an unknown speaker, not the previous one."""
    return " ".join(unescape(name or "").split()) or UNKNOWN_SPEAKER


def _metadata(raw: str) -> tuple[str, str] | None:
    """Speaker and words of a cue that is JSON: ``metadataContent`` of Microsoft Graph's callTranscript."""
    if not raw.lstrip().startswith("{"):
        return None
    try:
        said = json.loads(raw)
        return _named(said["speakerName"]), " ".join(said["spokenText"].split())
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _with_prefixes(lines: Sequence[_Line]) -> list[_Line]:
    """Treat ``Name:`` as the speaker if at least a third of the cues begin with such a prefix.

    A prefix counts as a speaker if it recurs, looks like a name, is a telephone number or a machine's name, or if every
    cue has a prefix.
    """
    matches = [_name_before(line.text) if line.speaker is None else None for line in lines]
    said = [match[1] for match in matches if match is not None and _may_be_name(match[1])]
    again = Counter(name.casefold() for name in said)
    open_cues = [
        match is not None and _may_be_name(match[1])
        for line, match in zip(lines, matches, strict=True)
        if line.speaker is None and line.begins_cue
    ]
    if not said or 3 * sum(open_cues) < len(open_cues):
        return list(lines)
    everywhere = all(open_cues) and len(open_cues) > 1
    return [
        line._replace(speaker=match[1], text=line.text[match.end() :])
        if match is not None and _is_speaker(match[1], again, anything=everywhere and line.begins_cue)
        else line
        for line, match in zip(lines, matches, strict=True)
    ]


def _name_before(text: str) -> re.Match[str] | None:
    found = _BRACKETED.match(text)
    if found is not None and _looks_like_name(found[1]) and not _SOUNDS & set(found[1].casefold().split()):
        return found
    return _PREFIX.match(text)


def _may_be_name(name: str) -> bool:
    return len(name.split()) <= _MOST_WORDS and not _SENTENCE.search(name)


def _is_speaker(name: str, again: Counter[str], *, anything: bool) -> bool:
    if not _may_be_name(name):
        return False
    folded = name.casefold()
    if is_phone(name) or usual_role(name) or folded.split()[0] in NO_NAMES:
        return True
    if folded in _LEADS:
        return False
    return anything or again[folded] > 1 or bool(_looks_like_name(name))


def _looks_like_name(name: str) -> bool:
    words = re.sub(r"\([^)]*\)", " ", name).replace(",", " ").replace("|", " ").split()
    return bool(words) and not name[0].isdigit() and all(_NAME.match(word) for word in words)


def joined(cues: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Merge consecutive cues of one speaker; a cue without a speaker continues the previous one."""
    turns: list[dict[str, Any]] = []
    said: list[list[str]] = []
    for cue in cues:
        if turns and cue["speaker"] in (None, turns[-1]["speaker"]):
            turns[-1]["end"] = cue["end"]
            said[-1].append(cue["text"])
        else:
            turns.append(dict(cue))
            said.append([cue["text"]])
    for turn, texts in zip(turns, said, strict=True):
        turn["text"] = texts[0] if len(texts) == 1 else " ".join(filter(None, texts))
    return turns
