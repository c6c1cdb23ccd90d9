"""WebVTT: the cues of a call, with the speaker that a voice tag or a ``Name:`` prefix gives."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from typing import Any

import webvtt

from smelt.intake.records import Bad, Record, SourceFile
from smelt.intake.vocabulary import CUES, Reason

_PREFIX = re.compile(r"^\s*[-–]?\s*([^\W\d_][\w .'’-]{0,40}?)\s*:\s+(?=\S)")


class WebVttReader:
    """Reads one call a file: its cues, joined while the same speaker goes on."""

    format = "vtt"

    def read(self, text: str, file: SourceFile) -> Iterator[Record | Bad]:
        """One record with ``cues`` (speaker, text, start and end in seconds) and ``duration_seconds``."""
        try:
            captions = _captions(text, self.format)
        except Exception as error:  # the library raises errors of its own and plain ones for damaged files
            yield Bad(text, "file", (f"{Reason.UNREADABLE}:{type(error).__name__}",))
            return
        cues = joined(captions)
        yield Record({CUES: cues, "duration_seconds": cues[-1]["end"] if cues else 0}, "file")


def _captions(text: str, kind: str) -> list[dict[str, Any]]:
    parsed = webvtt.WebVTT.from_buffer(io.StringIO(text.lstrip("\ufeff")), format=kind)
    cues = [
        {
            "speaker": getattr(caption, "voice", None),
            "text": " ".join(caption.text.split()),
            "start": caption.start_in_seconds,
            "end": caption.end_in_seconds,
        }
        for caption in parsed.captions
    ]
    return cues if any(cue["speaker"] for cue in cues) else _with_prefixes(cues)


def _with_prefixes(cues: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Take ``Name: text`` for a speaker where at least a third of the cues begin so."""
    matches = [_PREFIX.match(cue["text"]) for cue in cues]
    if 3 * sum(match is not None for match in matches) < len(cues):
        return list(cues)
    return [
        cue if match is None else cue | {"speaker": match[1], "text": cue["text"][match.end() :]}
        for cue, match in zip(cues, matches, strict=True)
    ]


def joined(cues: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Cues of one speaker in a row as one; a cue without a speaker goes on with the one before."""
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
