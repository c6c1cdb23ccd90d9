"""Times of cues as parsers of WebVTT and SRT expect them.

A parser passes over a cue whose time it cannot read, and what was said in it is gone. Microsoft Graph writes negative
times where the transcript began within a call (learn.microsoft.com/graph/api/calltranscript-get, read 2026-11-29);
tools that turn SRT into WebVTT leave its commas, and others an empty line below the time.
"""

from __future__ import annotations

import re

_TIME = r"(-?)((?:\d+:)?\d{1,2}:\d{1,2})[.,](\d{1,3})"
_TIMES = re.compile(rf"^[ \t]*{_TIME}[ \t]*-->[ \t]*{_TIME}(.*)$")
_UNREADABLE = re.compile(r"^[ \t]*-?\d[\d:.,]*[ \t]*-->[ \t]*-?\d[\d:.,]*[ \t]*$")
_MARK = {"srt": ","}


def with_plain_times(text: str, kind: str) -> str:
    """``text`` of ``kind`` (vtt, srt) with times from zero on, and every cue directly below its time.

    A time in no form that is known is that at which the cue before ends.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    mark = _MARK.get(kind, ".")
    kept: list[str] = []
    end = f"00:00:00{mark}000"
    for number, line in enumerate(lines):
        found = _TIMES.match(line) if "-->" in line else None
        if found is not None:
            begin, end = (_time(found[at], found[at + 1], found[at + 2], mark) for at in (1, 4))
            kept.append(f"{begin} --> {end}{found[7]}")
        elif _UNREADABLE.match(line):
            kept.append(f"{end} --> {end}")
        elif line.strip() or not kept or "-->" not in kept[-1] or _begins_cue(lines, number + 1):
            kept.append(line)
    return "\n".join(kept)


def _time(sign: str, clock: str, fraction: str, mark: str) -> str:
    parts = ["0"] * (3 - clock.count(":") - 1) + clock.split(":")
    if sign:
        parts, fraction = ["0"] * 3, "0"
    hours, minutes, seconds = parts
    return f"{hours:0>2}:{minutes:0>2}:{seconds:0>2}{mark}{fraction:0<3}"


def _begins_cue(lines: list[str], start: int) -> bool:
    """Whether the next cue or the end follows, so that the cue above has no words."""
    following = [line for line in lines[start : start + 4] if line.strip()][:2]
    return not following or any("-->" in line for line in following)
